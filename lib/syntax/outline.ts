import { Worker } from 'node:worker_threads'
import { AppError } from '../errors/index.ts'
import { workerUrl } from '../worker-url.ts'
import type { Language } from './language.ts'
import type { ModuleOutline } from './types.ts'

/** Characters that are read on the calling thread: some 30 ms. Longer files go to a worker. */
const INLINE_LIMIT = 100_000

/** Milliseconds a worker may take: a hundred times what 2 MB need. */
const WORKER_TIMEOUT = 60_000

export interface OutlineRequest {
  languageId: string
  source: string
  fileName: string
}

/** What the worker answers. */
export type OutlineReply = { outline: ModuleOutline } | { error: string }

/**
 * The outline of a source, without holding up the event loop for long.
 * @param signal ends a worker at once
 * @throws AppError `cancelled`; `internal` when the parser itself fails
 */
export async function outlineSource(
  language: Language,
  source: string,
  fileName: string,
  signal?: AbortSignal,
): Promise<ModuleOutline> {
  signal?.throwIfAborted()
  if (source.length <= INLINE_LIMIT) return language.outline(source, fileName)
  return inWorker({ languageId: language.id, source, fileName }, signal)
}

function inWorker(request: OutlineRequest, signal?: AbortSignal): Promise<ModuleOutline> {
  const { promise, resolve, reject } = Promise.withResolvers<ModuleOutline>()
  const worker = new Worker(workerUrl(import.meta.url, './outline-worker.ts'), {
    workerData: request,
    // Recursive descent goes deep; memory is bounded by the size of the file.
    resourceLimits: { stackSizeMb: 8, maxOldGenerationSizeMb: 512 },
  })
  const fail = (error: unknown) =>
    reject(new AppError('internal', 'The source file could not be read in time.', { cause: error }))
  const timer = setTimeout(() => fail(new Error('timeout')), WORKER_TIMEOUT)
  const abort = () => reject(new AppError('cancelled', 'The run was cancelled.'))
  signal?.addEventListener('abort', abort, { once: true })
  worker.once('message', (reply: OutlineReply) => {
    if ('outline' in reply) resolve(reply.outline)
    else reject(new AppError('internal', `The source file could not be read: ${reply.error}`))
  })
  worker.once('error', fail)
  worker.once('exit', (code) => fail(new Error(`the worker ended with ${String(code)}`)))
  return promise.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    return worker.terminate()
  })
}
