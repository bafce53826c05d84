/** A request of the API, whichever way it came in: as the standard's `Request`, or as Node's own server hands it over. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '../errors/index.ts'
import { type HeaderReader, IncomingHeaders } from './headers.ts'

/** The body of a request and what its headers say of it. */
export interface BodyReader {
  readonly headers: HeaderReader
  /**
   * Reads the body once.
   * @param maxBytes a longer one is refused with what `tooLarge` makes, as soon as it is
   */
  text(maxBytes: number, tooLarge: () => AppError): Promise<string>
}

export interface ApiRequest extends BodyReader {
  readonly method: string
  /** Path and query; a standard `Request` has its origin before them. */
  readonly url: string
  /** Of the client. */
  readonly address: string
  /** Aborts when the client goes away before it has its answer. */
  readonly signal: AbortSignal
}

/** JSON is UTF-8 (RFC 8259, 8.1): what is not would reach the app as another text, such as the name of another file. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws AppError `malformed-body` */
function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new AppError('malformed-body', 'The body is not UTF-8.', { cause: error })
  }
}

async function readLimited(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  tooLarge: () => AppError,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.byteLength
    if (bytes > maxBytes) throw tooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts, bytes)
}

/** The body of a standard request. */
export function bodyOf(request: Request): BodyReader {
  return {
    headers: request.headers,
    text: async (maxBytes, tooLarge) =>
      decoded(
        request.headers.get('content-length') === null && request.body !== null
          ? await readLimited(request.body, maxBytes, tooLarge)
          : new Uint8Array(await request.arrayBuffer()),
      ),
  }
}

export function requestOf(request: Request, address: string): ApiRequest {
  const { method, url } = request
  return {
    ...bodyOf(request),
    method,
    url,
    address,
    get signal() {
      return request.signal
    },
  }
}

/**
 * Reads the body of one of Node's requests.
 * @throws AppError `malformed-body` when it is not UTF-8 or the client went away, and `tooLarge`
 */
export async function readIncoming(
  incoming: IncomingMessage,
  maxBytes: number,
  tooLarge: () => AppError,
): Promise<string> {
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    const parts: Buffer[] = []
    let read = 0
    const onData = (part: Buffer) => {
      read += part.length
      parts.push(part)
      if (read <= maxBytes) return
      incoming.off('data', onData)
      incoming.pause()
      reject(tooLarge())
    }
    const onClose = () => {
      if (!incoming.readableEnded)
        reject(new AppError('malformed-body', 'The connection was closed before the end of the body.'))
    }
    if (incoming.destroyed) onClose()
    const onEnd = () => {
      const [only] = parts
      resolve(only !== undefined && parts.length === 1 ? only : Buffer.concat(parts, read))
    }
    incoming.on('data', onData).on('end', onEnd).on('close', onClose)
  })
  return decoded(bytes)
}

/** One of Node's requests; nothing is made of it that is not asked for. */
export class NodeRequest implements ApiRequest {
  readonly headers: IncomingHeaders
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse
  #gone: AbortController | null = null

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.headers = new IncomingHeaders(incoming.rawHeaders)
  }

  get method(): string {
    return this.#incoming.method ?? 'GET'
  }

  get url(): string {
    return this.#incoming.url ?? '/'
  }

  get address(): string {
    return this.#incoming.socket.remoteAddress ?? 'unknown'
  }

  get signal(): AbortSignal {
    if (this.#gone !== null) return this.#gone.signal
    const gone = new AbortController()
    const onClose = () => {
      if (!this.#outgoing.writableFinished) gone.abort(new Error('The client went away.'))
    }
    if (this.#outgoing.destroyed) onClose()
    else this.#outgoing.once('close', onClose)
    this.#gone = gone
    return gone.signal
  }

  text(maxBytes: number, tooLarge: () => AppError): Promise<string> {
    return readIncoming(this.#incoming, maxBytes, tooLarge)
  }
}
