/** The workflows over MCP's Streamable HTTP, at `/mcp/workflows`. */
import type { Hono } from 'hono'
import type { Core } from '../../core/index.ts'
import { AppError } from '../../errors/index.ts'
import type { ApiEnv } from '../../http/env.ts'
import { problemResponse } from '../../http/respond.ts'
import type { Principal } from '../../operations/types.ts'
import { readText } from '../gateway/body.ts'
import { isTooDeep, MAX_DEPTH } from '../gateway/depth.ts'
import { RPC_CODES, rpcError } from '../gateway/jsonrpc.ts'
import { jsonAnswer } from '../gateway/streams.ts'
import { RateLimit } from '../../http/rate-limit.ts'
import { workflowCaller, WORKFLOWS } from './caller.ts'
import type { Sessions } from './sessions.ts'

/** Each message of a batch is a call. What is no JSON is one, and refused later. */
function callsIn(text: string): number {
  if (!/^\s*\[/.test(text)) return 1
  try {
    const messages: unknown = JSON.parse(text)
    return Array.isArray(messages) ? Math.max(1, messages.length) : 1
  } catch {
    return 1
  }
}

function tooDeep(): Response {
  const message = `A message may be nested ${MAX_DEPTH} levels deep at most.`
  return jsonAnswer(rpcError(null, RPC_CODES.invalidRequest, message), 400)
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
  const spend = ({ id, name }: Principal, text: string) => {
    const { rateLimit } = core.settings.mcp.proxy
    if (rateLimit === 0) return
    const seconds = limit.take(id, rateLimit, callsIn(text))
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
      if (request.method === 'POST') {
        const text = await readText(request.clone())
        spend(principal, text)
        // The protocol's library reads what it cannot write, and fails inside.
        if (isTooDeep(text)) return tooDeep()
      }
      loading ??= load()
      return await (await loading).handle(request, principal)
    } catch (error) {
      core.noteFailure(error, 'mcp')
      return problemResponse(error)
    }
  })
}
