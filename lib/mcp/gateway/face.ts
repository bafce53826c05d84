/** What the gateway answers, however the request came in: who may, how often, and by which of the two faces. */
import type { Core } from '../../core/index.ts'
import { AppError } from '../../errors/index.ts'
import { holdAnswer, isEventStream } from '../../http/held-stream.ts'
import { jsonText, problemResponse } from '../../http/respond.ts'
import { TextAnswer } from '../../http/text-answer.ts'
import type { Principal } from '../../operations/types.ts'
import { assertMayUse, callerOf } from '../access.ts'
import { plainAnswer } from '../openapi.ts'
import { oneLine, parseMessage, readMessages } from './body.ts'
import { exactly } from './exact.ts'
import { isObject, type JsonObject } from './jsonrpc.ts'
import type { GatewayRequest, GatewayServer } from './server.ts'

export interface Call {
  server: GatewayServer
  principal: Principal
}

export interface GatewayFace {
  /** Answers once it is clear that the caller may use the server; what goes wrong is a problem. */
  guarded<Answer>(
    name: string,
    request: GatewayRequest,
    answer: (call: Call) => Promise<Answer>,
  ): Promise<Answer | Response>
  /**
   * Answers a POST.
   * @param tool of the OpenAPI face; null for a message of MCP
   * @param read reads the body; it is not called for one who may not
   */
  post(
    name: string,
    tool: string | null,
    request: GatewayRequest,
    read: () => Promise<string>,
  ): Promise<Response | TextAnswer>
}

function readArguments(text: string): JsonObject {
  const value = parseMessage(text)
  if (isObject(value)) return value
  throw new AppError('malformed-body', 'The body must be a JSON object with the arguments of the tool.')
}

/** @param listenHost address of the listener that requests are taken from */
export function gatewayFace(core: Core, listenHost: () => string): GatewayFace {
  const spend = ({ server, principal }: Call, calls: number) => {
    const { rateLimit } = core.settings.mcp.proxy
    if (rateLimit === 0) return
    const seconds = core.gateway.limit.take(`${principal.id} ${server.definition.name}`, rateLimit, calls)
    if (seconds > 0)
      throw new AppError(
        'rate-limited',
        `The key "${principal.name}" may send ${rateLimit} calls a minute to this server.`,
        {
          retryAfterSeconds: seconds,
        },
      )
  }

  const guarded: GatewayFace['guarded'] = async (name, request, answer) => {
    core.countRequest()
    try {
      const caller = callerOf(core, request.headers, listenHost())
      const principal = caller instanceof Promise ? await caller : caller
      // What there is not is no secret of one who may use all; to others it is as forbidden as the rest.
      assertMayUse(principal, name)
      return await answer({ server: core.gateway.offered(name), principal })
    } catch (error) {
      core.noteFailure(error, 'mcp')
      return problemResponse(error)
    }
  }

  const message = async (call: Call, request: GatewayRequest, read: () => Promise<string>) => {
    const text = await read()
    // Each message of a batch is a call.
    spend(call, /^\s*\[/.test(text) ? readMessages(text).incoming.length : 1)
    const answer = await call.server.handle(request, text, call.principal)
    return answer instanceof TextAnswer || !isEventStream(answer)
      ? answer
      : holdAnswer(answer, core.keys, call.principal)
  }

  const direct = async (call: Call, tool: string, read: () => Promise<string>) => {
    spend(call, 1)
    const text = oneLine(await read()) || '{}'
    const { server, principal } = call
    const args = readArguments(text)
    const argumentsJson = server.gate.guards ? JSON.stringify(exactly(text, args)) : text
    return jsonText(plainAnswer(await server.callTool({ tool, argumentsJson, args, principal, face: 'openapi' })))
  }

  return {
    guarded,
    post: (name, tool, request, read) =>
      guarded(name, request, (call) => (tool === null ? message(call, request, read) : direct(call, tool, read))),
  }
}
