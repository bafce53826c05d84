/**
 * Requests for operations as Node's own server hands them over, past the router of the whole app and the standard's `Request`,
 * which together take longer than the app's own part. Only headers and body are read in another way; whatever is unusual about a
 * request is left to the routes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TrieRouter } from 'hono/router/trie-router'
import type { Core } from '../core/index.ts'
import type { RegisteredOperation } from '../operations/registry.ts'
import { AnswerSender } from './answer-sender.ts'
import { operationFace } from './operation.ts'
import { NodeRequest } from './request.ts'
import { KnownPathsRouter } from './router.ts'

/** A path in which nothing is encoded, and its query. */
const PLAIN_TARGET = /^(\/api\/[\w.~/-]+)(?:\?[^#]*)?$/
export const PLAIN_HOST = /^[a-z\d.-]+(?::\d{1,5})?$/i

/** What this router found in a path; other routers of the kind give places in it instead. */
function textOf(params: Readonly<Record<string, string | number>> = {}): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const name in params) texts[name] = String(params[name])
  return texts
}

/** @returns answers a request if it is such a one; else it does nothing and says so */
export function operationListener(core: Core): (incoming: IncomingMessage, outgoing: ServerResponse) => boolean {
  const face = operationFace(core)
  const sender = new AnswerSender()
  const router = new KnownPathsRouter(new TrieRouter<RegisteredOperation>())
  for (const operation of core.registry.operations) router.add(operation.http.method, operation.http.path, operation)

  return (incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    const path = url.startsWith('/api/') ? PLAIN_TARGET.exec(url)?.[1] : undefined
    if (path === undefined) return false
    const [operation, params] = router.match(method, path)[0][0] ?? []
    if (operation === undefined) return false
    const request = new NodeRequest(incoming, outgoing)
    if (!PLAIN_HOST.test(request.headers.get('host') ?? '')) return false
    const onFailure = (error: unknown) => core.noteFailure(error, operation.id)
    void sender.send(face(operation, request, textOf(params)), incoming, outgoing, onFailure)
    return true
  }
}
