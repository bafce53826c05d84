/** What the gateway itself says to a server with an address, and how every request to it is sent. */
import { readFile } from 'node:fs/promises'
import { AppError, isSystemError, messageOf } from '../../errors/index.ts'
import { whyUnreachable } from '../../health/reach.ts'
import { type Answer, exchange } from '../../providers/http.ts'
import { resultOf } from './ask.ts'
import type { HttpTransport } from './definition.ts'
import { eventData, EventSplitter } from './event-filter.ts'
import { type JsonObject, type MessageId, readMessage } from './jsonrpc.ts'
import type { LogRing } from './log-ring.ts'
import { MAX_MESSAGE_BYTES } from './process.ts'
import { PROTOCOL_VERSION } from './stdio-server.ts'

type Method = 'GET' | 'POST' | 'DELETE'

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

export function isEventStream(answer: Answer): boolean {
  return answer.headers['content-type']?.startsWith('text/event-stream') === true
}

export class AddressClient {
  readonly #options: AddressClientOptions
  #failure: string | null = null
  #reached = false
  /** The gateway's own session with it. */
  #own: Promise<string | null> | null = null
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
   * @throws AppError `mcp-server`, `mcp-timeout`
   */
  async exchange(method: Method, headers: Record<string, string>, body: unknown, signal: AbortSignal): Promise<Answer> {
    const { name, ring } = this.#options
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
    const signal = AbortSignal.timeout(this.#options.callMs)
    const body = { jsonrpc: '2.0', id: this.#nextId++, method: 'initialize', params }
    const answer = await this.exchange('POST', this.#headers(null), body, signal)
    const session = answer.headers['mcp-session-id']
    await this.#result(answer, body.id)
    const id = typeof session === 'string' ? session : null
    const notification = { jsonrpc: '2.0', method: 'notifications/initialized' }
    const noted = await this.exchange('POST', this.#headers(id), notification, signal)
    noted.close()
    return id
  }

  #headers(session: string | null): Record<string, string> {
    const common = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': PROTOCOL_VERSION }
    return session === null ? common : { ...common, 'mcp-session-id': session }
  }

  async #rpc(method: string, params: JsonObject, session: string | null): Promise<JsonObject | 'no-session'> {
    const body = { jsonrpc: '2.0', id: this.#nextId++, method, params }
    const signal = AbortSignal.timeout(this.#options.callMs)
    const answer = await this.exchange('POST', this.#headers(session), body, signal)
    if (session !== null && answer.status === 404) {
      answer.close()
      return 'no-session'
    }
    return this.#result(answer, body.id)
  }

  /** The result of one request, from an answer of either kind. */
  async #result(answer: Answer, id: MessageId): Promise<JsonObject> {
    try {
      if (answer.status !== 200) throw new AppError('mcp-server', `${this.#options.name} answered ${answer.status}.`)
      const found = isEventStream(answer)
        ? await answerIn(answer, id)
        : readMessage(JSON.parse(await readWhole(answer)))
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
