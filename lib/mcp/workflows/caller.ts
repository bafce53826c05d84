/** Who may do what over MCP. */
import { allows } from '../../auth/index.ts'
import type { Core } from '../../core/index.ts'
import { authorize } from '../../http/guard.ts'
import type { LinkTo, Principal, Scope } from '../../operations/types.ts'
import { callerOf } from '../access.ts'

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
function mayConnect(principal: Principal): boolean {
  return (['read', 'run', 'apply'] as const).some((scope) => mayDo(principal, scope))
}

/**
 * Who sent a request. Here a key is always needed, whatever `mcp.reverseProxy.authType` says, since the workflows can move
 * files.
 * @throws AppError `bad-host`, `bad-origin`, `unauthorized`, `forbidden`
 */
export async function workflowCaller(core: Core, headers: Headers): Promise<Principal> {
  const principal = await callerOf(core, headers, null)
  if (!mayConnect(principal)) authorize(principal, OWN_SCOPE)
  return principal
}
