/** A server that is a program of this machine: started on demand, watched, started again after a crash, stopped when idle. */
import { AppError, toAppError } from '../../errors/index.ts'
import type { Logger } from '../../logging/index.ts'
import type { Protection } from '../schemas.ts'
import { Backoff } from './backoff.ts'
import { findProgram } from './command.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import type { ServerDefinition, StdioTransport } from './definition.ts'
import { environmentOf } from './environment.ts'
import { type JsonObject, readMessage, RPC_CODES, rpcError } from './jsonrpc.ts'
import { LogRing } from './log-ring.ts'
import { StdioProcess } from './process.ts'
import { watchMemory } from './memory-watch.ts'
import { type Means, protectedCommand, protectionOf } from './protection.ts'
import { ask } from './ask.ts'

/** Most processes of one server at a time. */
const MAX_PROCESSES = 64
const MIB = 1024 ** 2
/** A handshake that takes longer has failed, in milliseconds. */
const HANDSHAKE_MS = 60_000
export const PROTOCOL_VERSION = '2025-11-25'
/** Versions in which the transport is spoken here: https://modelcontextprotocol.io/specification/versioning */
export const VERSIONS: ReadonlySet<string> = new Set(['2025-03-26', '2025-06-18', PROTOCOL_VERSION])

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

export interface RunningProcess {
  connection: Connection
  process: StdioProcess
  use: 'shared' | 'session'
  startedAt: Date
  /** Of `performance.now()`. */
  startedMs: number
  lastMs: number
  idle: NodeJS.Timeout | null
  stopWatching: () => void
}

type Launch = Pick<ConnectionOptions, 'onMessage'> & { use: RunningProcess['use'] }

export class StdioServer {
  readonly #options: StdioServerOptions
  readonly #backoff = new Backoff(() => performance.now())
  readonly #running = new Set<RunningProcess>()
  readonly ring: LogRing
  #shared: Promise<Connection> | null = null
  #sharedOpen: Connection | null = null
  #starting = 0
  #failure: string | null = null
  #protection: Protection | null = null
  /** What the shared process answered to `initialize`. */
  #initializeResult: JsonObject = {}

  constructor(options: StdioServerOptions) {
    this.#options = options
    this.ring = new LogRing(options.now)
  }

  get definition(): ServerDefinition {
    return this.#options.definition
  }

  get transport(): StdioTransport {
    return this.#options.transport
  }

  get running(): readonly RunningProcess[] {
    return [...this.#running]
  }

  get starting(): boolean {
    return this.#starting > 0
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

  get initializeResult(): JsonObject {
    return this.#initializeResult
  }

  async protection(): Promise<Protection> {
    this.#protection ??= protectionOf(this.transport, await this.#options.means())
    return this.#protection
  }

  /**
   * Starts a process.
   * @throws AppError `mcp-waiting` after a crash, `mcp-server` when it cannot be started
   */
  async launch({ use, onMessage }: Launch): Promise<Connection> {
    this.#assertMayStart()
    this.#starting += 1
    try {
      const { definition } = this.#options
      const env = await environmentOf(this.transport)
      const search = env['PATH'] ?? ''
      const program = findProgram(this.transport.command, search)
      await definition.prepare?.()
      const means = await this.#options.means()
      const plan = protectedCommand(this.transport, {
        program,
        search,
        home: env['HOME'] ?? '/',
        stateDir: this.#options.stateDir,
        means,
      })
      this.#failure = null
      const running = this.#spawn(plan, { ...env, ...plan.env }, use, onMessage)
      if (means.systemd === null) this.#watchMemory(running)
      return running.connection
    } catch (error) {
      this.#failure = toAppError(error).message
      this.#note(`could not be started: ${this.#failure}`)
      throw error
    } finally {
      this.#starting -= 1
    }
  }

  #assertMayStart(): void {
    const { name } = this.definition
    const { waitMs, reason } = this.#backoff
    if (waitMs > 0)
      throw new AppError('mcp-waiting', `${name} crashed (${reason ?? 'unknown'}) and is started again in a moment.`, {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
        hint: `hwc-ai mcp log ${name} shows what it said.`,
      })
    if (this.#running.size + this.#starting < MAX_PROCESSES || this.#stopIdlest()) return
    throw new AppError('mcp-waiting', `${name} has ${MAX_PROCESSES} processes, and all of them are at work.`, {
      retryAfterSeconds: 5,
    })
  }

  /** Makes room: the session whose process is stopped gets another one at its next call. */
  #stopIdlest(): boolean {
    const idle = this.running.filter(({ connection }) => connection.running === 0).sort((a, b) => a.lastMs - b.lastMs)
    if (idle[0] === undefined) return false
    void this.#stopOne(idle[0])
    return true
  }

  #spawn(
    plan: { command: string; args: string[] },
    env: Record<string, string>,
    use: RunningProcess['use'],
    onMessage: Launch['onMessage'],
  ): RunningProcess {
    const { callMs } = this.definition
    const touch = () => void (running.lastMs = performance.now())
    const connection = new Connection({ remap: use === 'shared', callMs, onMessage, onActivity: touch })
    const process = new StdioProcess({
      ...plan,
      env,
      onLine: (line) => {
        if (!connection.receive(line)) this.#note(`wrote a line that is no message: ${line.slice(0, 200)}`)
      },
      onStderr: (line) => this.ring.add(line),
      onExit: (reason) => this.#exited(running, reason),
    })
    const startedMs = performance.now()
    const startedAt = this.#options.now()
    const running: RunningProcess = {
      connection,
      process,
      use,
      startedAt,
      startedMs,
      lastMs: startedMs,
      idle: null,
      stopWatching: () => undefined,
    }
    connection.attach(process)
    this.#backoff.starting()
    this.#running.add(running)
    this.#watchIdle(running)
    this.#note(`process ${process.pid} started for ${use === 'shared' ? 'all' : 'a session'}`)
    return running
  }

  #watchMemory(running: RunningProcess): void {
    const { memoryMax } = this.transport
    running.stopWatching = watchMemory(running.process.pid, memoryMax * MIB, (bytes) =>
      running.process.kill(`it took ${Math.round(bytes / MIB)} MiB of memory, more than the ${memoryMax} it may`),
    )
  }

  #watchIdle(running: RunningProcess): void {
    const { idleMs } = this.definition
    const due = () => {
      const left = running.connection.running > 0 ? idleMs : running.lastMs + idleMs - performance.now()
      if (left <= 0) {
        this.#note(`process ${running.process.pid} was idle`)
        void this.#stopOne(running)
      } else arm(left)
    }
    const arm = (milliseconds: number) => {
      running.idle = setTimeout(due, Math.max(10, milliseconds))
      running.idle.unref()
    }
    arm(idleMs)
  }

  #exited(running: RunningProcess, reason: string): void {
    const wanted = !this.#running.delete(running)
    if (running.idle !== null) clearTimeout(running.idle)
    running.stopWatching()
    if (this.#sharedOpen === running.connection) this.#forgetShared()
    // What it said last may hold anything, so callers are not told; its log has it for the admin.
    running.connection.close(reason)
    this.#note(`process ${running.process.pid}: ${reason}`)
    if (wanted) return
    this.#backoff.crashed(reason, performance.now() - running.startedMs)
    this.#options.log.warn('an MCP server crashed', { server: this.definition.name, reason })
  }

  #forgetShared(): void {
    this.#shared = null
    this.#sharedOpen = null
  }

  async #stopOne(running: RunningProcess): Promise<void> {
    this.#running.delete(running)
    if (this.#sharedOpen === running.connection) this.#forgetShared()
    running.connection.close('it was stopped')
    await running.process.stop()
  }

  /** Ends the process of a session that is over. */
  async stopConnection(connection: Connection): Promise<void> {
    const running = this.running.find((one) => one.connection === connection)
    if (running !== undefined) await this.#stopOne(running)
  }

  /** The shared process when it runs already. */
  get sharedNow(): Connection | null {
    return this.#sharedOpen?.open === true ? this.#sharedOpen : null
  }

  /**
   * The process that all share: of sessions that agree to it, and of what the gateway asks itself.
   * @throws AppError as {@link launch}
   */
  shared(): Promise<Connection> {
    this.#shared ??= this.#openShared().catch((error: unknown) => {
      this.#forgetShared()
      throw error
    })
    return this.#shared
  }

  async #openShared(): Promise<Connection> {
    const connection = await this.launch({
      use: 'shared',
      onMessage: (text, message) => {
        if (message.kind === 'notification') {
          if (message.method.endsWith('/list_changed')) this.#options.onListChanged(text, message.method)
        } else
          connection.pass(
            message.method === 'ping'
              ? JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} })
              : rpcError(message.id, RPC_CODES.methodNotFound, 'Not offered where sessions share a process.'),
          )
      },
    })
    const clientInfo = { name: 'hwc-ai', version: this.#options.version }
    const params = { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo }
    this.#initializeResult = await ask(connection, 'initialize', params, HANDSHAKE_MS)
    connection.pass('{"jsonrpc":"2.0","method":"notifications/initialized"}')
    this.answered()
    this.#sharedOpen = connection
    return connection
  }

  /** It shook hands: the last crash is over. */
  answered(): void {
    this.#backoff.answered()
  }

  /** Repeats the handshake of a session whose process ended. */
  async repeatHandshake(connection: Connection, initialize: string): Promise<void> {
    const message = readMessage(JSON.parse(initialize))
    await ask(connection, 'initialize', (message?.kind === 'request' ? message.params : null) ?? {}, HANDSHAKE_MS)
    connection.pass('{"jsonrpc":"2.0","method":"notifications/initialized"}')
    this.answered()
  }

  /** Starts it by hand: what it waits for is forgiven. */
  async start(): Promise<void> {
    this.#backoff.forgive()
    await this.shared()
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((running) => this.#stopOne(running)))
  }

  #note(text: string): void {
    this.ring.add(`[gateway] ${text}`)
  }
}
