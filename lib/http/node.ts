/**
 * Requests for operations as Node's own server hands them over, past the router of the whole app and the standard's `Request`,
 * which together take longer than the app's own part. Only headers and body are read in another way; whatever is unusual about a
 * request is left to the routes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Result } from 'hono/router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import type { Core } from '../core/index.ts'
import type { RegisteredOperation } from '../operations/registry.ts'
import { AnswerSender } from './answer-sender.ts'
import { operationFace } from './operation.ts'
import { NodeRequest } from './request.ts'

/** A path in which nothing is encoded. */
const PLAIN_PATH = /^\/api\/[\w.~/-]+$/
export const PLAIN_HOST = /^[a-z\d.-]+(?::\d{1,5})?$/i

interface Found {
  operation: RegisteredOperation
  /** Values of the parameters of its path, by name. */
  params: Readonly<Record<string, string>>
}

const NO_PARAMS = {}

/** The path of a request for the API, when nothing in it is encoded; else null. */
function plainPath(url: string): string | null {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  return PLAIN_PATH.test(path) && !url.includes('#') ? path : null
}

/** @returns finds the operation of a method and a path, if there is one */
function operationFinder(operations: readonly RegisteredOperation[]): (method: string, path: string) => Found | null {
  const literal = new Map<string, Found>()
  const router = new RegExpRouter<RegisteredOperation>()
  for (const operation of operations) {
    const { method, path } = operation.http
    if (path.includes(':')) router.add(method, path, operation)
    else literal.set(`${method} ${path}`, { operation, params: NO_PARAMS })
  }
  return (method, path) => {
    const known = literal.get(`${method} ${path}`)
    if (known !== undefined) return known
    const result: Result<RegisteredOperation> = router.match(method, path)
    // This router gives the values in a list, and where in it each parameter is.
    const [found] = result.length === 2 ? result[0] : []
    if (found === undefined) return null
    const params: Record<string, string> = {}
    for (const [name, place] of Object.entries(found[1])) params[name] = result[1]?.[place] ?? ''
    return { operation: found[0], params }
  }
}

/** @returns answers a request if it is such a one; else it does nothing and says so */
export function operationListener(core: Core): (incoming: IncomingMessage, outgoing: ServerResponse) => boolean {
  const face = operationFace(core)
  const sender = new AnswerSender((error, where) => core.noteFailure(error, where))
  const find = operationFinder(core.registry.operations)

  return (incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    const path = plainPath(url)
    const found = path === null ? null : find(method, path)
    if (found === null) return false
    const { operation, params } = found
    const request = new NodeRequest(incoming, outgoing)
    if (!PLAIN_HOST.test(request.headers.get('host') ?? '')) return false
    sender.send(face(operation, request, params), { incoming, outgoing, where: operation.id })
    return true
  }
}
