/** The process that all share: of sessions that agree to it, and of what the gateway asks itself. */
import type { Connection, ConnectionOptions } from './connection.ts'
import { introduce } from './handshake.ts'
import { type JsonObject, RPC_CODES, rpcError } from './jsonrpc.ts'

type OnMessage = ConnectionOptions['onMessage']

export interface SharedProcessOptions {
  /** Starts a process. */
  launch: (onMessage: OnMessage) => Promise<Connection>
  /** Version of the app. */
  version: string
  /** The server said that its tools, prompts or resources are others now. */
  onListChanged: (text: string, method: string) => void
  /** It shook hands. */
  onAnswered: (connection: Connection) => void
  /** It did not: nobody will use it. */
  onSilent: (connection: Connection) => void
}

export class SharedProcess {
  readonly #options: SharedProcessOptions
  #opening: Promise<Connection> | null = null
  #open: Connection | null = null
  #initializeResult: JsonObject = {}

  constructor(options: SharedProcessOptions) {
    this.#options = options
  }

  /** The connection when it is open already. */
  get now(): Connection | null {
    return this.#open?.open === true ? this.#open : null
  }

  /** What the process answered to `initialize`. */
  get initializeResult(): JsonObject {
    return this.#initializeResult
  }

  /** @throws AppError when the process cannot be started or does not shake hands */
  connection(): Promise<Connection> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#clear()
      throw error
    })
    return this.#opening
  }

  async #connect(): Promise<Connection> {
    const connection = await this.#options.launch((...message) => this.#take(connection, ...message))
    this.#initializeResult = await introduce(connection, this.#options.version).catch((error: unknown) => {
      this.#options.onSilent(connection)
      throw error
    })
    this.#options.onAnswered(connection)
    this.#open = connection
    return connection
  }

  /** What the server says of its own accord. It asks nothing of one client that others would answer. */
  #take(connection: Connection, ...[text, message]: Parameters<OnMessage>): void {
    if (message.kind === 'notification') {
      if (message.method.endsWith('/list_changed')) this.#options.onListChanged(text, message.method)
    } else
      connection.pass(
        message.method === 'ping'
          ? JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} })
          : rpcError(message.id, RPC_CODES.methodNotFound, 'Not offered where sessions share a process.'),
      )
  }

  /** The next who asks gets another one, if this was it. */
  forget(connection: Connection): void {
    if (this.#open === connection) this.#clear()
  }

  #clear(): void {
    this.#opening = null
    this.#open = null
  }
}
