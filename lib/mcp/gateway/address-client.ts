/** What the gateway itself says to a server with an address, and how every request to it is sent. */
import { readFile } from 'node:fs/promises'
import { AppError, isSystemError, messageOf } from '../../errors/index.ts'
import { whyUnreachable } from '../../health/reach.ts'
import { type Answer, exchange } from '../../providers/http.ts'
import { resultOf } from './ask.ts'
import type { HttpTransport } from './definition.ts'
import { eventData, EventSplitter } from './event-filter.ts'
import { isTooDeep, MAX_DEPTH } from './depth.ts'
import { type JsonObject, type Message, type MessageId, readMessage } from './jsonrpc.ts'
import type { LogRing } from './log-ring.ts'
import { MAX_MESSAGE_BYTES } from './process.ts'
import { PROTOCOL_VERSION } from './handshake.ts'

type Method = 'GET' | 'POST' | 'DELETE'

const ACCEPT = { accept: 'application/json, text/event-stream' }
/** A session that the server does not know, as after its restart: 404 by the specification, 400 by the examples of the official SDK. */
const NO_SESSION: ReadonlySet<number> = new Set([400, 404])

/** The gateway's own session with a server. */
interface OwnSession {
  /** Null where the server keeps none. */
  id: string | null
  /** What the server speaks, which every later request has to say. */
  version: string
}

export interface AddressClientOptions {
  name: string
  transport: HttpTransport
  version: string
  /** Longest time of one call, in milliseconds. */
  callMs: number
  ring: LogRing
}

/** @throws AppError `mcp-server` when it is too much */
export async function readWhole(answer: Answer): Promise<string> {
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

/** @throws AppError `mcp-server` for a message that is nested too deep */
export function assertFlat(json: string): void {
  if (isTooDeep(json))
    throw new AppError('mcp-server', `The server’s message is nested more than ${MAX_DEPTH} levels deep.`)
}

/** @throws AppError `mcp-server`, SyntaxError */
function messageIn(json: string): Message | null {
  assertFlat(json)
  return readMessage(JSON.parse(json))
}

/** Why the server does not serve us, whoever asked; null when it may. A caller who was told the same would look for a fault of its own. */
function whyRefused({ status }: Answer): string | null {
  if (status === 401 || status === 403) return `it does not let the gateway in (${status})`
  return status >= 300 && status < 400 ? `it has moved (${status})` : null
}

export function isEventStream(answer: Answer): boolean {
  return answer.headers['content-type']?.startsWith('text/event-stream') === true
}

export class AddressClient {
  readonly #options: AddressClientOptions
  #failure: string | null = null
  #reached = false
  #own: Promise<OwnSession> | null = null
  #nextId = 1

  constructor(options: AddressClientOptions) {
    this.#options = options
  }

  /** Why the last request failed; null when it did not. */
  get failure(): string | null {
    return this.#failure
  }

  /** Whether it ever answered. */
  get reached(): boolean {
    return this.#reached
  }

  async #key(): Promise<Record<string, string>> {
    const { keyFile } = this.#options.transport
    if (keyFile === null) return {}
    const key = await readFile(keyFile, 'utf8').catch((error: unknown) => {
      throw new AppError('mcp-server', `The key file ${keyFile} cannot be read.`, { cause: error })
    })
    return { authorization: `Bearer ${key.trim()}` }
  }

  /**
   * Sends one request, with the server's own key.
   * @param text JSON
   * @throws AppError `mcp-server`, `mcp-timeout`
   */
  async exchange(
    method: Method,
    headers: Record<string, string>,
    text: string | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    const answer = await this.#send(method, headers, text, signal)
    const refused = whyRefused(answer)
    this.#reached = true
    this.#failure = refused ?? (answer.status >= 500 ? `it answered ${answer.status}` : null)
    if (refused === null) return answer
    answer.close()
    this.#options.ring.add(`[gateway] ${method}: ${refused}`)
    throw new AppError('mcp-server', `${this.#options.name} cannot be used: ${refused}.`, {
      hint: 'Set the address and the key file of the server in its settings.',
    })
  }

  async #send(
    method: Method,
    headers: Record<string, string>,
    text: string | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { name, ring, transport } = this.#options
    try {
      const sent = { ...headers, ...(await this.#key()) }
      const url = new URL(transport.url)
      return await exchange({ url, method, headers: sent, signal, ...(text === null ? {} : { text }) })
    } catch (error) {
      if (signal.aborted) {
        if (isTimeout(signal)) this.#failure = 'it did not answer in time'
        throw new AppError('mcp-timeout', `${name} did not answer in time.`, { cause: error })
      }
      const reason =
        error instanceof AppError ? error.message : isSystemError(error) ? whyUnreachable(error) : messageOf(error)
      this.#failure = reason
      ring.add(`[gateway] ${method}: ${reason}`)
      if (error instanceof AppError) throw error
      throw new AppError('mcp-server', `${name} cannot be reached: ${reason}.`, { cause: error })
    }
  }

  /** Asks in the gateway's own session, which is begun anew when the server no longer knows it. */
  async ask(method: string, params: JsonObject): Promise<JsonObject> {
    const session = await this.#session()
    const first = await this.#rpc(method, params, session)
    if (first !== 'no-session') return first
    this.#own = null
    const second = await this.#rpc(method, params, await this.#session())
    if (second !== 'no-session') return second
    throw new AppError('mcp-server', `${this.#options.name} does not know the session that it just began.`)
  }

  #session(): Promise<OwnSession> {
    this.#own ??= this.#begin().catch((error: unknown) => {
      this.#own = null
      throw error
    })
    return this.#own
  }

  async #begin(): Promise<OwnSession> {
    const clientInfo = { name: 'hwc-ai', version: this.#options.version }
    const params = { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo }
    const signal = AbortSignal.timeout(this.#options.callMs)
    const body = { jsonrpc: '2.0', id: this.#nextId++, method: 'initialize', params }
    const answer = await this.exchange('POST', ACCEPT, JSON.stringify(body), signal)
    const id = answer.headers['mcp-session-id']
    const { protocolVersion: version } = await this.#result(answer, body.id)
    const session = {
      id: typeof id === 'string' ? id : null,
      version: typeof version === 'string' ? version : PROTOCOL_VERSION,
    }
    const initialized = '{"jsonrpc":"2.0","method":"notifications/initialized"}'
    const noted = await this.exchange('POST', headersOf(session), initialized, signal)
    noted.close()
    return session
  }

  async #rpc(method: string, params: JsonObject, session: OwnSession): Promise<JsonObject | 'no-session'> {
    const body = { jsonrpc: '2.0', id: this.#nextId++, method, params }
    const signal = AbortSignal.timeout(this.#options.callMs)
    const answer = await this.exchange('POST', headersOf(session), JSON.stringify(body), signal)
    if (session.id !== null && NO_SESSION.has(answer.status)) {
      answer.close()
      return 'no-session'
    }
    return this.#result(answer, body.id)
  }

  /** The result of one request, from an answer of either kind. */
  async #result(answer: Answer, id: MessageId): Promise<JsonObject> {
    try {
      if (answer.status !== 200) throw new AppError('mcp-server', `${this.#options.name} answered ${answer.status}.`)
      const found = isEventStream(answer) ? await answerIn(answer, id) : messageIn(await readWhole(answer))
      if (found?.kind !== 'response') throw new AppError('mcp-server', `${this.#options.name} gave no answer.`)
      return resultOf(found)
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError('mcp-server', `${this.#options.name} gave no answer: ${messageOf(error)}.`, { cause: error })
    } finally {
      answer.close()
    }
  }

  /** Begins a session of the gateway's own, whatever there was before. */
  async start(): Promise<void> {
    this.#own = null
    await this.#session()
  }

  /** Forgets the session; the next request begins another. */
  forget(): void {
    this.#own = null
  }
}

function headersOf({ id, version }: OwnSession): Record<string, string> {
  return { ...ACCEPT, 'mcp-protocol-version': version, ...(id === null ? {} : { 'mcp-session-id': id }) }
}

function isTimeout({ reason }: AbortSignal): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError'
}

/** Reads an event stream until the answer to a request. */
async function answerIn(answer: Answer, id: MessageId) {
  const splitter = new EventSplitter()
  const decoder = new TextDecoder()
  for await (const chunk of answer.body)
    for (const event of splitter.push(decoder.decode(chunk, { stream: true }))) {
      const data = eventData(event)
      const message = data === null || data === '' ? null : messageIn(data)
      if (message?.kind === 'response' && message.id === id) return message
    }
  return null
}
