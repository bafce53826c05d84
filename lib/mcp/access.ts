/** Who may use the MCP servers of this machine. */
import { allows } from '../auth/index.ts'
import { isLoopback } from '../config/index.ts'
import type { Core } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import { bearerOf, checkHost, checkOrigin } from '../http/guard.ts'
import type { HeaderReader } from '../http/headers.ts'
import type { Principal } from '../operations/types.ts'

/** Everyone who reaches a listener of this machine alone, where `mcp.reverseProxy.authType` is `none`. */
const THIS_MACHINE: Principal = { kind: 'key', id: 'this-machine', name: 'this machine', scopes: ['mcp'] }

/** The password of basic authentication, whatever the name: https://www.rfc-editor.org/rfc/rfc7617 */
function basicPassword(authorization: string): string | null {
  const encoded = /^Basic +(\S+)$/i.exec(authorization)?.[1]
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? null : text.slice(colon + 1)
}

function presentedKey(authorization: string, basic: boolean): string | null {
  return bearerOf(authorization) ?? (basic ? basicPassword(authorization) : null)
}

/**
 * Who asks: by an API key as bearer, with `basic` as password too. Keys are found by their digest, so no comparison of a secret
 * takes a time that tells anything. A cookie is worth nothing here: a browser would send it for any page.
 * @param listenHost the address of the listener that the request came in by; null where a key is needed whatever the settings say
 * @returns at once for a key that was found good a moment ago
 * @throws AppError `bad-host`, `bad-origin`, `unauthorized`, at once or later
 */
export function callerOf(core: Core, headers: HeaderReader, listenHost: string | null): Principal | Promise<Principal> {
  checkHost(headers.get('host'), core.allowedHosts)
  checkOrigin(headers)
  const { authType } = core.settings.mcp.reverseProxy
  const authorization = headers.get('authorization')
  if (authorization === null) {
    if (authType === 'none' && listenHost !== null && isLoopback(listenHost)) return THIS_MACHINE
    throw new AppError('unauthorized', 'This needs an API key.', {
      hint: `Send it as Authorization: Bearer KEY${authType === 'basic' ? ', or as the password of basic authentication' : ''}.`,
    })
  }
  const key = presentedKey(authorization, authType === 'basic')
  if (key === null) throw refused()
  return core.keys.trusted(key) ?? verified(core, key)
}

async function verified(core: Core, key: string): Promise<Principal> {
  const principal = await core.keys.verify(key)
  if (principal === null) throw refused()
  return principal
}

function refused(): AppError {
  return new AppError('unauthorized', 'That API key does not work: it is unknown, was revoked or has expired.', {
    hint: 'Make one with `hwc-ai keys create NAME --scopes mcp`.',
  })
}

/** Whether someone may use a server. */
export function mayUse({ scopes }: Principal, server: string): boolean {
  return allows(scopes, `mcp:${server}`)
}

/** @throws AppError `forbidden` */
export function assertMayUse(principal: Principal, server: string): void {
  if (mayUse(principal, server)) return
  throw new AppError('forbidden', `The key "${principal.name}" may not use the MCP server "${server}".`, {
    hint: `Use a key that may: hwc-ai keys create NAME --scopes mcp:${server}`,
  })
}
