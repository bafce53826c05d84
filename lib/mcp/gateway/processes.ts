/** The processes of one server that run now: bounded in number, watched, stopped when idle. */
import { roomFor } from '../room.ts'
import type { Crash } from './backoff.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { watchMemory } from './memory-watch.ts'
import { StdioProcess } from './process.ts'

/** Most processes of one server at a time. */
const MAX_PROCESSES = 64
const MIB = 1024 ** 2

export interface RunningProcess {
  connection: Connection
  process: StdioProcess
  use: 'shared' | 'session'
  key: string
  startedAt: Date
  /** Of `performance.now()`. */
  startedMs: number
  lastMs: number
  idle: NodeJS.Timeout | null
  stopWatching: () => void
  /** Whether it shook hands. */
  answered: boolean
}

/** `key`: id of the key whose session it is for; empty for one that all share. */
export type Launch = Pick<ConnectionOptions, 'onMessage'> & Pick<RunningProcess, 'use' | 'key'>

export interface ProcessesOptions {
  /** Longest time of one call, and time without one after which a process is stopped, in milliseconds. */
  callMs: number
  idleMs: number
  now: () => Date
  /** What a process wrote to its standard error. */
  onStderr: (line: string) => void
  /** A connection is of no use any more. */
  onGone: (connection: Connection) => void
  /** One ended that nobody had stopped. @param key as in {@link Launch} */
  onCrash: (key: string, crash: Crash) => void
  note: (text: string) => void
}

export class Processes {
  readonly #options: ProcessesOptions
  readonly #running = new Set<RunningProcess>()

  constructor(options: ProcessesOptions) {
    this.#options = options
  }

  get all(): readonly RunningProcess[] {
    return [...this.#running]
  }

  /**
   * Makes room for one more of a key: where it has too many, the session whose process is stopped gets another one at its next call.
   * @param starting keys of those that are being started
   * @returns null, or how many the key has when all are at work
   */
  makeRoom(key: string, starting: readonly string[]): number | null {
    const running = this.all.map((process) => ({
      key: process.key,
      inUse: process.connection.running > 0,
      lastUsed: process.lastMs,
      process,
    }))
    const begun = starting.map((of) => ({ key: of, inUse: true, lastUsed: Infinity, process: null }))
    const room = roomFor(key, [...running, ...begun], MAX_PROCESSES)
    if (!room.given) return room.own
    const idle = room.ends?.process ?? null
    if (idle !== null) void this.stop(idle)
    return null
  }

  spawn(
    plan: { command: string; args: string[]; env: Record<string, string> },
    { use, key, onMessage }: Launch,
  ): RunningProcess {
    const { callMs, now, note, onStderr } = this.#options
    const onActivity = () => void (running.lastMs = performance.now())
    const connection = new Connection({ remap: use === 'shared', callMs, onMessage, onActivity })
    const process = new StdioProcess({
      ...plan,
      onLine: (line) => {
        if (!connection.receive(line)) note(`wrote a line that is no message: ${line.slice(0, 200)}`)
      },
      onStderr,
      onExit: (reason) => this.#exited(running, reason),
    })
    const startedMs = performance.now()
    const running: RunningProcess = {
      connection,
      process,
      use,
      key,
      startedAt: now(),
      startedMs,
      lastMs: startedMs,
      idle: null,
      stopWatching: () => undefined,
      answered: false,
    }
    connection.attach(process)
    this.#running.add(running)
    this.#watchIdle(running)
    note(`process ${process.pid} started for ${use === 'shared' ? 'all' : 'a session'}`)
    return running
  }

  /** Ends a process that takes more memory than it may, where nothing else does. @param mebibytes what it may take */
  boundMemory(running: RunningProcess, mebibytes: number): void {
    running.stopWatching = watchMemory(running.process.pid, mebibytes * MIB, (bytes) =>
      running.process.kill(`it took ${Math.round(bytes / MIB)} MiB of memory, more than the ${mebibytes} it may`),
    )
  }

  #watchIdle(running: RunningProcess): void {
    const { idleMs, note } = this.#options
    const due = () => {
      const left = running.connection.running > 0 ? idleMs : running.lastMs + idleMs - performance.now()
      if (left <= 0) {
        note(`process ${running.process.pid} was idle`)
        void this.stop(running)
      } else arm(left)
    }
    const arm = (milliseconds: number) => {
      running.idle = setTimeout(due, Math.max(10, milliseconds))
      running.idle.unref()
    }
    arm(idleMs)
  }

  #exited(running: RunningProcess, reason: string): void {
    const { onGone, onCrash, note } = this.#options
    const wanted = !this.#running.delete(running)
    if (running.idle !== null) clearTimeout(running.idle)
    running.stopWatching()
    onGone(running.connection)
    // What it said last may hold anything, so callers are not told; its log has it for the admin.
    running.connection.close(reason)
    note(`process ${running.process.pid}: ${reason}`)
    const { key, startedMs, answered } = running
    if (!wanted) onCrash(key, { reason, ranMs: performance.now() - startedMs, answered })
  }

  /** The process of a connection shook hands. */
  answered(connection: Connection): void {
    for (const running of this.#running) if (running.connection === connection) running.answered = true
  }

  async stop(running: RunningProcess): Promise<void> {
    this.#running.delete(running)
    this.#options.onGone(running.connection)
    running.connection.close('it was stopped')
    await running.process.stop()
  }

  /** Ends the process of a connection, if it runs. */
  async stopConnection(connection: Connection): Promise<void> {
    const running = this.all.find((one) => one.connection === connection)
    if (running !== undefined) await this.stop(running)
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.all.map((running) => this.stop(running)))
  }
}
