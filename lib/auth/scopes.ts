import type { Principal, Scope } from '../operations/types.ts'

/** Whether someone with these scopes may do what needs `scope`: `admin` implies the rest, `mcp` every server's own. */
export function allows(scopes: readonly Scope[], scope: Scope | 'public'): boolean {
  return (
    scope === 'public' ||
    scopes.includes('admin') ||
    scopes.includes(scope) ||
    (scope.startsWith('mcp:') && scopes.includes('mcp'))
  )
}

/** The person at the shell: whoever can read the state folder owns the app. */
export const LOCAL_PRINCIPAL: Principal = { kind: 'local', id: 'local', name: 'command line', scopes: ['admin'] }

/** The app's own scheduler. */
export const SCHEDULER_PRINCIPAL: Principal = {
  kind: 'scheduler',
  id: 'scheduler',
  name: 'schedule',
  scopes: ['admin'],
}
