/** Sessions of Streamable HTTP: each belongs to whoever opened it, and ends when nobody has used it for a while. */
import { randomUUID } from 'node:crypto'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport as Transport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { Core } from '../../core/index.ts'
import { AppError } from '../../errors/index.ts'
import { holdByKey } from '../../http/held-stream.ts'
import { addressOf } from '../../http/own-address.ts'
import type { Principal } from '../../operations/types.ts'
import { RecentEvents } from './events.ts'
import { type Occupant, roomFor } from '../room.ts'
import { createWorkflowServer } from './server.ts'
import { Tether } from './tether.ts'

/** Most sessions of all keys together: each keeps its last messages. */
const MAX_SESSIONS = 100
const IDLE_MS = 30 * 60_000
const SWEEP_MS = 60_000

class Session implements Occupant {
  readonly principal: Principal
  readonly server: McpServer
  readonly transport: Transport
  /** What holds the calls that go on to their caller. */
  readonly tethers: ReadonlySet<Tether>
  /** Streams that a client holds open. */
  open = 0
  lastUsed = performance.now()

  constructor(principal: Principal, server: McpServer, transport: Transport, tethers: ReadonlySet<Tether>) {
    this.principal = principal
    this.server = server
    this.transport = transport
    this.tethers = tethers
  }

  get key(): string {
    return this.principal.id
  }

  get inUse(): boolean {
    return this.open > 0 || this.tethers.size > 0
  }
}

/** Answer for a session that is not there, upon which a client opens another one. */
function unknownSession(): Response {
  const error = { code: -32_001, message: 'Session not found' }
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 404 })
}

export class Sessions {
  readonly #core: Core
  readonly #graceMs: number | undefined
  readonly #sessions = new Map<string, Session>()
  /** Those whose first request is being answered. */
  readonly #beginning = new Set<Occupant>()
  #sweep: NodeJS.Timeout | null = null

  /** @param graceMs how long a client has to take a broken stream up again, in milliseconds */
  constructor(core: Core, graceMs?: number) {
    this.#core = core
    this.#graceMs = graceMs
    // Which folders may be worked in stands in the descriptions.
    core.settingsManager.onChange(() => {
      for (const { server } of this.#sessions.values())
        server.server
          .sendToolListChanged()
          .catch((error: unknown) => core.log.debug('a change of the tools did not reach its client', { error }))
    })
  }

  /** Answers one request of someone who may connect. */
  async handle(request: Request, principal: Principal): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    if (id === null) return this.#begin(request, principal)
    const session = this.#sessions.get(id)
    // A session is nobody else's, whoever came to know its id.
    if (session === undefined || session.principal.id !== principal.id) return unknownSession()
    session.lastUsed = performance.now()
    const response = await this.#pass(session, request)
    if (request.method !== 'GET' || !response.ok || response.body === null) return response
    return new Response(this.#hold(session, request, response.body), response)
  }

  async #begin(request: Request, principal: Principal): Promise<Response> {
    this.#makeRoom(principal)
    const place: Occupant = { key: principal.id, inUse: true, lastUsed: 0 }
    this.#beginning.add(place)
    try {
      const session = await this.#open(principal, addressOf(request.headers, this.#core.settings))
      const response = await this.#pass(session, request)
      // What was no request to begin has been refused.
      if (session.transport.sessionId === undefined) await session.server.close()
      return response
    } finally {
      this.#beginning.delete(place)
    }
  }

  async #open(principal: Principal, address: string): Promise<Session> {
    const tethers = new Set<Tether>()
    const server = createWorkflowServer({
      core: this.#core,
      caller: { principal, link: (path) => address + path },
      tether: ({ authInfo }) => {
        const connection = authInfo?.extra?.['connection']
        const tether = new Tether(
          connection instanceof AbortSignal ? connection : new AbortController().signal,
          this.#graceMs,
        )
        tethers.add(tether)
        return {
          signal: tether.signal,
          release: () => {
            tether.release()
            tethers.delete(tether)
          },
        }
      },
    })
    const transport = new Transport({
      sessionIdGenerator: randomUUID,
      eventStore: new RecentEvents(),
      maxRequestBodySize: this.#core.settings['local-workflows'].api.maxBodyBytes,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, session)
        this.#sweep ??= setInterval(() => this.#endIdle(), SWEEP_MS).unref()
      },
      onsessionclosed: (id) => void this.#sessions.delete(id),
    })
    const session = new Session(principal, server, transport, tethers)
    await server.connect(transport)
    return session
  }

  #pass({ transport, principal }: Session, request: Request): Promise<Response> {
    // The key itself stays here; what is passed on is the connection, by which a call knows whether its caller is still there.
    const authInfo = { token: '', clientId: principal.id, scopes: [], extra: { connection: request.signal } }
    return transport.handleRequest(request, { authInfo })
  }

  /** A stream that a client holds open keeps the session; with an id of an event it takes up what was broken off. */
  #hold(session: Session, { headers, signal }: Request, source: ReadableStream<Uint8Array>) {
    if (headers.has('last-event-id')) for (const tether of session.tethers) if (tether.isLoose) tether.attach(signal)
    session.open += 1
    return holdByKey(source, {
      keys: this.#core.keys,
      key: session.key,
      onOver: () => {
        session.open -= 1
        session.lastUsed = performance.now()
      },
      // A call that goes on is still answered; nothing else is, to a key that works no more.
      onKeyEnd: () => {
        if (!session.inUse) this.#end(session)
      },
    })
  }

  /** @throws AppError `rate-limited` when there are too many sessions and all are in use */
  #makeRoom({ id: key, name }: Principal): void {
    const room = roomFor<Occupant>(key, [...this.#sessions.values(), ...this.#beginning], MAX_SESSIONS)
    if (!room.given)
      throw new AppError(
        'rate-limited',
        room.own === 0
          ? `There are ${MAX_SESSIONS} MCP sessions of other keys.`
          : `The key "${name}" has ${room.own} MCP sessions, and all are in use.`,
        { hint: 'Close one of them, and try again.', retryAfterSeconds: 60 },
      )
    if (room.ends instanceof Session) this.#end(room.ends)
  }

  #endIdle(): void {
    const before = performance.now() - IDLE_MS
    for (const session of this.#sessions.values()) if (session.lastUsed < before && !session.inUse) this.#end(session)
    if (this.#sessions.size > 0 || this.#sweep === null) return
    clearInterval(this.#sweep)
    this.#sweep = null
  }

  #end({ server, transport }: Session): void {
    if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId)
    server.close().catch((error: unknown) => this.#core.log.warn('an MCP session could not be closed', { error }))
  }
}
