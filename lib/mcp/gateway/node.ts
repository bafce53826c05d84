/**
 * Calls as Node's own server hands them over. They are the requests that come by the thousand, so they go past the router and
 * the standard's `Request`, which would take longer than the gateway itself. All that differs is how headers and body are read:
 * whatever is unusual about a request is left to the routes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Core } from '../../core/index.ts'
import { AnswerSender } from '../../http/answer-sender.ts'
import { IncomingHeaders } from '../../http/headers.ts'
import { PLAIN_HOST } from '../../http/node.ts'
import { readIncoming } from '../../http/request.ts'
import { checkBody, tooLarge } from './body.ts'
import { gatewayFace } from './face.ts'
import { MAX_MESSAGE_BYTES } from './process.ts'

const CALL = /^\/mcp\/([\w-]+)(?:\/(\w[\w.-]*))?$/

/** A POST needs none: what it began goes on, and its answer can be asked for again. */
const NO_SIGNAL = new AbortController().signal

/**
 * @param listenHost address of the listener that requests are taken from
 * @returns answers a request if it is such a call; else it does nothing and says so
 */
export function gatewayListener(
  core: Core,
  listenHost: () => string,
): (incoming: IncomingMessage, outgoing: ServerResponse) => boolean {
  const face = gatewayFace(core, listenHost)
  const sender = new AnswerSender((error, where) => core.noteFailure(error, where))
  return (incoming, outgoing) => {
    const { url, method } = incoming
    if (method !== 'POST' || url?.startsWith('/mcp/') !== true) return false
    const [, name, tool = null] = CALL.exec(url) ?? []
    if (name === undefined || !core.gateway.has(name)) return false
    const headers = new IncomingHeaders(incoming.rawHeaders)
    if (!PLAIN_HOST.test(headers.get('host') ?? '')) return false
    const read = () => {
      checkBody(headers)
      return readIncoming(incoming, MAX_MESSAGE_BYTES, tooLarge)
    }
    const answer = face.post(name, tool, { method, headers, signal: NO_SIGNAL }, read)
    sender.send(answer, { incoming, outgoing, where: 'mcp' })
    return true
  }
}
