/**
 * The JSON-RPC side of one process: which answer belongs to which request. Where several sessions share the process, ids and
 * progress tokens are replaced by numbers of its own on the way in and put back on the way out; where a session has it alone,
 * every message passes as the text that it came as.
 */
import { isTooDeep, MAX_DEPTH } from './depth.ts'
import { exactly, withId } from './exact.ts'
import {
  isObject,
  type Message,
  type MessageId,
  progressTokenOf,
  readMessage,
  RPC_CODES,
  type RpcFailure,
  type RpcNotification,
  type RpcRequest,
  type RpcResponse,
} from './jsonrpc.ts'
import type { StdioProcess } from './process.ts'

/** Who waits for the answer of a request. */
export interface Waiting {
  /** A message that belongs to the request: its progress. */
  related(text: string): void
  /** @param text under the id of the request @param response as it came, under that of the process */
  answered(text: string, response: RpcResponse): void
  failed(failure: RpcFailure): void
}

/** Most that may wait for a program to read it, in bytes. */
const MAX_BACKLOG = 64 * 1024 ** 2
/** Starting a program takes its time, however short its calls have to be; in milliseconds. */
const HANDSHAKE_MS = 60_000

interface Pending {
  id: MessageId
  token: MessageId | null
  waiting: Waiting
  /** When it has taken too long, of `performance.now()`. */
  dueMs: number
  limitMs: number
}

export interface ConnectionOptions {
  /** Give requests ids of its own. */
  remap: boolean
  /** Longest time of one call, in milliseconds. */
  callMs: number
  /** Requests and notifications of the server that belong to no single request. */
  onMessage: (text: string, message: RpcRequest | RpcNotification) => void
  /** When it was last used, for stopping it when idle. */
  onActivity: () => void
}

export class Connection {
  readonly #options: ConnectionOptions
  readonly #pending = new Map<MessageId, Pending>()
  readonly #tokens = new Map<MessageId, Pending>()
  #process: StdioProcess | null = null
  /** One for all calls, as nearly all of them end long before. */
  #timer: NodeJS.Timeout | null = null
  /** When that goes off, of `performance.now()`. */
  #wakesMs = Infinity
  #next = 1
  #closed: string | null = null

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  attach(process: StdioProcess): void {
    this.#process = process
  }

  get process(): StdioProcess | null {
    return this.#process
  }

  /** Whether it can take a message. */
  get open(): boolean {
    return this.#closed === null && this.#process?.ended === false
  }

  get running(): number {
    return this.#pending.size
  }

  /** The request that runs, when there is exactly one. */
  get only(): Waiting | null {
    if (this.#pending.size !== 1) return null
    for (const { waiting } of this.#pending.values()) return waiting
    return null
  }

  /** Whether a request runs that the process knows under this id. */
  isRunning(id: MessageId): boolean {
    return this.#pending.has(id)
  }

  /**
   * Sends a request.
   * @param text the message as it came, without line ends
   * @returns the id under which the process knows it
   */
  request(text: string, request: RpcRequest, waiting: Waiting): MessageId {
    const token = progressTokenOf(request.params)
    const wireId = this.#options.remap ? this.#next++ : request.id
    const line = this.#options.remap ? withIds(text, request, wireId, token) : text
    const { callMs } = this.#options
    const limitMs = request.method === 'initialize' ? Math.max(callMs, HANDSHAKE_MS) : callMs
    return this.#send(line, wireId, { id: request.id, token, limitMs }, waiting)
  }

  /** Calls a tool with arguments that are JSON text already. The answer goes to `waiting` with the process's id. */
  callTool(name: string, argumentsJson: string, waiting: Waiting): MessageId {
    const id = this.#next++
    const line = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":${JSON.stringify(name)},"arguments":${argumentsJson}}}`
    return this.#send(line, id, { id, token: null, limitMs: this.#options.callMs }, waiting)
  }

  #send(
    line: string,
    wireId: MessageId,
    { id, token, limitMs }: { id: MessageId; token: MessageId | null; limitMs: number },
    waiting: Waiting,
  ): MessageId {
    if (!this.open) {
      waiting.failed({ code: RPC_CODES.closed, message: `The server is gone: ${this.#closed ?? 'it was stopped'}.` })
      return wireId
    }
    if ((this.#process?.backlog ?? 0) > MAX_BACKLOG) {
      waiting.failed({ code: RPC_CODES.closed, message: 'The server does not read what it is sent.' })
      return wireId
    }
    const dueMs = performance.now() + limitMs
    const pending: Pending = { id, token, waiting, dueMs, limitMs }
    this.#pending.set(wireId, pending)
    if (dueMs < this.#wakesMs) this.#wakeAt(dueMs)
    if (token !== null) this.#tokens.set(this.#options.remap ? wireId : token, pending)
    this.#options.onActivity()
    this.#process?.write(line)
    return wireId
  }

  /** Passes on a notification or an answer to the server's own request. */
  pass(text: string): void {
    if (!this.open) return
    this.#options.onActivity()
    this.#process?.write(text)
  }

  /** Tells the server that a request is no longer wanted, and the one who waits for it. */
  cancel(wireId: MessageId, reason: string | null, failure: RpcFailure): void {
    const pending = this.#take(wireId)
    if (pending === null) return
    const params = { requestId: wireId, ...(reason === null ? {} : { reason }) }
    this.pass(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }))
    pending.waiting.failed(failure)
  }

  #wakeAt(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#wakesMs = ms
    if (ms === Infinity) return
    this.#timer = setTimeout(() => this.#endLate(), Math.max(1, Math.ceil(ms - performance.now())))
    this.#timer.unref()
  }

  /** Ends the calls that have taken too long, and looks again when the next one may have. */
  #endLate(): void {
    const now = performance.now()
    let next = Infinity
    for (const [wireId, { dueMs, limitMs }] of this.#pending) {
      if (dueMs > now) {
        next = Math.min(next, dueMs)
        continue
      }
      const message = `The server did not answer within ${limitMs / 1000} seconds.`
      this.cancel(wireId, message, { code: RPC_CODES.timeout, message })
    }
    this.#wakeAt(next)
  }

  /** A line from the process. @returns whether it was a message */
  receive(line: string): boolean {
    let message: Message | null
    try {
      message = readMessage(JSON.parse(line))
    } catch {
      return false
    }
    if (message === null) return false
    if (isTooDeep(line)) return this.#refuse(message)
    if (message.kind === 'response') this.#answer(line, message)
    else if (message.method === 'notifications/progress') this.#progress(line, message)
    else this.#options.onMessage(line, message)
    return true
  }

  /** A message that cannot be written anew is passed to nobody, and whoever waits for it is told. */
  #refuse(message: Message): false {
    if (message.kind === 'response') {
      const text = `The server’s answer is nested more than ${MAX_DEPTH} levels deep.`
      this.#take(message.id)?.waiting.failed({ code: RPC_CODES.internal, message: text })
    }
    return false
  }

  #answer(line: string, response: RpcResponse): void {
    // One that nobody waits for any more was cancelled.
    const pending = this.#take(response.id)
    if (pending === null) return
    if (pending.id === response.id) pending.waiting.answered(line, response)
    else pending.waiting.answered(withId(line, response.value, pending.id), response)
  }

  #progress(line: string, message: RpcRequest | RpcNotification): void {
    const token = message.params?.['progressToken']
    const pending = typeof token === 'string' || typeof token === 'number' ? this.#tokens.get(token) : undefined
    if (pending === undefined) return
    this.#options.onActivity()
    pending.waiting.related(this.#options.remap ? withToken(line, message, pending.token) : line)
  }

  #take(wireId: MessageId): Pending | null {
    const pending = this.#pending.get(wireId)
    if (pending === undefined) return null
    this.#pending.delete(wireId)
    if (pending.token !== null) this.#tokens.delete(this.#options.remap ? wireId : pending.token)
    this.#options.onActivity()
    return pending
  }

  /** Ends what runs: the process is gone. */
  close(reason: string): void {
    if (this.#closed !== null) return
    this.#closed = reason
    this.#wakeAt(Infinity)
    for (const wireId of [...this.#pending.keys()])
      this.#take(wireId)?.waiting.failed({ code: RPC_CODES.closed, message: `The server stopped: ${reason}.` })
  }
}

/** The progress of a request under the token of the one who asked. */
function withToken(text: string, message: RpcNotification | RpcRequest, token: MessageId | null): string {
  const value = exactly(text, message.value)
  const params = isObject(value['params']) ? value['params'] : {}
  return JSON.stringify({ ...value, params: { ...params, progressToken: token } })
}

/**
 * The request under another id, and with that id as its progress token. Always written anew: a second id in a client's text
 * would have the server answer someone else.
 */
function withIds(text: string, request: RpcRequest, id: MessageId, token: MessageId | null): string {
  const value = exactly(text, request.value)
  if (token === null) return JSON.stringify({ ...value, id })
  const params = isObject(value['params']) ? value['params'] : {}
  const meta = isObject(params['_meta']) ? params['_meta'] : {}
  return JSON.stringify({ ...value, id, params: { ...params, _meta: { ...meta, progressToken: id } } })
}
