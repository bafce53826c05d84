/** What may be done with a server's tools, what it last said they are, and the record of each call. */
import type { Calls, EndedCall } from '../../calls/index.ts'
import type { Principal } from '../../operations/types.ts'
import { exactly } from './exact.ts'
import type { ServerDefinition } from './definition.ts'
import { isObject, type JsonObject, RPC_CODES, type RpcFailure, type RpcResponse } from './jsonrpc.ts'

export interface Tool {
  name: string
  title: string | null
  description: string | null
  inputSchema: JsonObject
}

export interface ToolResult {
  content: JsonObject[]
  structured: unknown
  isError: boolean
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function readTool(value: unknown): Tool | null {
  if (!isObject(value) || typeof value['name'] !== 'string') return null
  const { name, title, description, inputSchema, annotations } = value
  return {
    name,
    title: textOf(title) ?? (isObject(annotations) ? textOf(annotations['title']) : null),
    description: textOf(description),
    inputSchema: isObject(inputSchema) ? inputSchema : { type: 'object' },
  }
}

/** The tools in the answer to `tools/list`. */
export function toolsIn(result: JsonObject): Tool[] {
  const { tools } = result
  return Array.isArray(tools) ? tools.map(readTool).filter((tool) => tool !== null) : []
}

export function readToolResult(result: JsonObject): ToolResult {
  const { content, structuredContent, isError } = result
  return {
    content: Array.isArray(content) ? content.filter(isObject) : [],
    structured: structuredContent ?? null,
    isError: isError === true,
  }
}

/** What the record of calls says of an answer: null when it worked. */
export function callError(response: RpcResponse): string | null {
  if (response.error !== null) return `rpc ${String(response.error['code'])}`
  return response.result?.['isError'] === true ? 'tool-error' : null
}

/** The same for a call that had no answer. */
export function failureName({ code }: RpcFailure): string {
  if (code === RPC_CODES.timeout) return 'mcp-timeout'
  if (code === RPC_CODES.cancelled) return 'cancelled'
  return code === RPC_CODES.refused ? 'forbidden' : 'mcp-server'
}

/** Records are kept this long and written together, in milliseconds: each by itself would cost a third of the call. */
const RECORD_MS = 50

/** One call on its way; said once how it ended. */
export interface OpenCall {
  ended(error: string | null): void
}

export class ToolGate {
  readonly #definition: ServerDefinition
  readonly #calls: Calls
  readonly #now: () => Date
  #tools: { tools: Tool[]; at: Date } | null = null
  #ended: EndedCall[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(definition: ServerDefinition, calls: Calls, now: () => Date) {
    this.#definition = definition
    this.#calls = calls
    this.#now = now
  }

  /** What it last said, hidden ones included; null when it was never asked, or said that they have changed. */
  get known(): { tools: Tool[]; at: Date } | null {
    return this.#tools
  }

  remember(tools: Tool[]): void {
    this.#tools = { tools, at: this.#now() }
  }

  forget(): void {
    this.#tools = null
  }

  isAllowed(tool: string): boolean {
    return this.#definition.allowedTools?.has(tool) ?? true
  }

  /** Why a call is refused; null when it may go on. A promise only where its arguments have to be looked at. */
  refusal(tool: string, args: JsonObject): string | null | Promise<string | null> {
    if (!this.isAllowed(tool)) return `The tool "${tool}" is not among those that may be used.`
    return this.#definition.refuses?.(tool, args) ?? null
  }

  /** Whether calls are refused by what they say: the server then has to read them just as the gateway did. */
  get guards(): boolean {
    return this.filters || this.#definition.refuses !== undefined
  }

  /** Whether answers to `tools/list` have to be changed. */
  get filters(): boolean {
    return this.#definition.allowedTools !== null
  }

  /**
   * The answer to `tools/list` without the tools that may not be used; the text itself where nothing is hidden.
   * @param id under which it is answered
   */
  filtered(text: string, value: JsonObject, id: unknown = value['id']): string {
    if (!isObject(value['result']) || !Array.isArray(value['result']['tools'])) return text
    if (value['result']['nextCursor'] === undefined) this.remember(toolsIn(value['result']))
    if (!this.filters) return text
    const { result } = exactly(text, value)
    const listed = isObject(result) && Array.isArray(result['tools']) ? result['tools'] : []
    const tools = listed.filter(
      (tool) => isObject(tool) && typeof tool['name'] === 'string' && this.isAllowed(tool['name']),
    )
    return JSON.stringify({ ...value, id, result: { ...(isObject(result) ? result : {}), tools } })
  }

  /** Begins the record of a call. */
  begin(tool: string, face: 'mcp' | 'openapi', principal: Principal): OpenCall {
    const began = performance.now()
    const server = this.#definition.name
    return {
      ended: (error) => {
        const durationMs = Math.round((performance.now() - began) * 100) / 100
        this.#ended.push({ at: this.#now(), face, server, tool, principal, durationMs, error, runId: null })
        this.#timer ??= setTimeout(() => this.flush(), RECORD_MS)
      },
    }
  }

  /** Hands over what was recorded. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const ended = this.#ended
    this.#ended = []
    this.#calls.recordAll(ended)
  }
}
