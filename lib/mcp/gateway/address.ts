/**
 * A server behind the gateway that has an address: requests are passed on as they come, in both directions at once. Of the
 * caller's headers only those of the protocol go through, and our key gives way to the server's own.
 */
import { readFile } from 'node:fs/promises'
import { AppError, isSystemError, messageOf } from '../../errors/index.ts'
import { whyUnreachable } from '../../health/reach.ts'
import type { Principal } from '../../operations/types.ts'
import { type Answer, exchange } from '../../providers/http.ts'
import { resultOf } from './ask.ts'
import { readMessages } from './body.ts'
import type { HttpTransport, ServerDefinition } from './definition.ts'
import { eventData, EventSplitter, filterEvents } from './event-filter.ts'
import {
  isObject,
  type JsonObject,
  type MessageId,
  readMessage,
  RPC_CODES,
  rpcError,
  type RpcRequest,
} from './jsonrpc.ts'
import { type LogLine, LogRing } from './log-ring.ts'
import { MAX_MESSAGE_BYTES } from './process.ts'
import type { DirectCall, GatewayServer, ServerStatus } from './server.ts'
import type { Incoming } from './session.ts'
import { PROTOCOL_VERSION } from './stdio-server.ts'
import { jsonAnswer, refusal } from './streams.ts'
import {
  callError,
  failureName,
  type OpenCall,
  readToolResult,
  type Tool,
  type ToolGate,
  type ToolResult,
  toolsIn,
} from './tools.ts'

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

type Method = 'GET' | 'POST' | 'DELETE'

async function readWhole(answer: Answer): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body) {
    size += part.length
    if (size > MAX_MESSAGE_BYTES) {
      answer.close()
      throw new AppError('mcp-server', `The server answered more than ${MAX_MESSAGE_BYTES / 1024 ** 2} MiB.`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The body of an answer as a stream that closes the connection when nobody reads it any more. */
function streamOf(answer: Answer): ReadableStream<Uint8Array> {
  const chunks = answer.body[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
    cancel: () => answer.close(),
  })
}

function isEventStream(answer: Answer): boolean {
  return answer.headers['content-type']?.startsWith('text/event-stream') === true
}

export class AddressServer implements GatewayServer {
  readonly gate: ToolGate
  readonly #options: AddressServerOptions
  readonly #ring: LogRing
  /** Which key began a session; the oldest go first. */
  readonly #owners = new Map<string, string>()
  #failure: string | null = null
  #reached = false
  /** The gateway's own session with it. */
  #own: Promise<string | null> | null = null
  #nextId = 1

  constructor(options: AddressServerOptions, gate: ToolGate) {
    this.#options = options
    this.gate = gate
    this.#ring = new LogRing(options.now)
  }

  get definition(): ServerDefinition {
    return this.#options.definition
  }

  async #key(): Promise<Record<string, string>> {
    const { keyFile } = this.#options.transport
    if (keyFile === null) return {}
    const key = await readFile(keyFile, 'utf8').catch((error: unknown) => {
      throw new AppError('mcp-server', `The key file ${keyFile} cannot be read.`, { cause: error })
    })
    return { authorization: `Bearer ${key.trim()}` }
  }

  async #exchange(
    method: Method,
    headers: Record<string, string>,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { name } = this.definition
    try {
      const sent = { ...headers, ...(await this.#key()) }
      const url = new URL(this.#options.transport.url)
      const answer = await exchange({ url, method, headers: sent, signal, ...(body === undefined ? {} : { body }) })
      this.#reached = true
      this.#failure = answer.status >= 500 || answer.status === 401 ? `it answered ${answer.status}` : null
      return answer
    } catch (error) {
      if (signal.aborted) throw new AppError('mcp-timeout', `${name} did not answer in time.`, { cause: error })
      const reason =
        error instanceof AppError ? error.message : isSystemError(error) ? whyUnreachable(error) : messageOf(error)
      this.#failure = reason
      this.#ring.add(`[gateway] ${method}: ${reason}`)
      if (error instanceof AppError) throw error
      throw new AppError('mcp-server', `${name} cannot be reached: ${reason}.`, { cause: error })
    }
  }

  async handle(request: Request, text: string, principal: Principal): Promise<Response> {
    const session = request.headers.get('mcp-session-id')
    // A session belongs to the key that began it: to any other it is not there.
    if (session !== null && this.#owners.get(session) !== principal.id)
      return refusal(404, 'There is no such session; begin anew with initialize.')
    const headers: Record<string, string> = {}
    for (const name of REQUEST_HEADERS) {
      const value = request.headers.get(name)
      if (value !== null) headers[name] = value
    }
    if (request.method !== 'POST') return this.#other(request, headers, session)
    const { incoming, batch } = readMessages(text)
    const refused = await this.#refused(incoming, batch, principal)
    if (refused !== null) return refused
    const calls = this.#calls(incoming, principal)
    try {
      // The time is for the whole call, a stream included; what a listener hears has none.
      const answer = await this.#exchange(
        'POST',
        headers,
        JSON.parse(text),
        AbortSignal.timeout(this.definition.callMs),
      )
      return await this.#passBack(answer, principal, calls)
    } catch (error) {
      for (const call of calls.values()) call.ended(error instanceof AppError ? error.code : 'mcp-server')
      throw error
    }
  }

  async #other(request: Request, headers: Record<string, string>, session: string | null): Promise<Response> {
    const answer = await this.#exchange(request.method === 'GET' ? 'GET' : 'DELETE', headers, undefined, request.signal)
    if (request.method !== 'GET' && session !== null && answer.status < 300) this.#owners.delete(session)
    return this.#passBack(answer, null, new Map())
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

  #calls(incoming: readonly Incoming[], principal: Principal): Map<MessageId, OpenCall> {
    const isCall = (message: Incoming['message']): message is RpcRequest =>
      message.kind === 'request' && message.method === 'tools/call'
    return new Map(
      incoming.flatMap(({ message }): [MessageId, OpenCall][] => {
        const tool = isCall(message) ? message.params?.['name'] : undefined
        return isCall(message) && typeof tool === 'string'
          ? [[message.id, this.gate.begin(tool, 'mcp', principal)]]
          : []
      }),
    )
  }

  async #passBack(answer: Answer, principal: Principal | null, calls: Map<MessageId, OpenCall>): Promise<Response> {
    const headers = new Headers({ 'cache-control': 'no-store' })
    for (const name of ANSWER_HEADERS) {
      const value = answer.headers[name]
      if (typeof value === 'string') headers.set(name, value)
    }
    const session = headers.get('mcp-session-id')
    if (session !== null && principal !== null && !this.#owners.has(session)) this.#remember(session, principal.id)
    const { status } = answer
    const look = (data: string) => this.#look(data, calls)
    if (isEventStream(answer)) {
      headers.set('x-accel-buffering', 'no')
      const body = streamOf(answer)
      return new Response(calls.size > 0 || this.gate.filters ? body.pipeThrough(filterEvents(look)) : body, {
        status,
        headers,
      })
    }
    const text = await readWhole(answer)
    const changed = text === '' || status !== 200 ? text : look(text)
    for (const call of calls.values()) call.ended(status === 200 ? 'mcp-server' : `http ${status}`)
    return new Response(status === 204 || status === 304 || changed === '' ? null : changed, { status, headers })
  }

  #remember(session: string, owner: string): void {
    const [oldest] = this.#owners.keys()
    if (this.#owners.size >= MAX_SESSIONS && oldest !== undefined) this.#owners.delete(oldest)
    this.#owners.set(session, owner)
  }

  /** Sees each message that comes back: ends the record of its call, and hides the tools that may not be used. */
  #look(data: string, calls: Map<MessageId, OpenCall>): string {
    if (calls.size === 0 && !data.includes('"tools"')) return data
    let value: unknown
    try {
      value = JSON.parse(data)
    } catch {
      return data
    }
    if (Array.isArray(value)) return `[${value.map((one) => this.#seen(JSON.stringify(one), one, calls)).join(',')}]`
    return this.#seen(data, value, calls)
  }

  #seen(text: string, value: unknown, calls: Map<MessageId, OpenCall>): string {
    const message = readMessage(value)
    if (message?.kind !== 'response') return text
    calls.get(message.id)?.ended(callError(message))
    calls.delete(message.id)
    return this.gate.filtered(text, message.value)
  }

  async listTools(refresh: boolean): Promise<Tool[]> {
    const known = this.gate.known
    if (known !== null && !refresh) return known.tools
    const tools: Tool[] = []
    let cursor: unknown
    for (let page = 0; page < MAX_PAGES; page++) {
      const result = await this.#ask('tools/list', cursor === undefined ? {} : { cursor })
      tools.push(...toolsIn(result))
      cursor = result['nextCursor']
      if (cursor === undefined || cursor === null) break
    }
    this.gate.remember(tools)
    return tools
  }

  async callTool({ tool, args, principal, face }: DirectCall): Promise<ToolResult> {
    const call = this.gate.begin(tool, face, principal)
    const reason = await this.gate.refusal(tool, args)
    if (reason !== null) {
      call.ended('forbidden')
      throw new AppError('forbidden', reason)
    }
    try {
      const result = await this.#ask('tools/call', { name: tool, arguments: args })
      call.ended(result['isError'] === true ? 'tool-error' : null)
      return readToolResult(result)
    } catch (error) {
      call.ended(error instanceof AppError ? error.code : failureName({ code: RPC_CODES.closed, message: '' }))
      throw error
    }
  }

  /** Asks in the gateway's own session, which is begun anew when the server no longer knows it. */
  async #ask(method: string, params: JsonObject): Promise<JsonObject> {
    const session = await this.#session()
    const first = await this.#rpc(method, params, session)
    if (first !== 'no-session') return first
    this.#own = null
    const second = await this.#rpc(method, params, await this.#session())
    if (second !== 'no-session') return second
    throw new AppError('mcp-server', `${this.definition.name} does not know the session that it just began.`)
  }

  #session(): Promise<string | null> {
    this.#own ??= this.#begin().catch((error: unknown) => {
      this.#own = null
      throw error
    })
    return this.#own
  }

  async #begin(): Promise<string | null> {
    const clientInfo = { name: 'hwc-ai', version: this.#options.version }
    const params = { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo }
    const signal = AbortSignal.timeout(this.definition.callMs)
    const body = { jsonrpc: '2.0', id: this.#nextId++, method: 'initialize', params }
    const answer = await this.#exchange('POST', this.#headers(null), body, signal)
    const session = answer.headers['mcp-session-id']
    await this.#result(answer, body.id)
    const id = typeof session === 'string' ? session : null
    const notification = { jsonrpc: '2.0', method: 'notifications/initialized' }
    const noted = await this.#exchange('POST', this.#headers(id), notification, signal)
    noted.close()
    return id
  }

  #headers(session: string | null): Record<string, string> {
    const common = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': PROTOCOL_VERSION }
    return session === null ? common : { ...common, 'mcp-session-id': session }
  }

  async #rpc(method: string, params: JsonObject, session: string | null): Promise<JsonObject | 'no-session'> {
    const body = { jsonrpc: '2.0', id: this.#nextId++, method, params }
    const signal = AbortSignal.timeout(this.definition.callMs)
    const answer = await this.#exchange('POST', this.#headers(session), body, signal)
    if (session !== null && answer.status === 404) {
      answer.close()
      return 'no-session'
    }
    return this.#result(answer, body.id)
  }

  /** The result of one request, from an answer of either kind. */
  async #result(answer: Answer, id: MessageId): Promise<JsonObject> {
    try {
      if (answer.status !== 200) throw new AppError('mcp-server', `${this.definition.name} answered ${answer.status}.`)
      const found = isEventStream(answer)
        ? await answerIn(answer, id)
        : readMessage(JSON.parse(await readWhole(answer)))
      if (found?.kind !== 'response') throw new AppError('mcp-server', `${this.definition.name} gave no answer.`)
      return resultOf(found)
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError('mcp-server', `${this.definition.name} gave no answer: ${messageOf(error)}.`, { cause: error })
    } finally {
      answer.close()
    }
  }

  async start(): Promise<void> {
    this.#own = null
    await this.#session()
  }

  stop(): Promise<void> {
    this.#own = null
    return Promise.resolve()
  }

  end(): Promise<void> {
    this.gate.flush()
    return this.stop()
  }

  status(): ServerStatus {
    const asked = this.#failure === null ? (this.#reached ? 'running' : 'idle') : 'failed'
    return {
      state: this.definition.enabled ? asked : 'off',
      detail: this.#failure,
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

/** Reads an event stream until the answer to a request. */
async function answerIn(answer: Answer, id: MessageId) {
  const splitter = new EventSplitter()
  const decoder = new TextDecoder()
  for await (const chunk of answer.body)
    for (const event of splitter.push(decoder.decode(chunk, { stream: true }))) {
      const data = eventData(event)
      const message = data === null || data === '' ? null : readMessage(JSON.parse(data))
      if (message?.kind === 'response' && message.id === id) return message
    }
  return null
}
