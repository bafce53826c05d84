/** One process of a server: lines in, lines out, its standard error, and an end that leaves nothing behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { isSystemError, messageOf } from '../../errors/index.ts'
import { LineReader } from './lines.ts'

/** Longest message that passes, in bytes; it bounds what one server can make the app hold. */
export const MAX_MESSAGE_BYTES = 32 * 1024 ** 2
const MAX_STDERR_LINE = 8192
/** How long a process may take to end by itself after its input was closed, and after it was asked to, in milliseconds. */
const CLOSE_MS = 500
const TERM_MS = 2000

export interface ProcessOptions {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  onLine: (line: string) => void
  onStderr: (line: string) => void
  /** Called once; `reason` says how it ended. */
  onExit: (reason: string) => void
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `it ended with exit code ${code ?? 0}` : `it was ended by ${signal}`
}

export class StdioProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  /** Lines that go out at the end of this turn of the event loop. */
  #unwritten = ''
  #stopping: Promise<void> | null = null
  #ended = false
  #failure: string | null = null

  /** Starts it in a process group of its own, so that all it starts can be ended with it. */
  constructor({ command, args, env, onLine, onStderr, onExit }: ProcessOptions) {
    // Next's types make NODE_ENV part of every environment; here only what is listed may be in it.
    const environment = { ...env } as NodeJS.ProcessEnv
    this.#child = spawn(command, args, { env: environment, cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
    const tooLong = () => this.kill(`it wrote a message of more than ${MAX_MESSAGE_BYTES / 1024 ** 2} MiB`)
    const out = new LineReader(MAX_MESSAGE_BYTES, onLine, tooLong)
    const err = new LineReader(MAX_STDERR_LINE, onStderr, null)
    this.#child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
    this.#child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
    // Writing to one that has just ended; its end is told by itself.
    this.#child.stdin?.on('error', () => undefined)
    this.#exited = new Promise((resolve) => {
      const end = (reason: string) => {
        if (this.#ended) return
        this.#ended = true
        // What it started and left behind.
        this.#signal('SIGKILL')
        onExit(this.#failure ?? reason)
        resolve()
      }
      this.#child.once('error', (error) => {
        end(isSystemError(error, 'ENOENT') ? `there is no program ${command}` : messageOf(error))
      })
      this.#child.once('close', (code, signal) => end(howItEnded(code, signal)))
      // Children of its own may hold the pipes open for ever.
      this.#child.once('exit', (code, signal) => void wait(CLOSE_MS).then(() => end(howItEnded(code, signal))))
    })
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Writes a message; those of one turn of the event loop go out together. */
  write(line: string): void {
    const { stdin } = this.#child
    if (stdin === null || !stdin.writable) return
    // After all that has arrived by now was read, so that calls of many clients cost one write.
    if (this.#unwritten === '') setImmediate(() => this.#flush())
    this.#unwritten += `${line}\n`
  }

  #flush(): void {
    const { stdin } = this.#child
    if (this.#unwritten !== '' && stdin?.writable === true) stdin.write(this.#unwritten)
    this.#unwritten = ''
  }

  /** Bytes, or nearly, that the program has not taken yet. */
  get backlog(): number {
    return (this.#child.stdin?.writableLength ?? 0) + this.#unwritten.length
  }

  /** Ends it at once. @param reason what it did */
  kill(reason: string): void {
    this.#failure ??= reason
    this.#signal('SIGKILL')
  }

  /** Closes its input, then asks it to end, then makes it. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async #end(): Promise<void> {
    if (this.#ended) return
    this.#flush()
    this.#child.stdin?.end()
    if (await this.#endsWithin(CLOSE_MS)) return
    this.#signal('SIGTERM')
    if (await this.#endsWithin(TERM_MS)) return
    this.#signal('SIGKILL')
    await this.#exited
  }

  async #endsWithin(milliseconds: number): Promise<boolean> {
    const timer = new AbortController()
    const late = wait(milliseconds, false, { signal: timer.signal }).catch(() => false)
    const ended = await Promise.race([this.#exited.then(() => true), late])
    timer.abort()
    return ended
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch {
      // The group is gone.
    }
  }
}
