/** Sends one message to one notifier. */
import { readFile } from 'node:fs/promises'
import type { Settings } from '../config/index.ts'
import { messageOf } from '../errors/index.ts'
import type { Message } from './message.ts'
import { NOTIFIERS } from './notifiers/index.ts'
import { whyUnreachable } from './reach.ts'

export type Target = Settings['health']['notifiers'][string]

const TIMEOUT_MS = 10_000

async function readToken(file: string | null): Promise<string | null> {
  if (file === null) return null
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    throw new Error(`its token cannot be read from ${file}: ${messageOf(error)}`, { cause: error })
  }
}

/** The cause of a failed fetch, which says more than "fetch failed". */
function why(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`
  return whyUnreachable(error instanceof TypeError && error.cause !== undefined ? error.cause : error)
}

/**
 * Hands the message over.
 * @returns null when it was taken, else why not, without any secret
 */
export async function send(message: Message, target: Target, signal: AbortSignal): Promise<string | null> {
  try {
    const request = NOTIFIERS[target.type].request(message, target.url, await readToken(target.tokenFile))
    const response = await fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...request.headers },
      body: JSON.stringify(request.body),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body?.cancel()
    return response.ok ? null : `it answered HTTP ${response.status}`
  } catch (error) {
    return why(error)
  }
}
