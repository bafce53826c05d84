/**
 * Answers to requests whose body nobody wants: too large, without a key, for a path that is not there. Node would read all of it, to
 * use the connection again, or close it at once, which makes the client's kernel drop the answer together with what it still sends.
 */
import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** A body no longer than this is read to its end and the connection goes on, in bytes. */
const SHORT_BYTES = 65_536

export interface Linger {
  /** Bytes of the rest that are read and dropped. */
  bytes: number
  /** Milliseconds from the end of the answer until the connection is closed, whatever the client does. */
  ms: number
}

const LINGER: Linger = { bytes: 1_048_576, ms: 1000 }

function mayBeLong({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SHORT_BYTES
}

/**
 * Closes the connection in stages (RFC 9112, 9.6): the answer says so and ends the app's half, some of the rest is read meanwhile, and
 * what comes then waits in the kernel until the client has closed its half or the time is over.
 */
function closeInStages(response: ServerResponse, { bytes, ms }: Linger): void {
  const { req: request } = response
  const { socket } = request
  response.setHeader('connection', 'close')
  let left = bytes
  request.on('data', (part: Buffer) => {
    left -= part.length
    if (left < 0) request.pause()
  })
  request.resume()
  // Called by Node when the last answer of a connection is written, in order to close both halves.
  socket.destroySoon = () => {
    if (socket.writableEnded) return
    socket.end()
    const timer = setTimeout(() => socket.destroy(), ms).unref()
    socket.once('close', () => clearTimeout(timer))
    request.once('end', () => socket.destroy())
  }
}

/** @returns the class of answers of a server; costs nothing where the body was read or there is none */
export function lingeringResponse(linger: Linger = LINGER) {
  return class<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    override writeHead(
      status: number,
      reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
      headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
    ): this {
      if (!this.req.complete && !this.req.destroyed && mayBeLong(this.req)) closeInStages(this, linger)
      return typeof reason === 'string' ? super.writeHead(status, reason, headers) : super.writeHead(status, reason)
    }
  }
}
