/** The workflows over MCP's Streamable HTTP, at `/mcp/workflows`. */
import type { Hono } from 'hono'
import type { Core } from '../../core/index.ts'
import { AppError } from '../../errors/index.ts'
import type { ApiEnv } from '../../http/env.ts'
import { problemResponse } from '../../http/respond.ts'
import type { Principal } from '../../operations/types.ts'
import { readText } from '../gateway/body.ts'
import { RateLimit } from '../../http/rate-limit.ts'
import { workflowCaller, WORKFLOWS } from './caller.ts'
import type { Sessions } from './sessions.ts'

/** Each message of a batch is a call. What is no JSON is one, and refused later. */
async function callsIn(request: Request): Promise<number> {
  const text = await readText(request)
  if (!/^\s*\[/.test(text)) return 1
  try {
    const messages: unknown = JSON.parse(text)
    return Array.isArray(messages) ? Math.max(1, messages.length) : 1
  } catch {
    return 1
  }
}

/**
 * Adds the route. The protocol's library is loaded by the first request of someone who may connect.
 * @param graceMs how long a client has to take a broken stream up again, in milliseconds; for tests
 */
export function mountWorkflows(app: Hono<ApiEnv>, core: Core, graceMs?: number): void {
  let loading: Promise<Sessions> | null = null
  const load = async () => new (await import('./sessions.ts')).Sessions(core, graceMs)
  const limit = new RateLimit(() => performance.now())
  /** @throws AppError `rate-limited` */
  const spend = async ({ id, name }: Principal, request: Request) => {
    const { rateLimit } = core.settings.mcp.proxy
    if (rateLimit === 0) return
    const seconds = limit.take(id, rateLimit, await callsIn(request.clone()))
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
      if (request.method === 'POST') await spend(principal, request)
      loading ??= load()
      return await (await loading).handle(request, principal)
    } catch (error) {
      core.noteFailure(error, 'mcp')
      return problemResponse(error)
    }
  })
}
