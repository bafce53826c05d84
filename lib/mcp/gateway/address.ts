/**
 * A server behind the gateway that has an address: requests are passed on as they come, in both directions at once. Of the
 * caller's headers only those of the protocol go through, and our key gives way to the server's own.
 */
import { AppError } from '../../errors/index.ts'
import type { Principal } from '../../operations/types.ts'
import type { Answer } from '../../providers/http.ts'
import { AddressClient, assertFlat, isEventStream, readWhole } from './address-client.ts'
import { readMessages } from './body.ts'
import type { HttpTransport, ServerDefinition } from './definition.ts'
import { exactly, parseExact } from './exact.ts'
import { filterEvents } from './event-filter.ts'
import { isObject, type MessageId, readMessage, RPC_CODES, rpcError } from './jsonrpc.ts'
import { type LogLine, LogRing } from './log-ring.ts'
import { LeftRequests, OpenRequests } from './open-requests.ts'
import type { DirectCall, GatewayRequest, GatewayServer, ServerStatus } from './server.ts'
import type { Incoming } from './session.ts'
import { jsonAnswer, refusal } from './streams.ts'
import { failureName, readToolResult, type Tool, type ToolGate, type ToolResult, toolsIn } from './tools.ts'

const REQUEST_HEADERS = ['accept', 'mcp-session-id', 'mcp-protocol-version', 'last-event-id'] as const
const ANSWER_HEADERS = ['content-type', 'mcp-session-id', 'retry-after', 'allow'] as const
const MAX_SESSIONS = 10_000
const MAX_PAGES = 50

export interface AddressServerOptions {
  definition: ServerDefinition
  transport: HttpTransport
  version: string
  now: () => Date
}

/** What one request to the server is about. */
interface Passed {
  principal: Principal
  /** Null before there is one. */
  session: string | null
  requests: OpenRequests
  signal: AbortSignal
}

/** Chunks of an answer as a stream that closes the connection when nobody reads it any more. */
function streamOf(chunks: AsyncGenerator<Uint8Array>, onGone: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
    cancel: onGone,
  })
}

export class AddressServer implements GatewayServer {
  readonly gate: ToolGate
  readonly #options: AddressServerOptions
  readonly #ring: LogRing
  /** Which key began a session; the oldest go first. */
  readonly #owners = new Map<string, string>()
  readonly #client: AddressClient
  readonly #left: LeftRequests

  constructor(options: AddressServerOptions, gate: ToolGate) {
    this.#options = options
    this.gate = gate
    this.#ring = new LogRing(options.now)
    const { definition, transport, version } = options
    const { name, callMs } = definition
    this.#client = new AddressClient({ name, transport, version, callMs, ring: this.#ring })
    this.#left = new LeftRequests(callMs)
  }

  get definition(): ServerDefinition {
    return this.#options.definition
  }

  async handle(request: GatewayRequest, text: string, principal: Principal): Promise<Response> {
    const session = request.headers.get('mcp-session-id')
    // A session belongs to the key that began it: to any other it is not there.
    if (session !== null && this.#owners.get(session) !== principal.id)
      return refusal(404, 'There is no such session; begin anew with initialize.')
    const headers: Record<string, string> = {}
    for (const name of REQUEST_HEADERS) {
      const value = request.headers.get(name)
      if (value !== null) headers[name] = value
    }
    if (request.method !== 'POST') return this.#other(request, headers, { principal, session })
    const { incoming, batch } = readMessages(text)
    const refused = await this.#refused(incoming, batch, principal)
    if (refused !== null) return refused
    const requests = new OpenRequests(incoming, this.gate, principal)
    // The time is for the whole call, a stream included; what a listener hears has none.
    const signal = AbortSignal.timeout(this.definition.callMs)
    try {
      // Of a member that is there twice, servers take the first or the last: where calls are refused, each is sent once.
      const sent = this.gate.guards ? JSON.stringify(parseExact(text)) : text
      const answer = await this.#client.exchange('POST', headers, sent, signal)
      return await this.#passBack(answer, { principal, session, requests, signal })
    } catch (error) {
      const failure = this.#failure(error, signal)
      requests.ended(failure.code)
      throw failure
    }
  }

  /** What broke an answer, as the caller is told. */
  #failure(error: unknown, signal: AbortSignal): AppError {
    if (error instanceof AppError) return error
    const { name } = this.definition
    return signal.aborted
      ? new AppError('mcp-timeout', `${name} did not answer in time.`, { cause: error })
      : new AppError('mcp-server', `${name} broke off its answer.`, { cause: error })
  }

  async #other(
    { method, signal }: GatewayRequest,
    headers: Record<string, string>,
    { principal, session }: Pick<Passed, 'principal' | 'session'>,
  ): Promise<Response> {
    const answer = await this.#client.exchange(method === 'GET' ? 'GET' : 'DELETE', headers, null, signal)
    if (method !== 'GET' && session !== null && answer.status < 300) this.#owners.delete(session)
    const requests = new OpenRequests([], this.gate, principal)
    return this.#passBack(answer, { principal, session, requests, signal })
  }

  /** The answer to a POST with a call that is not allowed; nothing of it is passed on. */
  async #refused(incoming: readonly Incoming[], batch: boolean, principal: Principal): Promise<Response | null> {
    const reasons = new Map<MessageId, string>()
    for (const { message } of incoming) {
      if (message.kind !== 'request' || message.method !== 'tools/call') continue
      const tool = message.params?.['name']
      const args = message.params?.['arguments']
      if (typeof tool !== 'string') continue
      const reason = await this.gate.refusal(tool, isObject(args) ? args : {})
      if (reason === null) continue
      reasons.set(message.id, reason)
      this.gate.begin(tool, 'mcp', principal).ended('forbidden')
    }
    if (reasons.size === 0) return null
    const unsent = 'It was not passed on, since another call of the batch is refused.'
    const answers = incoming.flatMap(({ message }) =>
      message.kind === 'request' ? [rpcError(message.id, RPC_CODES.refused, reasons.get(message.id) ?? unsent)] : [],
    )
    return jsonAnswer(batch ? `[${answers.join(',')}]` : answers.join(''))
  }

  async #passBack(answer: Answer, passed: Passed): Promise<Response> {
    const headers = new Headers({ 'cache-control': 'no-store' })
    for (const name of ANSWER_HEADERS) {
      const value = answer.headers[name]
      if (typeof value === 'string') headers.set(name, value)
    }
    const begun = headers.get('mcp-session-id')
    if (begun !== null && !this.#owners.has(begun)) this.#remember(begun, passed.principal.id)
    const { status } = answer
    if (isEventStream(answer)) {
      headers.set('x-accel-buffering', 'no')
      return new Response(this.#events(answer, passed), { status, headers })
    }
    const text = await readWhole(answer)
    const changed = text === '' || status !== 200 ? text : this.#look(text, passed)
    passed.requests.ended(status === 200 ? 'mcp-server' : `http ${status}`)
    return new Response(status === 204 || status === 304 || changed === '' ? null : changed, { status, headers })
  }

  #events(answer: Answer, passed: Passed): ReadableStream<Uint8Array> {
    const { session, requests, signal } = passed
    let left = false
    const leave = () => {
      left = true
      if (session === null) requests.ended('cancelled')
      else if (requests.size > 0) this.#left.add(session, requests)
    }
    const over = (resumable: boolean) => {
      const { name, callMs } = this.definition
      if (signal.aborted) {
        const message = `${name} did not answer within ${callMs / 1000} seconds.`
        return requests.failed({ code: RPC_CODES.timeout, message })
      }
      if (resumable && !left) leave()
      return left ? [] : requests.failed({ code: RPC_CODES.closed, message: `${name} broke off its answer.` })
    }
    const look = (data: string) => this.#look(data, passed)
    return streamOf(filterEvents(answer.body, { look, over }), () => {
      leave()
      answer.close()
    })
  }

  #remember(session: string, owner: string): void {
    const [oldest] = this.#owners.keys()
    if (this.#owners.size >= MAX_SESSIONS && oldest !== undefined) this.#owners.delete(oldest)
    this.#owners.set(session, owner)
  }

  /**
   * Sees each message that comes back: ends the record of its call, and hides the tools that may not be used.
   * @throws AppError `mcp-server` for one that is nested too deep
   */
  #look(data: string, passed: Passed): string {
    assertFlat(data)
    let value: unknown
    try {
      value = JSON.parse(data)
    } catch {
      return data
    }
    if (!Array.isArray(value)) return this.#seen(data, value, passed)
    const exact = parseExact(data)
    const texts = (Array.isArray(exact) ? exact : value).map((one) => JSON.stringify(one))
    return `[${value.map((one, index) => this.#seen(texts[index] ?? '', one, passed)).join(',')}]`
  }

  #seen(text: string, value: unknown, { session, requests }: Passed): string {
    const message = readMessage(value)
    if (message?.kind !== 'response') return text
    requests.answered(message)
    if (session !== null) this.#left.answered(session, message)
    return this.gate.filtered(text, message.value)
  }

  async listTools(refresh: boolean): Promise<Tool[]> {
    const known = this.gate.known
    if (known !== null && !refresh) return known.tools
    const tools: Tool[] = []
    let cursor: unknown
    for (let page = 0; page < MAX_PAGES; page++) {
      const result = await this.#client.ask('tools/list', cursor === undefined ? {} : { cursor })
      tools.push(...toolsIn(result))
      cursor = result['nextCursor']
      if (cursor === undefined || cursor === null) break
    }
    this.gate.remember(tools)
    return tools
  }

  async callTool({ tool, args, argumentsJson, principal, face }: DirectCall): Promise<ToolResult> {
    const call = this.gate.begin(tool, face, principal)
    const reason = await this.gate.refusal(tool, args)
    if (reason !== null) {
      call.ended('forbidden')
      throw new AppError('forbidden', reason)
    }
    try {
      const result = await this.#client.ask('tools/call', { name: tool, arguments: exactly(argumentsJson, args) })
      call.ended(result['isError'] === true ? 'tool-error' : null)
      return readToolResult(result)
    } catch (error) {
      call.ended(error instanceof AppError ? error.code : failureName({ code: RPC_CODES.closed, message: '' }))
      throw error
    }
  }

  start(): Promise<void> {
    return this.#client.start()
  }

  stop(): Promise<void> {
    this.#client.forget()
    return Promise.resolve()
  }

  end(): Promise<void> {
    this.gate.flush()
    return this.stop()
  }

  status(): ServerStatus {
    const { failure, reached } = this.#client
    const asked = failure === null ? (reached ? 'running' : 'idle') : 'failed'
    return {
      state: this.definition.enabled ? asked : 'off',
      detail: failure,
      retryMs: null,
      restarts: 0,
      processes: [],
      sessions: this.#owners.size,
    }
  }

  log(): { lines: LogLine[]; dropped: number } {
    return this.#ring.read()
  }

  protection(): Promise<null> {
    return Promise.resolve(null)
  }
}
