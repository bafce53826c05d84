/** The routes of the gateway: each server's MCP endpoint, and its OpenAPI face. */
import type { Context, Hono } from 'hono'
import type { Core } from '../../core/index.ts'
import { AppError, messageOf } from '../../errors/index.ts'
import type { ApiEnv } from '../../http/env.ts'
import { jsonResponse, problemResponse } from '../../http/respond.ts'
import type { Principal } from '../../operations/types.ts'
import { assertMayUse, callerOf } from '../access.ts'
import { openApiOf, plainAnswer } from '../openapi.ts'
import { oneLine, readMessages, readText } from './body.ts'
import type { GatewayServer } from './index.ts'
import { isObject, type JsonObject } from './jsonrpc.ts'
import { RateLimit } from './rate-limit.ts'
import { refusal } from './streams.ts'

interface Call {
  server: GatewayServer
  principal: Principal
  request: Request
}

function readArguments(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new AppError('malformed-body', `The body is not valid JSON: ${messageOf(error)}`, { cause: error })
  }
  if (isObject(value)) return value
  throw new AppError('malformed-body', 'The body must be a JSON object with the arguments of the tool.')
}

/** @param listenHost address of the listener that these routes are reached by */
export function mountGateway(app: Hono<ApiEnv>, core: Core, listenHost: () => string): void {
  const limit = new RateLimit(() => performance.now())

  const spend = ({ server, principal }: Call, calls: number) => {
    const { rateLimit } = core.settings.mcp.proxy
    const seconds = limit.take(`${principal.id} ${server.definition.name}`, rateLimit, calls)
    if (seconds > 0)
      throw new AppError(
        'rate-limited',
        `The key "${principal.name}" may send ${rateLimit} calls a minute to this server.`,
        {
          retryAfterSeconds: seconds,
        },
      )
  }

  const guarded = (answer: (call: Call, c: Context<ApiEnv>) => Promise<Response>) => async (c: Context<ApiEnv>) => {
    core.countRequest()
    try {
      const request = c.req.raw
      const principal = await callerOf(core, request.headers, listenHost())
      const name = c.req.param('server') ?? ''
      // What there is not is no secret of one who may use all; to others it is as forbidden as the rest.
      assertMayUse(principal, name)
      return await answer({ server: core.gateway.offered(name), principal, request }, c)
    } catch (error) {
      core.noteFailure(error, 'mcp')
      return problemResponse(error)
    }
  }

  app.on(
    ['GET', 'POST', 'DELETE'],
    '/mcp/:server',
    guarded(async (call) => {
      const { request, server, principal } = call
      if (request.method !== 'POST') return server.handle(request, '', principal)
      const text = await readText(request)
      // Each message of a batch is a call.
      spend(call, /^\s*\[/.test(text) ? readMessages(text).incoming.length : 1)
      return server.handle(request, text, principal)
    }),
  )

  app.all(
    '/mcp/:server',
    guarded(() =>
      Promise.resolve(refusal(405, 'There are POST, GET and DELETE here.', { allow: 'POST, GET, DELETE' })),
    ),
  )

  app.get(
    '/mcp/:server/openapi.json',
    guarded(async ({ server, request }) => {
      const { name, description } = server.definition
      const tools = (await server.listTools(false)).filter((tool) => server.gate.isAllowed(tool.name))
      const url = `${new URL(request.url).origin}/mcp/${name}`
      return jsonResponse(JSON.stringify(openApiOf(name, description, tools, url)))
    }),
  )

  app.post(
    '/mcp/:server/:tool',
    guarded(async (call, c) => {
      spend(call, 1)
      const { request, server, principal } = call
      const text = oneLine(await readText(request)) || '{}'
      const tool = c.req.param('tool') ?? ''
      const args = readArguments(text)
      const argumentsJson = server.gate.guards ? JSON.stringify(args) : text
      return jsonResponse(plainAnswer(await server.callTool({ tool, argumentsJson, args, principal, face: 'openapi' })))
    }),
  )
}
