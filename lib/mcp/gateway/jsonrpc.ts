/** JSON-RPC 2.0 messages, looked at once and otherwise passed on as they came: https://www.jsonrpc.org/specification */

export type MessageId = string | number
export type JsonObject = Record<string, unknown>

export interface RpcRequest {
  kind: 'request'
  id: MessageId
  method: string
  params: JsonObject | null
  value: JsonObject
}
export interface RpcNotification {
  kind: 'notification'
  method: string
  params: JsonObject | null
  value: JsonObject
}
export interface RpcResponse {
  kind: 'response'
  id: MessageId
  /** Null when it is an error. */
  result: JsonObject | null
  error: JsonObject | null
  value: JsonObject
}
export type Message = RpcRequest | RpcNotification | RpcResponse

/** Codes of the specification, and those that MCP's own programs use for what it leaves open. */
export const RPC_CODES = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** The server went away. */
  closed: -32000,
  timeout: -32001,
  /** The gateway does not allow it. */
  refused: -32003,
  cancelled: -32800,
} as const

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isId(value: unknown): value is MessageId {
  return typeof value === 'string' || Number.isFinite(value)
}

const EXACT: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])
const EXACT_OF_CALLS: ReadonlySet<string> = new Set(['name', 'arguments'])

/**
 * Whether an object has a member whose name is one of the protocol's but for its case. Some servers take it for that member,
 * those in Go by default, and would do what the gateway did not see: https://pkg.go.dev/encoding/json#Unmarshal
 */
function misspells(value: JsonObject, exact: ReadonlySet<string>): boolean {
  // By way of capitals, since ſ is an s to those servers.
  for (const name in value) if (!exact.has(name) && exact.has(name.toUpperCase().toLowerCase())) return true
  return false
}

export function isAmbiguous({ value }: Message): boolean {
  const { params } = value
  return misspells(value, EXACT) || (isObject(params) && misspells(params, EXACT_OF_CALLS))
}

/**
 * Whether a message is a call to some programs although the gateway sees none in it: `tools/call` without an id or without a name in
 * text, or a response that has a method too.
 */
export function isDisguisedCall(message: Message): boolean {
  if (message.kind === 'response') return 'method' in message.value
  if (message.method !== 'tools/call') return false
  return message.kind === 'notification' || typeof message.params?.['name'] !== 'string'
}

/** What a parsed value is; null when it is no message at all. */
export function readMessage(value: unknown): Message | null {
  if (!isObject(value)) return null
  const { id, method, params } = value
  if (typeof method === 'string') {
    const given = isObject(params) ? params : null
    if (id === undefined) return { kind: 'notification', method, params: given, value }
    return isId(id) ? { kind: 'request', id, method, params: given, value } : null
  }
  if (!isId(id)) return null
  const { result, error } = value
  if (isObject(error)) return { kind: 'response', id, result: null, error, value }
  return isObject(result) ? { kind: 'response', id, result, error: null, value } : null
}

/** The progress token that a request asks to be told its progress with. */
export function progressTokenOf(params: JsonObject | null): MessageId | null {
  const meta = params?.['_meta']
  const token = isObject(meta) ? meta['progressToken'] : undefined
  return isId(token) ? token : null
}

/** An error answer as text. */
export function rpcError(id: MessageId | null, code: number, message: string, data?: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } })
}

/** What a request that ends without an answer is told. */
export interface RpcFailure {
  code: number
  message: string
  data?: unknown
}
