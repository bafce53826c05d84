import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds of work before others get a turn. */
const TURN = 10

/**
 * Like `map`, for long lists of costly items: the event loop goes on in between.
 * @param signal aborting it ends the work with its reason
 */
export async function mapInTurns<T, R>(items: readonly T[], each: (item: T) => R, signal?: AbortSignal): Promise<R[]> {
  const results: R[] = []
  let since = performance.now()
  for (const item of items) {
    results.push(each(item))
    if (performance.now() - since < TURN) continue
    await nextTurn()
    signal?.throwIfAborted()
    since = performance.now()
  }
  return results
}
