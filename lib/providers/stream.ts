/** What both wires share: send a question, hand on the answer's payloads, and name every way in which that can fail. */
import { AppError } from '../errors/index.ts'
import { brokeOff, cancelled, nothingAnswers, silent, type BackendName } from './failures.ts'
import { exchange, readText, type Answer, type Exchange } from './http.ts'
import { splitLines } from './lines.ts'

export interface Refusal {
  status: number
  text: string
  /** The backend's `Retry-After`, as sent. */
  retryAfter: string | undefined
}

export interface StreamOptions extends Omit<Exchange, 'method'> {
  backend: BackendName
  /** Longest silence in milliseconds, before the first payload as between two. */
  silenceMs: number
  /** The payload of a line; null for lines that carry none, such as comments: those do not end a silence. */
  payload: (line: string) => string | null
  /** What an HTTP status other than 2xx means. */
  refusal: (refusal: Refusal) => AppError
}

/** Ends a call that is stopped from outside or stays silent, and tells the two apart afterwards. */
function createWatch(outer: AbortSignal, silenceMs: number) {
  const silence = new AbortController()
  let timer: NodeJS.Timeout | undefined
  return {
    signal: AbortSignal.any([outer, silence.signal]),
    expect: () => {
      timer = setTimeout(() => silence.abort(), silenceMs)
    },
    relax: () => clearTimeout(timer),
    wasSilent: () => silence.signal.aborted,
  }
}

async function open(options: StreamOptions, signal: AbortSignal): Promise<Answer> {
  const answer = await exchange({ ...options, method: 'POST', signal })
  if (answer.status >= 200 && answer.status < 300) return answer
  const text = await readText(answer)
  throw options.refusal({ status: answer.status, text, retryAfter: answer.headers['retry-after'] })
}

/**
 * Posts a question and yields the payloads of the answer as they come. The silence is only measured while waiting for the
 * backend, never while the reader of this generator is slow. However it ends, the connection is closed.
 */
export async function* streamPayloads(options: StreamOptions): AsyncGenerator<string> {
  const { backend, signal, silenceMs } = options
  const watch = createWatch(signal, silenceMs)
  let answer: Answer | undefined
  try {
    signal.throwIfAborted()
    watch.expect()
    answer = await open(options, watch.signal)
    for await (const line of splitLines(answer.body)) {
      const payload = options.payload(line)
      if (payload === null) continue
      watch.relax()
      yield payload
      signal.throwIfAborted()
      watch.expect()
    }
  } catch (error) {
    if (signal.aborted) throw cancelled(error)
    if (watch.wasSilent()) throw silent(backend, silenceMs)
    if (error instanceof AppError) throw error
    throw answer === undefined ? nothingAnswers(backend, error) : brokeOff(backend, error)
  } finally {
    watch.relax()
    answer?.close()
  }
}

/** Answers a small question (`list`, `probe`) may take this long. */
const ASK_TIMEOUT_MS = 10_000

/**
 * Gets a small JSON document.
 * @throws AppError `no-model-backend` when nothing answers in 10 seconds, what `refusal` makes of a status other than 2xx
 */
export async function getJson(
  options: Pick<StreamOptions, 'backend' | 'refusal' | 'url'> & {
    headers?: Record<string, string>
    signal?: AbortSignal | undefined
  },
): Promise<{ text: string; headers: Answer['headers'] }> {
  const timeout = AbortSignal.timeout(ASK_TIMEOUT_MS)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
  try {
    const answer = await exchange({ url: options.url, method: 'GET', headers: options.headers ?? {}, signal })
    const text = await readText(answer, 16_000_000)
    if (answer.status >= 200 && answer.status < 300) return { text, headers: answer.headers }
    throw options.refusal({ status: answer.status, text, retryAfter: answer.headers['retry-after'] })
  } catch (error) {
    if (options.signal?.aborted === true) throw cancelled(error)
    throw error instanceof AppError ? error : nothingAnswers(options.backend, timeout.aborted ? timeout.reason : error)
  }
}

/** How long the first token may take when the request does not say. */
export const DEFAULT_FIRST_TOKEN_TIMEOUT_MS = 120_000
