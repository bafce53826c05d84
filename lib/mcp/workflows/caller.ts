/** Who may do what over MCP. */
import { allows } from '../../auth/index.ts'
import type { Core } from '../../core/index.ts'
import { AppError } from '../../errors/index.ts'
import { authorize, identify } from '../../http/guard.ts'
import type { LinkTo, Principal, Scope } from '../../operations/types.ts'

/** Name under which the workflows stand among the MCP servers. */
export const WORKFLOWS = 'workflows'
const OWN_SCOPE: Scope = `mcp:${WORKFLOWS}`
/** What the scope of this server holds: looking and working, but not moving a person's files. */
const WITHIN_OWN: readonly (Scope | 'public')[] = ['read', 'run']

/** Someone who has connected. */
export interface Caller {
  principal: Principal
  link: LinkTo
}

/** Whether a caller may do what needs this scope. `mcp:workflows`, and so `mcp`, hold `read` and `run`; `apply` stands for itself. */
export function mayDo({ scopes }: Principal, scope: Scope | 'public'): boolean {
  return allows(scopes, scope) || (WITHIN_OWN.includes(scope) && allows(scopes, OWN_SCOPE))
}

/** @throws AppError `unauthorized`, `forbidden` */
export function authorizeMcp(principal: Principal, scope: Scope | 'public'): void {
  if (!mayDo(principal, scope)) authorize(principal, scope)
}

/** Whether a key opens anything here: then its owner may connect, and sees what it opens. */
export function mayConnect(principal: Principal): boolean {
  return (['read', 'run', 'apply'] as const).some((scope) => mayDo(principal, scope))
}

/** The password of basic authentication (RFC 7617), or null. */
function basicPassword(authorization: string): string | null {
  const encoded = /^Basic +(\S+)$/i.exec(authorization)?.[1]
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? null : text.slice(colon + 1)
}

/**
 * Who sent a request: a key as bearer, the key as password where `mcp.reverseProxy.authType` is `basic`, or the signed-in
 * admin. Here a key is always needed, whatever that setting says, since the workflows can move files.
 * @throws AppError `unauthorized`, `forbidden`, `bad-origin`
 */
export async function callerOf(core: Core, request: Request): Promise<Principal> {
  const authorization = request.headers.get('authorization')
  const isBasic = core.settings.mcp.reverseProxy.authType === 'basic'
  const password = isBasic && authorization !== null ? basicPassword(authorization) : null
  const principal =
    password === null
      ? (await identify(request.headers, request.method, core.keys, core.admin)).principal
      : await core.keys.verify(password)
  if (principal === null) throw new AppError('unauthorized', 'That password is no API key that works.')
  if (!mayConnect(principal)) authorize(principal, OWN_SCOPE)
  return principal
}
