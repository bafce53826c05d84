/** What the gateway offers of every server, program or address alike. */
import type { HeaderReader } from '../../http/headers.ts'
import type { TextAnswer } from '../../http/text-answer.ts'
import type { Principal } from '../../operations/types.ts'
import type { Protection } from '../schemas.ts'
import type { ServerDefinition } from './definition.ts'
import type { JsonObject } from './jsonrpc.ts'
import type { LogLine } from './log-ring.ts'
import type { Tool, ToolGate, ToolResult } from './tools.ts'

export interface ServerStatus {
  state: 'off' | 'idle' | 'starting' | 'running' | 'waiting' | 'failed'
  /** Why, when that needs saying. */
  detail: string | null
  /** Milliseconds until it may be started again; null when it does not wait. */
  retryMs: number | null
  restarts: number
  processes: readonly { pid: number; startedAt: Date; use: 'shared' | 'session'; running: number }[]
  sessions: number
}

/** A request to a server. Its `signal`, which a POST does not need, says that the client is gone. */
export interface GatewayRequest {
  readonly method: string
  readonly headers: HeaderReader
  readonly signal: AbortSignal
}

export interface GatewayServer {
  readonly definition: ServerDefinition
  readonly gate: ToolGate
  /** Answers a request to `/mcp/NAME`. @param text the body of a POST */
  handle(request: GatewayRequest, text: string, principal: Principal): Promise<Response | TextAnswer>
  /**
   * Its tools, hidden ones included, from the last answer if there is one.
   * @throws AppError `mcp-server`, `mcp-waiting`, `mcp-timeout`
   */
  listTools(refresh: boolean): Promise<Tool[]>
  /**
   * Calls a tool outside of any session.
   * @param argumentsJson a JSON object on one line @param args the same, parsed
   * @throws AppError `forbidden`, `invalid-input`, `mcp-server`, `mcp-waiting`, `mcp-timeout`
   */
  callTool(call: DirectCall): Promise<ToolResult>
  start(): Promise<void>
  stop(): Promise<void>
  status(): ServerStatus
  log(): { lines: LogLine[]; dropped: number }
  /** Null where the program is not ours. */
  protection(): Promise<Protection | null>
}

export interface DirectCall {
  tool: string
  argumentsJson: string
  args: JsonObject
  principal: Principal
  face: 'mcp' | 'openapi'
}
