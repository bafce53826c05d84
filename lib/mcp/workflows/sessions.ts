/** Sessions of Streamable HTTP: each belongs to whoever opened it, and ends when nobody has used it for a while. */
import { randomUUID } from 'node:crypto'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport as Transport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { Core } from '../../core/index.ts'
import { AppError } from '../../errors/index.ts'
import type { Principal } from '../../operations/types.ts'
import { RecentEvents } from './events.ts'
import { createWorkflowServer } from './server.ts'
import { Tether } from './tether.ts'

const MAX_SESSIONS = 100
const IDLE_MS = 30 * 60_000
const SWEEP_MS = 60_000

interface Session {
  principal: Principal
  server: McpServer
  transport: Transport
  tethers: Set<Tether>
  /** Streams that a client holds open. */
  open: number
  lastUsed: number
}

/** Answer for a session that is not there, upon which a client opens another one. */
function unknownSession(): Response {
  const error = { code: -32_001, message: 'Session not found' }
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 404 })
}

/** The same answer; says when its body is over, or was left. */
function withEnd(response: Response, onEnd: () => void): Response {
  const reader = response.body?.getReader()
  if (reader === undefined) return response
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await reader.read()
      if (!next.done) {
        controller.enqueue(next.value)
        return
      }
      onEnd()
      controller.close()
    },
    async cancel(reason) {
      onEnd()
      await reader.cancel(reason)
    },
  })
  return new Response(body, response)
}

export class Sessions {
  readonly #core: Core
  readonly #graceMs: number | undefined
  readonly #sessions = new Map<string, Session>()
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
    return request.method === 'GET' && response.ok ? this.#hold(session, request, response) : response
  }

  async #begin(request: Request, principal: Principal): Promise<Response> {
    this.#makeRoom()
    const session = await this.#open(principal, new URL(request.url).origin)
    const response = await this.#pass(session, request)
    // What was no request to begin has been refused.
    if (session.transport.sessionId === undefined) await session.server.close()
    return response
  }

  async #open(principal: Principal, origin: string): Promise<Session> {
    const tethers = new Set<Tether>()
    const server = createWorkflowServer({
      core: this.#core,
      caller: { principal, link: (path) => origin + path },
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
    const session: Session = { principal, server, transport, tethers, open: 0, lastUsed: performance.now() }
    await server.connect(transport)
    return session
  }

  #pass({ transport, principal }: Session, request: Request): Promise<Response> {
    // The key itself stays here; what is passed on is the connection, by which a call knows whether its caller is still there.
    const authInfo = { token: '', clientId: principal.id, scopes: [], extra: { connection: request.signal } }
    return transport.handleRequest(request, { authInfo })
  }

  /** A stream that a client holds open keeps the session; with an id of an event it takes up what was broken off. */
  #hold(session: Session, { headers, signal }: Request, response: Response): Response {
    if (headers.has('last-event-id')) for (const tether of session.tethers) if (tether.isLoose) tether.attach(signal)
    session.open += 1
    return withEnd(response, () => {
      session.open -= 1
      session.lastUsed = performance.now()
    })
  }

  /** @throws AppError `rate-limited` when there are too many sessions and all are in use */
  #makeRoom(): void {
    if (this.#sessions.size < MAX_SESSIONS) return
    const [longestUnused] = [...this.#sessions]
      .filter(([, { open, tethers }]) => open === 0 && tethers.size === 0)
      .sort(([, a], [, b]) => a.lastUsed - b.lastUsed)
    if (longestUnused === undefined)
      throw new AppError('rate-limited', `There are ${MAX_SESSIONS} MCP sessions, and all are in use.`, {
        hint: 'Close one of them, and try again.',
        retryAfterSeconds: 60,
      })
    this.#end(...longestUnused)
  }

  #endIdle(): void {
    const before = performance.now() - IDLE_MS
    for (const [id, session] of this.#sessions)
      if (session.lastUsed < before && session.open === 0 && session.tethers.size === 0) this.#end(id, session)
    if (this.#sessions.size > 0 || this.#sweep === null) return
    clearInterval(this.#sweep)
    this.#sweep = null
  }

  #end(id: string, { server }: Session): void {
    this.#sessions.delete(id)
    server.close().catch((error: unknown) => this.#core.log.warn('an MCP session could not be closed', { error }))
  }
}
