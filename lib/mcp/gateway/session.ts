/** One client's session with a server that is a program: its process, its streams, and which request is whose. */
import type { TextAnswer } from '../../http/text-answer.ts'
import type { Principal } from '../../operations/types.ts'
import type { Occupant } from '../room.ts'
import type { Connection, Waiting } from './connection.ts'
import { exactly, isInexact } from './exact.ts'
import { VERSIONS } from './handshake.ts'
import {
  isObject,
  type JsonObject,
  type Message,
  type MessageId,
  RPC_CODES,
  rpcError,
  type RpcRequest,
} from './jsonrpc.ts'
import type { StdioServer } from './stdio-server.ts'
import { Answer, Streams } from './streams.ts'
import { callError, failureName, type OpenCall, type ToolGate } from './tools.ts'

/** A message with its text, which has no line ends. */
export interface Incoming {
  text: string
  message: Message
}

/** Clients of earlier versions of the protocol fail on events without data. */
const PRIMED_FROM = '2025-11-25'
/** Most requests of one session at a time. */
const MAX_RUNNING = 1000

export interface SessionOptions {
  id: string
  server: StdioServer
  gate: ToolGate
  principal: Principal
  /** Version of the protocol that the client asked for. */
  requested: string
  /** The client's `initialize`, for doing it again with another process. */
  initialize: string
  /** The server would not begin it, or ended: there is no session then. */
  onRefused: () => void
}

export class Session implements Occupant {
  readonly #options: SessionOptions
  readonly #streams: Streams
  /** The client's ids and what the process knows them as. */
  readonly #wireIds = new Map<MessageId, MessageId>()
  #own: Promise<Connection> | null = null
  #connection: Connection | null = null
  #initialized = false
  #ended = false
  /** Of `performance.now()`. */
  lastUsed = performance.now()

  constructor(options: SessionOptions) {
    this.#options = options
    this.#streams = new Streams(options.requested >= PRIMED_FROM)
  }

  get id(): string {
    return this.#options.id
  }

  get ended(): boolean {
    return this.#ended
  }

  get key(): string {
    return this.#options.principal.id
  }

  get inUse(): boolean {
    return this.#wireIds.size > 0 || this.#streams.unaskedHeard
  }

  get streams(): Streams {
    return this.#streams
  }

  /**
   * Answers `initialize`, which begins the session.
   * @throws AppError when the server cannot be started
   */
  async begin(request: RpcRequest): Promise<Response | TextAnswer> {
    const { server, initialize, id } = this.#options
    const answer = new Answer(this.#streams, 1, false, { 'mcp-session-id': id })
    if (server.transport.shared) {
      await server.shared()
      answer.settle(JSON.stringify({ jsonrpc: '2.0', id: request.id, result: this.#agreed(server.initializeResult) }))
    } else {
      const connection = await this.#launch()
      this.#connection = connection
      connection.request(initialize, request, this.#handshake(connection, request, answer))
    }
    return answer.response
  }

  /** What all share speaks a newer version too; a client that asked for an older one would leave if it were told that. */
  #agreed(result: JsonObject): JsonObject {
    const { requested } = this.#options
    const spoken = result['protocolVersion']
    const older = VERSIONS.has(requested) && typeof spoken === 'string' && requested < spoken
    return older ? { ...result, protocolVersion: requested } : result
  }

  #handshake(connection: Connection, request: RpcRequest, answer: Answer): Waiting {
    return {
      related: (text) => answer.related(text),
      answered: (text, response) => {
        this.#options.server.answered(connection)
        answer.settle(text)
        if (response.error !== null) this.#options.onRefused()
      },
      failed: ({ code, message }) => {
        answer.settle(rpcError(request.id, code, message))
        this.#options.onRefused()
      },
    }
  }

  #launch(): Promise<Connection> {
    return this.#options.server.launch({
      use: 'session',
      key: this.key,
      onMessage: (text, message) => {
        if (message.method === 'notifications/tools/list_changed') this.#options.gate.forget()
        const only = this.#connection?.only ?? null
        // What the server asks while one request runs belongs to it, most likely; and to the client in any case.
        if (only !== null && (message.kind === 'request' || !this.#streams.unaskedHeard)) only.related(text)
        else this.#streams.unasked(text)
      },
    })
  }

  /** The process, started anew where it was stopped for being idle, or crashed. */
  #ready(): Connection | Promise<Connection> {
    const { server } = this.#options
    if (server.transport.shared) return server.sharedNow ?? server.shared()
    if (this.#connection?.open === true) return this.#connection
    this.#own ??= this.#launch()
      .then(async (connection) => {
        if (this.#ended) await server.stopConnection(connection)
        else await this.#shakeHandsAgain(connection)
        return connection
      })
      .finally(() => (this.#own = null))
    return this.#own
  }

  /** Until that is done, nobody may use the process; where it fails, nobody will. */
  async #shakeHandsAgain(connection: Connection): Promise<void> {
    const { server, initialize } = this.#options
    try {
      await server.repeatHandshake(connection, initialize)
      this.#connection = connection
    } catch (error) {
      await server.stopConnection(connection)
      throw error
    }
  }

  /**
   * Takes what a client sent.
   * @returns null when there is nothing to answer
   * @throws AppError when the server cannot be started
   */
  async take(incoming: readonly Incoming[], batch: boolean): Promise<Response | TextAnswer | null> {
    this.lastUsed = performance.now()
    const requests = incoming.filter(({ message }) => message.kind === 'request').length
    const ready = this.#ready()
    const connection = ready instanceof Promise ? await ready : ready
    const answer = requests === 0 ? null : new Answer(this.#streams, requests, batch, null)
    for (const { text: given, message } of incoming) {
      // Of a member that is there twice, servers take the first or the last: each is sent once.
      const text = this.#options.gate.guards ? JSON.stringify(exactly(given, message.value)) : given
      if (message.kind === 'request' && answer !== null) this.#request(connection, text, message, answer)
      else if (message.kind === 'notification') this.#notification(connection, text, message.method, message.params)
      // Answers to the server's own requests; where a process is shared it asks none.
      else if (!this.#options.server.transport.shared) connection.pass(text)
    }
    return answer === null ? null : answer.response
  }

  #notification(connection: Connection, text: string, method: string, params: JsonObject | null): void {
    const { shared } = this.#options.server.transport
    if (method === 'notifications/initialized') {
      if (!this.#initialized && !shared) connection.pass(text)
      this.#initialized = true
    } else if (method === 'notifications/cancelled') this.#cancel(connection, params)
    else if (!shared) connection.pass(text)
  }

  #cancel(connection: Connection, params: JsonObject | null): void {
    const requestId = params?.['requestId']
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return
    const wireId = this.#wireIds.get(requestId)
    if (wireId === undefined) return
    const reason = typeof params?.['reason'] === 'string' ? params['reason'] : null
    connection.cancel(wireId, reason, { code: RPC_CODES.cancelled, message: 'The request was cancelled.' })
  }

  #request(connection: Connection, text: string, request: RpcRequest, answer: Answer): void {
    if (this.#wireIds.has(request.id)) {
      answer.settle(rpcError(request.id, RPC_CODES.invalidRequest, 'A request of this id is running.'))
      return
    }
    if (this.#options.server.transport.shared && isInexact(request.id)) {
      const message = 'An id has to be text here, or a number that is less than 2 ** 53.'
      answer.settle(rpcError(null, RPC_CODES.invalidRequest, message))
      return
    }
    if (this.#wireIds.size >= MAX_RUNNING) {
      answer.settle(
        rpcError(request.id, RPC_CODES.refused, `More than ${MAX_RUNNING} requests of this session are running.`),
      )
      return
    }
    const { gate, principal } = this.#options
    const tool = request.method === 'tools/call' ? request.params?.['name'] : undefined
    if (typeof tool !== 'string') {
      this.#send(connection, text, request, answer, null)
      return
    }
    const call = gate.begin(tool, 'mcp', principal)
    const args = request.params?.['arguments']
    const refused = gate.refusal(tool, isObject(args) ? args : {})
    const go = (reason: string | null) => {
      if (reason === null) this.#send(connection, text, request, answer, call)
      else {
        call.ended('forbidden')
        answer.settle(rpcError(request.id, RPC_CODES.refused, reason))
      }
    }
    if (refused instanceof Promise) refused.then(go, () => go('Its arguments could not be checked.'))
    else go(refused)
  }

  #send(connection: Connection, text: string, request: RpcRequest, answer: Answer, call: OpenCall | null): void {
    const { gate } = this.#options
    const wireId = connection.request(text, request, {
      related: (related) => answer.related(related),
      answered: (answered, response) => {
        this.#wireIds.delete(request.id)
        call?.ended(callError(response))
        answer.settle(request.method === 'tools/list' ? gate.filtered(answered, response.value, request.id) : answered)
      },
      failed: (failure) => {
        this.#wireIds.delete(request.id)
        call?.ended(failureName(failure))
        answer.settle(rpcError(request.id, failure.code, failure.message, failure.data))
      },
    })
    // One that could not be sent has failed already.
    if (connection.isRunning(wireId)) this.#wireIds.set(request.id, wireId)
  }

  /** The server says something to all who share it. */
  tell(text: string): void {
    this.#streams.unasked(text)
  }

  async end(): Promise<void> {
    this.#ended = true
    for (const wireId of this.#wireIds.values())
      this.#connection?.cancel(wireId, null, { code: RPC_CODES.closed, message: 'The session was ended.' })
    this.#streams.close()
    await this.#own?.catch(() => undefined)
    if (this.#connection !== null) await this.#options.server.stopConnection(this.#connection)
  }
}
