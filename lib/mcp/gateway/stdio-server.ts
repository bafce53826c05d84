/** A server that is a program of this machine: started on demand, watched, started again after a crash, stopped when idle. */
import { AppError, toAppError } from '../../errors/index.ts'
import type { Logger } from '../../logging/index.ts'
import type { Protection } from '../schemas.ts'
import { Backoff } from './backoff.ts'
import { findProgram } from './command.ts'
import type { Connection } from './connection.ts'
import type { ServerDefinition, StdioTransport } from './definition.ts'
import { environmentOf, secretsIn } from './environment.ts'
import { reintroduce } from './handshake.ts'
import type { JsonObject } from './jsonrpc.ts'
import { LogRing } from './log-ring.ts'
import { type Launch, Processes, type RunningProcess } from './processes.ts'
import { type Means, protectedCommand, protectionOf } from './protection.ts'
import { behindShims, type RealProgram } from './shim.ts'
import { SharedProcess } from './shared-process.ts'

export interface StdioServerOptions {
  definition: ServerDefinition
  transport: StdioTransport
  version: string
  /** Where the app keeps its own secrets. */
  stateDir: string
  means: () => Promise<Means>
  now: () => Date
  log: Logger
  /** The server said that its tools, prompts or resources are others now. */
  onListChanged: (text: string, method: string) => void
}

export class StdioServer {
  readonly #options: StdioServerOptions
  readonly #backoff = new Backoff(() => performance.now())
  readonly #processes: Processes
  readonly #shared: SharedProcess
  readonly ring: LogRing
  readonly #starting: Launch[] = []
  #failure: string | null = null
  #protection: Protection | null = null

  constructor(options: StdioServerOptions) {
    const { definition, now, version, onListChanged } = options
    this.#options = options
    this.ring = new LogRing(now)
    this.#shared = new SharedProcess({
      launch: (onMessage) => this.launch({ use: 'shared', key: '', onMessage }),
      version,
      onListChanged,
      onAnswered: (connection) => this.answered(connection),
      onSilent: (connection) => void this.stopConnection(connection),
    })
    this.#processes = new Processes({
      callMs: definition.callMs,
      idleMs: definition.idleMs,
      now,
      onStderr: (line) => this.ring.add(line),
      onGone: (connection) => this.#shared.forget(connection),
      onCrash: (key, crash) => {
        this.#backoff.crashed(key, crash)
        options.log.warn('an MCP server crashed', { server: definition.name, reason: crash.reason })
      },
      note: (text) => this.#note(text),
    })
  }

  get definition(): ServerDefinition {
    return this.#options.definition
  }

  get transport(): StdioTransport {
    return this.#options.transport
  }

  get running(): readonly RunningProcess[] {
    return this.#processes.all
  }

  get starting(): boolean {
    return this.#starting.length > 0
  }

  get backoff(): Backoff {
    return this.#backoff
  }

  /** Why it could not be started at all, or last crashed. */
  get failure(): string | null {
    return this.#failure ?? this.#backoff.reason
  }

  /** Why it could not be started, if it were called now: there is no such program. */
  get lack(): string | null {
    try {
      findProgram(this.transport.command, this.transport.env['PATH'] ?? process.env['PATH'] ?? '')
      return null
    } catch (error) {
      return toAppError(error).message
    }
  }

  /** What the shared process answered to `initialize`. */
  get initializeResult(): JsonObject {
    return this.#shared.initializeResult
  }

  async protection(): Promise<Protection> {
    this.#protection ??= protectionOf(this.transport, await this.#options.means())
    return this.#protection
  }

  /**
   * Starts a process.
   * @throws AppError `mcp-waiting` after a crash, `mcp-server` when it cannot be started
   */
  async launch(launch: Launch): Promise<Connection> {
    this.#assertMayStart(launch)
    this.#starting.push(launch)
    try {
      return await this.#start(launch)
    } catch (error) {
      this.#failure = toAppError(error).message
      this.#note(`could not be started: ${this.#failure}`)
      throw error
    } finally {
      this.#starting.splice(this.#starting.indexOf(launch), 1)
    }
  }

  #assertMayStart({ key }: Launch): void {
    const { name } = this.definition
    const { reason } = this.#backoff
    const waitMs = this.#backoff.waitMs(key)
    if (waitMs > 0)
      throw new AppError('mcp-waiting', `${name} crashed (${reason ?? 'unknown'}) and is started again in a moment.`, {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
        hint: `hwc-ai mcp log ${name} shows what it said.`,
      })
    const starting = this.#starting.map((launch) => launch.key)
    const busy = this.#processes.makeRoom(key, starting)
    if (busy === null) return
    const who = busy === 0 ? 'Other keys have all' : `This key has ${busy}`
    throw new AppError('mcp-waiting', `${who} processes of ${name} that there may be, and all of them are at work.`, {
      retryAfterSeconds: 5,
    })
  }

  async #start(launch: Launch): Promise<Connection> {
    const { definition, transport, stateDir } = this.#options
    const env = await environmentOf(transport)
    this.ring.hide(secretsIn(env, transport))
    const { program, search } = await this.#program(env)
    definition.prepare?.()
    const means = await this.#options.means()
    const plan = protectedCommand(transport, { program, search, home: env['HOME'] ?? '/', stateDir, means })
    this.#failure = null
    const running = this.#processes.spawn({ ...plan, env: { ...env, PATH: search, ...plan.env } }, launch)
    this.#backoff.starting()
    if (means.systemd === null) this.#processes.boundMemory(running, transport.memoryMax)
    return running.connection
  }

  /** The program to start, and the PATH that it is given. @throws AppError `mcp-server` when there is none */
  async #program({ PATH: search = '', HOME: home = '/' }: Readonly<Record<string, string>>): Promise<RealProgram> {
    const { command, env } = this.transport
    return behindShims(findProgram(command, search), { search, env: { HOME: home, ...env } })
  }

  /** Ends the process of a session that is over. */
  stopConnection(connection: Connection): Promise<void> {
    return this.#processes.stopConnection(connection)
  }

  /** The shared process when it runs already. */
  get sharedNow(): Connection | null {
    return this.#shared.now
  }

  /**
   * The process that all share.
   * @throws AppError as {@link launch}
   */
  shared(): Promise<Connection> {
    return this.#shared.connection()
  }

  /** A process shook hands: the last crash is over. */
  answered(connection: Connection): void {
    this.#processes.answered(connection)
    this.#backoff.answered()
  }

  /** Repeats the handshake of a session whose process ended. */
  async repeatHandshake(connection: Connection, initialize: string): Promise<void> {
    await reintroduce(connection, initialize)
    this.answered(connection)
  }

  /** Starts it by hand: what it waits for is forgiven. */
  async start(): Promise<void> {
    this.#backoff.forgive()
    await this.shared()
  }

  stop(): Promise<void> {
    return this.#processes.stopAll()
  }

  #note(text: string): void {
    this.ring.add(`[gateway] ${text}`)
  }
}
