/** The workflows over MCP's Streamable HTTP, at `/mcp/workflows`. */
import type { Hono } from 'hono'
import type { Core } from '../../core/index.ts'
import type { ApiEnv } from '../../http/env.ts'
import { checkHost, checkOrigin } from '../../http/guard.ts'
import { problemResponse } from '../../http/respond.ts'
import { callerOf, WORKFLOWS } from './caller.ts'
import type { Sessions } from './sessions.ts'

/**
 * Adds the route. The protocol's library is loaded by the first request of someone who may connect.
 * @param graceMs how long a client has to take a broken stream up again, in milliseconds; for tests
 */
export function mountWorkflows(app: Hono<ApiEnv>, core: Core, graceMs?: number): void {
  let loading: Promise<Sessions> | null = null
  const load = async () => new (await import('./sessions.ts')).Sessions(core, graceMs)
  app.all(`/mcp/${WORKFLOWS}`, async (c) => {
    core.countRequest()
    const request = c.req.raw
    try {
      checkHost(request.headers.get('host'), core.allowedHosts)
      // A page of another site must not talk to a server of this machine, with whatever key:
      // https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
      checkOrigin(request.headers)
      const principal = await callerOf(core, request)
      loading ??= load()
      return await (await loading).handle(request, principal)
    } catch (error) {
      core.noteFailure(error, 'mcp')
      return problemResponse(error)
    }
  })
}
