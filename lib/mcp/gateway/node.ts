/**
 * Calls as Node's own server hands them over. They are the requests that come by the thousand, so they go past the router and
 * the standard's `Request`, which would take longer than the gateway itself. All that differs is how headers and body are read:
 * whatever is unusual about a request is left to the routes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Core } from '../../core/index.ts'
import { AppError } from '../../errors/index.ts'
import { IncomingHeaders } from '../../http/headers.ts'
import { TextAnswer } from '../../http/text-answer.ts'
import { checkBody, tooLarge } from './body.ts'
import { gatewayFace } from './face.ts'
import { MAX_MESSAGE_BYTES } from './process.ts'

const CALL = /^\/mcp\/([\w-]+)(?:\/(\w[\w.-]*))?$/
const HOST = /^[a-z\d.-]+(?::\d{1,5})?$/i

/** A POST needs none: what it began goes on, and its answer can be asked for again. */
const NO_SIGNAL = new AbortController().signal

const decoder = new TextDecoder()

/** @throws AppError `body-too-large`, `malformed-body` when the client went away */
function readBody(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let bytes = 0
    const onData = (part: Buffer) => {
      bytes += part.length
      parts.push(part)
      if (bytes <= MAX_MESSAGE_BYTES) return
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
      resolve(decoder.decode(parts.length === 1 ? only : Buffer.concat(parts, bytes)))
    }
    incoming.on('data', onData).on('end', onEnd).on('close', onClose)
  })
}

/**
 * @param listenHost address of the listener that requests are taken from
 * @returns answers a request if it is such a call; else it does nothing and says so
 */
export function gatewayListener(
  core: Core,
  listenHost: () => string,
): (incoming: IncomingMessage, outgoing: ServerResponse) => boolean {
  const face = gatewayFace(core, listenHost)
  return (incoming, outgoing) => {
    const { url, method } = incoming
    if (method !== 'POST' || url?.startsWith('/mcp/') !== true) return false
    const [, name, tool = null] = CALL.exec(url) ?? []
    if (name === undefined || !core.gateway.has(name)) return false
    const headers = new IncomingHeaders(incoming.rawHeaders)
    if (!HOST.test(headers.get('host') ?? '')) return false
    const read = () => {
      checkBody(headers)
      return readBody(incoming)
    }
    void face.post(name, tool, { method, headers, signal: NO_SIGNAL }, read).then((answer) => {
      if (answer instanceof TextAnswer) answer.send(outgoing)
      else return getRequestListener(() => answer)(incoming, outgoing)
    })
    return true
  }
}
