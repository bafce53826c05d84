/**
 * One HTTP exchange with a backend, over `node:http` rather than `fetch`: Node's fetch gives up after 300 seconds without
 * headers, which cannot be set without another dependency, and a large model on a slow disk loads for longer than that.
 */
import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** A host that is switched off drops packets: without a limit of our own the kernel tries for over two minutes. */
const CONNECT_TIMEOUT_MS = 5000

export interface Exchange {
  url: URL
  method: 'GET' | 'POST' | 'DELETE'
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Sent in place of `body`: JSON already. */
  text?: string
  signal: AbortSignal
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: AsyncIterable<Uint8Array>
  /** Closes the connection, which is how a backend learns that nobody wants the rest. */
  close: () => void
}

function limitConnecting(request: ClientRequest): void {
  request.on('socket', (socket) => {
    if (!socket.connecting) return
    const timer = setTimeout(() => {
      const error: NodeJS.ErrnoException = new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`)
      error.code = 'ETIMEDOUT'
      request.destroy(error)
    }, CONNECT_TIMEOUT_MS)
    const clear = () => clearTimeout(timer)
    socket.once('connect', clear).once('close', clear)
  })
}

/**
 * Sends one request on a connection of its own, so that closing it concerns this answer alone.
 * @throws the system error when there is no connection, `AbortError` when the signal is aborted
 */
export function exchange({ url, method, headers = {}, body, text, signal }: Exchange): Promise<Answer> {
  const json = text ?? (body === undefined ? undefined : JSON.stringify(body))
  const payload = json === undefined ? undefined : Buffer.from(json)
  const sent: Record<string, string | number> = { accept: 'application/json', ...headers }
  if (payload !== undefined)
    Object.assign(sent, { 'content-type': 'application/json', 'content-length': payload.length })
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers: sent, signal, agent: false })
    limitConnecting(request)
    request.once('response', (response: IncomingMessage) => {
      // Later errors reach whoever reads the body; without this listener they would also stop the process.
      response.on('error', () => undefined)
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: response,
        close: () => request.destroy(),
      })
    })
    request.on('error', reject)
    request.end(payload)
  })
}

/** Reads a whole body as text, up to `limit` bytes; the rest is dropped. */
export async function readText(answer: Answer, limit = 1_000_000): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body) {
    parts.push(part)
    size += part.length
    if (size >= limit) break
  }
  return Buffer.concat(parts).toString('utf8').slice(0, limit)
}
