/** What is checked before an operation runs: the Host header, who asks, and where the request came from. */
import type { Admin, ApiKeys } from '../auth/index.ts'
import { allows } from '../auth/index.ts'
import { AppError } from '../errors/index.ts'
import type { Principal, Scope } from '../operations/types.ts'
import type { HeaderReader } from './headers.ts'
import type { RateLimit } from './rate-limit.ts'

export const SESSION_COOKIE = 'hwc_ai_session'

/** Nobody in particular. */
const ANONYMOUS: Principal = { kind: 'session', id: 'anonymous', name: 'anonymous', scopes: [] }

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Name of a Host header without its port. */
export function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}

/** The last Host header that was known, by the names that were: nearly every request comes with the same. */
const knownHosts = new WeakMap<ReadonlySet<string>, string>()

/** Whether a Host header names this server. */
export function isKnownHost(host: string | null, allowed: ReadonlySet<string>): boolean {
  if (host === null) return false
  if (knownHosts.get(allowed) === host) return true
  const name = hostName(host)
  const known = LOOPBACK_NAMES.has(name) || allowed.has(name)
  if (known) knownHosts.set(allowed, host)
  return known
}

/**
 * Refuses names that are not this server's: a page of another site whose name was made to point here (DNS rebinding) sends
 * its own name.
 * @throws AppError `bad-host`
 */
export function checkHost(host: string | null, allowed: ReadonlySet<string>): void {
  if (isKnownHost(host, allowed)) return
  throw new AppError('bad-host', `This server does not answer as ${JSON.stringify(host ?? '')}.`, {
    hint: 'Use 127.0.0.1 or localhost, or add the name to hwc.ai.local-workflows.api.allowedHosts.',
  })
}

/** The session token among the cookies, or null. */
export function sessionCookie(header: string | null): string | null {
  if (header === null) return null
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2)
    if (name === SESSION_COOKIE && value !== undefined && value !== '') return value
  }
  return null
}

/**
 * Refuses a request of another site that rides on the admin's cookie, or that would make one.
 * @throws AppError `bad-origin`
 */
export function checkOrigin(headers: HeaderReader): void {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const foreign =
    (site !== null && site !== 'same-origin' && site !== 'none') ||
    (origin !== null && (origin === 'null' || !URL.canParse(origin) || new URL(origin).host !== headers.get('host')))
  if (foreign)
    throw new AppError(
      'bad-origin',
      `The request came from ${origin ?? 'another site'}, not from this app's own pages.`,
      {
        hint: 'Open the app by the address it is reached at, or use an API key.',
      },
    )
}

export interface Identity {
  principal: Principal
  sessionToken: string | null
}

const BEARER = /^Bearer +(\S+)$/i

/** The key of an Authorization header; null where there is none. */
export function bearerOf(authorization: string): string | null {
  return BEARER.exec(authorization)?.[1] ?? null
}

/** Who sent the request, when it carries a key that was found good a moment ago; null says nothing about the sender. */
export function identifyAtOnce(headers: HeaderReader, keys: ApiKeys): Principal | null {
  const secret = bearerOf(headers.get('authorization') ?? '')
  return secret === null ? null : keys.trusted(secret)
}

/**
 * Who sent the request: an API key as Bearer, else the admin's session cookie, else nobody.
 * @throws AppError `unauthorized` for a key that does not work, `bad-origin`
 */
export async function identify(headers: HeaderReader, method: string, keys: ApiKeys, admin: Admin): Promise<Identity> {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const secret = bearerOf(authorization)
    const principal = secret === null ? null : await keys.verify(secret)
    if (principal !== null) return { principal, sessionToken: null }
    throw new AppError('unauthorized', 'That API key does not work: it is unknown, was revoked or has expired.', {
      hint: 'Make one with `hwc-ai keys create NAME`, and send it as Authorization: Bearer KEY.',
    })
  }
  const sessionToken = sessionCookie(headers.get('cookie'))
  if (sessionToken === null) return { principal: ANONYMOUS, sessionToken }
  const principal = await admin.verifySession(sessionToken)
  if (principal === null) return { principal: ANONYMOUS, sessionToken }
  if (method !== 'GET' && method !== 'HEAD') checkOrigin(headers)
  return { principal, sessionToken }
}

/**
 * Counts a request of a key, of which there may be so many.
 * @param perMinute 0: no limit
 * @throws AppError `rate-limited`
 */
export function spendRequest(limit: RateLimit, { kind, id, name }: Principal, perMinute: number): void {
  const seconds = kind === 'key' ? limit.take(id, perMinute, 1) : 0
  if (seconds > 0)
    throw new AppError('rate-limited', `The key "${name}" may send ${perMinute} requests a minute.`, {
      retryAfterSeconds: seconds,
      hint: 'Send fewer, or raise hwc.ai.local-workflows.api.rateLimit.',
    })
}

/** @throws AppError `unauthorized` when nobody is signed in, `forbidden` when the key may not */
export function authorize(principal: Principal, scope: Scope | 'public'): void {
  if (allows(principal.scopes, scope)) return
  if (principal.scopes.length === 0)
    throw new AppError('unauthorized', 'This needs an API key or a signed-in admin.', {
      hint: 'Send Authorization: Bearer KEY, or sign in. Keys are made with `hwc-ai keys create NAME`.',
    })
  throw new AppError('forbidden', `The key "${principal.name}" lacks the scope "${scope}".`, {
    hint: `Use a key that has it: hwc-ai keys create NAME --scopes ${scope}`,
  })
}
