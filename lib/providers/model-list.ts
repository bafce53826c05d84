import { cancelled } from './failures.ts'
import type { ModelSummary, Provider } from './types.ts'

/** Long enough for one page's or one plan's questions, short enough that a fresh pull shows at once. */
const FRESH_MS = 3000

/**
 * Asks a backend for its models at most every 3 seconds; callers that ask meanwhile share the one request, so none of
 * them can cancel it for the others: a caller's signal only ends its own waiting. Failures are not remembered.
 */
export function createModelList(provider: Pick<Provider, 'list'>, clock: () => number) {
  let kept: { at: number; models: ModelSummary[] } | null = null
  let asking: Promise<ModelSummary[]> | null = null

  const ask = (): Promise<ModelSummary[]> => {
    asking ??= provider
      .list()
      .then((models) => {
        kept = { at: clock(), models }
        return models
      })
      .finally(() => {
        asking = null
      })
    return asking
  }

  return async (signal?: AbortSignal): Promise<ModelSummary[]> => {
    if (signal?.aborted === true) throw cancelled(signal.reason)
    if (kept !== null && clock() - kept.at < FRESH_MS) return kept.models
    if (signal === undefined) return ask()
    const stop = new AbortController()
    const stopped = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(cancelled(signal.reason)), { once: true, signal: stop.signal })
    })
    try {
      return await Promise.race([ask(), stopped])
    } finally {
      stop.abort()
    }
  }
}
