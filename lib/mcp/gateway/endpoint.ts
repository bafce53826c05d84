/**
 * The Streamable HTTP endpoint of a server that is a program.
 *
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 */
import { randomBytes } from 'node:crypto'
import type { HeaderReader } from '../../http/headers.ts'
import type { TextAnswer } from '../../http/text-answer.ts'
import { AppError } from '../../errors/index.ts'
import type { Principal } from '../../operations/types.ts'
import { roomFor } from '../room.ts'
import { readMessages } from './body.ts'
import { readEventId } from './event-log.ts'
import { VERSIONS } from './handshake.ts'
import { type Incoming, Session } from './session.ts'
import type { GatewayRequest } from './server.ts'
import type { StdioServer } from './stdio-server.ts'
import { refusal } from './streams.ts'
import type { ToolGate } from './tools.ts'

/** Most sessions of all keys together. */
const MAX_SESSIONS = 10_000
/** A session that nobody used for this long is over, in milliseconds. */
const SESSION_MS = 86_400_000

function accepts(headers: HeaderReader, type: string): boolean {
  const accept = headers.get('accept')
  return accept === null || accept.includes(type) || accept.includes('*/*')
}

export class Endpoint {
  readonly #server: StdioServer
  readonly #gate: ToolGate
  readonly #sessions = new Map<string, Session>()

  constructor(server: StdioServer, gate: ToolGate) {
    this.#server = server
    this.#gate = gate
  }

  get sessions(): number {
    return this.#sessions.size
  }

  /** @param text the body of a POST */
  async handle(request: GatewayRequest, text: string, principal: Principal): Promise<Response | TextAnswer> {
    const { method, headers } = request
    const version = headers.get('mcp-protocol-version')
    if (version !== null && !VERSIONS.has(version))
      return refusal(400, `Protocol version ${version} is not spoken here; there are ${[...VERSIONS].join(', ')}.`)
    if (method === 'POST') return this.#post(headers, text, principal)
    const session = this.#session(headers, principal)
    if (session instanceof Response) return session
    if (method === 'GET') return this.#get(headers, session)
    this.#sessions.delete(session.id)
    await session.end()
    return new Response(null, { status: 204 })
  }

  async #post(headers: HeaderReader, text: string, principal: Principal): Promise<Response | TextAnswer> {
    if (!accepts(headers, 'application/json') || !accepts(headers, 'text/event-stream'))
      return refusal(406, 'Accept has to list application/json and text/event-stream.')
    const { incoming, batch } = readMessages(text)
    const [first] = incoming
    if (first?.message.kind === 'request' && first.message.method === 'initialize' && incoming.length === 1)
      return this.#initialize(first, principal)
    const session = this.#session(headers, principal)
    if (session instanceof Response) return session
    return (await session.take(incoming, batch)) ?? new Response(null, { status: 202 })
  }

  async #initialize({ text, message }: Incoming, principal: Principal): Promise<Response | TextAnswer> {
    if (message.kind !== 'request') return refusal(400, 'The first message has to be a request.')
    this.#makeRoom(principal)
    const id = randomBytes(24).toString('base64url')
    const onRefused = () => this.#drop(session)
    const version = message.params?.['protocolVersion']
    const session = new Session({
      id,
      server: this.#server,
      gate: this.#gate,
      principal,
      requested: typeof version === 'string' ? version : '',
      initialize: text,
      onRefused,
    })
    const response = await session.begin(message)
    if (!session.ended) this.#sessions.set(id, session)
    return response
  }

  /** A session belongs to the key that began it: to any other it is not there. */
  #session(headers: HeaderReader, principal: Principal): Session | Response {
    const id = headers.get('mcp-session-id')
    if (id === null) return refusal(400, 'Mcp-Session-Id is missing: begin with initialize.')
    const session = this.#sessions.get(id)
    if (session?.key !== principal.id) return refusal(404, 'There is no such session; begin anew with initialize.')
    return session
  }

  #get(headers: HeaderReader, session: Session): Response {
    if (!accepts(headers, 'text/event-stream')) return refusal(406, 'Accept has to list text/event-stream.')
    const last = headers.get('last-event-id')
    if (last === null) return session.streams.listen()
    const position = readEventId(last)
    return position === null
      ? refusal(400, 'Last-Event-ID is none of this server’s.')
      : session.streams.resume(position)
  }

  /** @throws AppError `rate-limited` when there are too many sessions and all are in use */
  #makeRoom({ id: key, name }: Principal): void {
    const before = performance.now() - SESSION_MS
    for (const session of this.#sessions.values()) if (session.lastUsed < before) this.#drop(session)
    const room = roomFor(key, [...this.#sessions.values()], MAX_SESSIONS)
    if (!room.given)
      throw new AppError('rate-limited', `The key "${name}" has ${room.own} sessions here, and all are in use.`, {
        hint: 'Close one of them, and try again.',
        retryAfterSeconds: 60,
      })
    if (room.ends !== null) this.#drop(room.ends)
  }

  #drop(session: Session): void {
    this.#sessions.delete(session.id)
    void session.end()
  }

  /** What the server says to all. */
  tell(text: string): void {
    for (const session of this.#sessions.values()) session.tell(text)
  }

  async end(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    await Promise.all(sessions.map((session) => session.end()))
  }
}
