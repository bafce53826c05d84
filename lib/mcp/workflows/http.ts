/** The workflows over MCP's Streamable HTTP, at `/mcp/workflows`. */
import type { Hono } from 'hono'
import type { Core } from '../../core/index.ts'
import { AppError } from '../../errors/index.ts'
import type { ApiEnv } from '../../http/env.ts'
import { problemResponse } from '../../http/respond.ts'
import type { Principal } from '../../operations/types.ts'
import { RateLimit } from '../gateway/rate-limit.ts'
import { workflowCaller, WORKFLOWS } from './caller.ts'
import type { Sessions } from './sessions.ts'

/**
 * Adds the route. The protocol's library is loaded by the first request of someone who may connect.
 * @param graceMs how long a client has to take a broken stream up again, in milliseconds; for tests
 */
export function mountWorkflows(app: Hono<ApiEnv>, core: Core, graceMs?: number): void {
  let loading: Promise<Sessions> | null = null
  const load = async () => new (await import('./sessions.ts')).Sessions(core, graceMs)
  const limit = new RateLimit(() => performance.now())
  /** @throws AppError `rate-limited` */
  const spend = ({ id, name }: Principal) => {
    const { rateLimit } = core.settings.mcp.proxy
    const seconds = limit.take(id, rateLimit, 1)
    if (seconds > 0)
      throw new AppError('rate-limited', `The key "${name}" may send ${rateLimit} calls a minute to this server.`, {
        retryAfterSeconds: seconds,
      })
  }
  app.all(`/mcp/${WORKFLOWS}`, async (c) => {
    core.countRequest()
    const request = c.req.raw
    try {
      const principal = await workflowCaller(core, request.headers)
      if (request.method === 'POST') spend(principal)
      loading ??= load()
      return await (await loading).handle(request, principal)
    } catch (error) {
      core.noteFailure(error, 'mcp')
      return problemResponse(error)
    }
  })
}
