/** Whether the database is whole, by SQLite's own `quick_check`, on a thread of its own: it reads the whole file. */
import { Worker } from 'node:worker_threads'
import { workerUrl } from '../../worker-url.ts'
import { type CheckSource, type Outcome, ok, trouble } from '../types.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** What the thread answers: the faults SQLite found, none when all is well. */
export type QuickCheckReply = { faults: readonly string[] } | { error: string }

function quickCheck(file: string, signal: AbortSignal): Promise<QuickCheckReply> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl(import.meta.url, '../quick-check-worker.ts'), { workerData: file })
    const end = () => void worker.terminate()
    signal.addEventListener('abort', end)
    worker.once('message', (reply: QuickCheckReply) => resolve(reply))
    worker.once('error', reject)
    worker.once('exit', () => {
      signal.removeEventListener('abort', end)
      reject(new Error('the thread ended without an answer'))
    })
  })
}

async function run(file: string, signal: AbortSignal): Promise<Outcome> {
  const expected = 'SQLite finds no fault in the database'
  const hint = `Stop the app, keep a copy of ${file}, and restore the last backup or run: sqlite3 ${file} .recover`
  const reply = await quickCheck(file, signal)
  if ('error' in reply) return trouble('down', expected, `it could not be read: ${reply.error}`, hint)
  const [first, ...more] = reply.faults
  if (first === undefined) return ok(expected, 'no fault')
  return trouble('down', expected, more.length === 0 ? first : `${first}, and ${more.length} more faults`, hint)
}

export const storeIntegrity: CheckSource = {
  id: 'store-integrity',
  list: ({ store }) =>
    store.file === ':memory:'
      ? []
      : [
          {
            id: 'store-integrity',
            title: 'The content of the database',
            intervalMs: HOUR_MS,
            timeoutMs: MINUTE_MS,
            run: ({ signal }) => run(store.file, signal),
          },
        ],
}
