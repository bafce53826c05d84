/** The handshake that every connection of MCP begins with. */
import { ask } from './ask.ts'
import type { Connection } from './connection.ts'
import { type JsonObject, readMessage } from './jsonrpc.ts'

export const PROTOCOL_VERSION = '2025-11-25'
/**
 * Versions that clients may say. The first is older than this transport, but what a program agreed to that speaks nothing newer, and
 * what clients then say with every request: https://modelcontextprotocol.io/specification/versioning
 */
export const VERSIONS: ReadonlySet<string> = new Set(['2024-11-05', '2025-03-26', '2025-06-18', PROTOCOL_VERSION])

/** A handshake that takes longer has failed, in milliseconds. */
const HANDSHAKE_MS = 60_000

/**
 * Shakes hands with a server.
 * @returns what it says of itself
 * @throws AppError as {@link ask}
 */
async function shakeHands(connection: Connection, params: JsonObject): Promise<JsonObject> {
  const result = await ask(connection, 'initialize', params, HANDSHAKE_MS)
  connection.pass('{"jsonrpc":"2.0","method":"notifications/initialized"}')
  return result
}

/** Shakes hands as the gateway itself. @param version of the app */
export function introduce(connection: Connection, version: string): Promise<JsonObject> {
  const clientInfo = { name: 'hwc-ai', version }
  return shakeHands(connection, { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo })
}

/** Shakes hands once more as a client did. @param initialize the client's message */
export function reintroduce(connection: Connection, initialize: string): Promise<JsonObject> {
  const message = readMessage(JSON.parse(initialize))
  return shakeHands(connection, (message?.kind === 'request' ? message.params : null) ?? {})
}
