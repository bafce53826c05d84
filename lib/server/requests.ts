/** Which requests the API answers, and which the pages may see. */
import type { IncomingMessage } from 'node:http'
import { checkHost } from '../http/guard.ts'
import { problemResponse } from '../http/respond.ts'

const API_PATHS = new Set(['/api', '/openapi.json', '/docs', '/metrics', '/.well-known/mcp.json'])

/** Where Next resizes pictures, for which it asks itself, past everything that is checked here; no page has one. */
const PICTURES = '/_next/image'

/**
 * Whether a path means what it says. Next would look for what is behind dots and backslashes, and find the copies of the API's routes
 * that only `next dev` has a use for.
 */
function isPlain(path: string): boolean {
  return URL.canParse(path, 'http://host') && new URL(path, 'http://host').href === `http://host${path}`
}

/**
 * Whether a request is the API's, which says that there is nothing where nothing is: its paths, those that no page has, and the root
 * for whoever asks for neither a page nor a part of one.
 */
export function isApi({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  if (path.startsWith('/api/') || path.startsWith('/mcp/') || API_PATHS.has(path)) return true
  if (path === PICTURES || !isPlain(path)) return true
  return path === '/' && headers.accept?.includes('text/html') !== true && headers['rsc'] === undefined
}

/** The answer to a request for a page under a name that is not this server's; null for all others. */
export function hostRefusal(host: string | undefined, allowed: ReadonlySet<string>): Response | null {
  try {
    checkHost(host ?? null, allowed)
    return null
  } catch (error) {
    return problemResponse(error)
  }
}
