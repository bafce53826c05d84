/** What a page may load and run. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const HEADER = 'content-security-policy'

/** Nothing from another host, no frame, and of scripts in the page only those that carry the nonce. */
function policy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/**
 * Gives a request for a page a nonce of its own. Next reads it from the request's header and puts it on the scripts it
 * starts the page with; every page is made anew for each request as it is, so this costs nothing.
 * https://nextjs.org/docs/app/guides/content-security-policy
 */
export function applyPagePolicy(request: IncomingMessage, response: ServerResponse): void {
  const value = policy(randomBytes(16).toString('base64'))
  request.headers[HEADER] = value
  response.setHeader(HEADER, value)
}
