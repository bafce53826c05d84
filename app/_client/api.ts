import { noteAnswer, noteSilence, noteWaiting } from './connection.ts'
import { problemFrom, unreachable } from './problem.ts'

export interface ApiOptions {
  method?: string
  body?: unknown
  signal?: AbortSignal
  headers?: Readonly<Record<string, string>>
}

/** Questions without a side effect that take longer than this, with no other answered meanwhile, make the page say so, in milliseconds. */
const SLOW_MS = 10_000

/** Fetches, and tells the connection how it went. */
async function ask(path: string, init: RequestInit): Promise<Response> {
  const late = init.method === 'GET' ? setTimeout(() => noteWaiting(SLOW_MS), SLOW_MS) : undefined
  try {
    const response = await fetch(path, init)
    // A proxy in front answers these itself when the app does not.
    if (response.status >= 502 && response.status <= 504 && !isProblemAnswer(response))
      throw unreachable(`The server in front of the app answered ${response.status} ${response.statusText}.`)
    noteAnswer()
    return response
  } catch (error) {
    if (init.signal?.aborted === true) throw error
    noteSilence()
    throw error instanceof TypeError ? unreachable() : error
  } finally {
    clearTimeout(late)
  }
}

function isProblemAnswer(response: Response): boolean {
  return response.headers.get('content-type')?.includes('json') === true
}

/** Where someone without a session goes, and comes back from. */
export function signInAddress(from: string): string {
  return from === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(from)}`
}

/**
 * Asks the API.
 * @throws ApiProblem for an error status, and with the code `unreachable` when nothing answers
 */
export async function apiResponse(
  path: string,
  { method = 'GET', body, signal, headers = {} }: ApiOptions = {},
): Promise<Response> {
  const response = await ask(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (response.ok) return response
  const problem = await problemFrom(response)
  // The session has ended: signing in is all that can be done here.
  if (response.status === 401 && !path.startsWith('/api/session'))
    location.assign(signInAddress(location.pathname + location.search))
  throw problem
}

/** Asks the API for JSON; its shape is what the operation's output schema says. */
export async function api<Output>(path: string, options?: ApiOptions): Promise<Output> {
  return (await (await apiResponse(path, options)).json()) as Output
}

/** Starts an operation that goes on when this page is left, and returns the run to watch. */
export async function startRun(request: { method: string; path: string; body: unknown }): Promise<string> {
  const { run_id } = await api<{ run_id: string }>(request.path, {
    method: request.method,
    body: request.body ?? {},
    headers: { prefer: 'respond-async' },
  })
  return run_id
}
