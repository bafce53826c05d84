/** A server behind the gateway that is a program of this machine. */
import { AppError } from '../../errors/index.ts'
import type { TextAnswer } from '../../http/text-answer.ts'
import type { Principal } from '../../operations/types.ts'
import type { Protection } from '../schemas.ts'
import { ask, failureError, resultOf } from './ask.ts'
import type { Connection } from './connection.ts'
import type { ServerDefinition } from './definition.ts'
import { Endpoint } from './endpoint.ts'
import type { LogLine } from './log-ring.ts'
import type { DirectCall, GatewayRequest, GatewayServer, ServerStatus } from './server.ts'
import { StdioServer, type StdioServerOptions } from './stdio-server.ts'
import { callError, failureName, readToolResult, type Tool, type ToolGate, type ToolResult, toolsIn } from './tools.ts'

/** Most pages of a list of tools. */
const MAX_PAGES = 50
const LIST_MS = 30_000

export class ProgramServer implements GatewayServer {
  readonly gate: ToolGate
  readonly #stdio: StdioServer
  readonly #endpoint: Endpoint
  #listing: Promise<Tool[]> | null = null

  constructor(options: Omit<StdioServerOptions, 'onListChanged'>, gate: ToolGate) {
    this.gate = gate
    this.#stdio = new StdioServer({
      ...options,
      onListChanged: (text, method) => {
        if (method === 'notifications/tools/list_changed') gate.forget()
        if (options.transport.shared) this.#endpoint.tell(text)
      },
    })
    this.#endpoint = new Endpoint(this.#stdio, gate)
  }

  get definition(): ServerDefinition {
    return this.#stdio.definition
  }

  handle(request: GatewayRequest, text: string, principal: Principal): Promise<Response | TextAnswer> {
    return this.#endpoint.handle(request, text, principal)
  }

  async listTools(refresh: boolean): Promise<Tool[]> {
    const known = this.gate.known
    if (known !== null && !refresh) return known.tools
    this.#listing ??= this.#askTools().finally(() => (this.#listing = null))
    return this.#listing
  }

  async #askTools(): Promise<Tool[]> {
    const connection = await this.#stdio.shared()
    const tools: Tool[] = []
    let cursor: unknown
    for (let page = 0; page < MAX_PAGES; page++) {
      const result = await ask(connection, 'tools/list', cursor === undefined ? {} : { cursor }, LIST_MS)
      tools.push(...toolsIn(result))
      cursor = result['nextCursor']
      if (cursor === undefined || cursor === null) break
    }
    this.gate.remember(tools)
    return tools
  }

  async callTool(call: DirectCall): Promise<ToolResult> {
    const { tool, args, principal, face } = call
    const open = this.gate.begin(tool, face, principal)
    const refused = this.gate.refusal(tool, args)
    const reason = refused instanceof Promise ? await refused : refused
    if (reason !== null) {
      open.ended('forbidden')
      throw new AppError('forbidden', reason)
    }
    let connection: Connection
    try {
      connection = this.#stdio.sharedNow ?? (await this.#stdio.shared())
    } catch (error) {
      open.ended(error instanceof AppError ? error.code : 'mcp-server')
      throw error
    }
    return new Promise((resolve, reject) => {
      connection.callTool(tool, call.argumentsJson, {
        related: () => undefined,
        answered: (_text, response) => {
          open.ended(callError(response))
          try {
            resolve(readToolResult(resultOf(response)))
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        },
        failed: (failure) => {
          open.ended(failureName(failure))
          reject(failureError(failure))
        },
      })
    })
  }

  start(): Promise<void> {
    return this.#stdio.start()
  }

  /** Ends its processes. Sessions stay: their next call starts a process again. */
  stop(): Promise<void> {
    return this.#stdio.stop()
  }

  /** Ends everything: the server is taken from the gateway. */
  async end(): Promise<void> {
    await this.#endpoint.end()
    await this.#stdio.stop()
    this.gate.flush()
  }

  status(): ServerStatus {
    const { running, backoff, starting } = this.#stdio
    const { longestMs: waitMs, restarts } = backoff
    const waits = waitMs > 0
    const failure = this.#stdio.failure ?? (running.length > 0 ? null : this.#stdio.lack)
    return {
      state: !this.definition.enabled
        ? 'off'
        : running.length > 0
          ? 'running'
          : starting
            ? 'starting'
            : waits
              ? 'waiting'
              : failure === null
                ? 'idle'
                : 'failed',
      detail: failure,
      retryMs: waits ? waitMs : null,
      restarts,
      processes: running.map(({ process, startedAt, use, connection }) => ({
        pid: process.pid,
        startedAt,
        use,
        running: connection.running,
      })),
      sessions: this.#endpoint.sessions,
    }
  }

  log(): { lines: LogLine[]; dropped: number } {
    return this.#stdio.ring.read()
  }

  protection(): Promise<Protection> {
    return this.#stdio.protection()
  }
}
