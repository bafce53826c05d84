import { Worker } from 'node:worker_threads'
import { AppError } from '../errors/index.ts'
import { workerUrl } from '../worker-url.ts'

export interface HashRequest {
  paths: readonly string[]
}

/** What the worker says as it goes. */
export type HashReply =
  | { kind: 'read'; bytes: number }
  | { kind: 'hashed'; path: string; sha256: string }
  | { kind: 'failed'; path: string; reason: string }

/** SHA-256 of a file, or why it could not be read. */
export type FileHash = { sha256: string } | { reason: string }

/**
 * Hashes files without holding up the event loop.
 * @param onBytes called with how many bytes were read since the last call
 * @returns by path
 * @throws AppError `cancelled`; `internal` when the thread ends early
 */
export function hashFiles(
  paths: readonly string[],
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Map<string, FileHash>> {
  const { promise, resolve, reject } = Promise.withResolvers<Map<string, FileHash>>()
  const found = new Map<string, FileHash>()
  if (paths.length === 0) return Promise.resolve(found)
  const request: HashRequest = { paths }
  const worker = new Worker(workerUrl(import.meta.url, './hash-worker.ts'), { workerData: request })
  const fail = (cause: unknown) =>
    reject(new AppError('internal', 'The files of a model could not be hashed.', { cause }))
  const abort = () => reject(new AppError('cancelled', 'The run was cancelled.'))
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  worker.on('message', (reply: HashReply) => {
    if (reply.kind === 'read') {
      onBytes(reply.bytes)
      return
    }
    found.set(reply.path, reply.kind === 'hashed' ? { sha256: reply.sha256 } : { reason: reply.reason })
    if (found.size === paths.length) resolve(found)
  })
  worker.once('error', fail)
  worker.once('exit', (code) => fail(new Error(`the worker ended with ${String(code)}`)))
  return promise.finally(() => {
    signal.removeEventListener('abort', abort)
    return worker.terminate()
  })
}
