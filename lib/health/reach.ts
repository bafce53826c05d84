/** Asking an address or a port, with what went wrong said in words. */
import { connect } from 'node:net'
import { isSystemError, messageOf } from '../errors/index.ts'
import { exchange, readText } from '../providers/http.ts'

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed without an answer',
  ENOTFOUND: 'that name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'that machine cannot be reached',
  ENETUNREACH: 'there is no network there',
  ETIMEDOUT: 'no connection came about',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
}

/** Why a connection failed, e.g. `nothing listens there (ECONNREFUSED)`. */
export function whyUnreachable(error: unknown): string {
  if (!isSystemError(error) || error.code === undefined) return messageOf(error)
  const reason = REASONS[error.code]
  return reason === undefined ? error.message : `${reason} (${error.code})`
}

export interface Reached {
  status: number
  text: string
}

/** Most of an answer that is looked at, in bytes. */
const LOOKED_AT = 65_536

/**
 * Asks an address with GET; redirects are not followed, since they would be another address.
 * @throws the system error when nothing answers
 */
export async function ask(url: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<Reached> {
  const answer = await exchange({ url: new URL(url), method: 'GET', headers, signal })
  try {
    return { status: answer.status, text: await readText(answer, LOOKED_AT) }
  } finally {
    answer.close()
  }
}

/**
 * Opens a connection and closes it at once.
 * @throws the system error when there is none
 */
export function openConnection(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', giveUp)
      socket.destroy()
      settle()
    }
    const giveUp = () => end(() => reject(new Error('given up')))
    signal.addEventListener('abort', giveUp)
    socket.once('connect', () => end(resolve))
    socket.once('error', (error) => end(() => reject(error)))
  })
}
