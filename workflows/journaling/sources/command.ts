/** Runs a program and reads its output line by line as it comes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { LineSplitter, type OnLine } from '#lib/log-templates/index.ts'
import { isSystemError } from '#lib/errors/index.ts'

/** Standard error that is kept, in bytes. */
const MAX_STDERR = 4096

export type CommandResult =
  | { found: true; exitCode: number | null; stderr: string }
  /** The program is not installed. */
  | { found: false }

export interface CommandOptions {
  signal: AbortSignal
  onLine: OnLine
  /** Also gets what the program writes to standard error, which is then not kept; for programs that pass both on. */
  onErrorLine?: OnLine
}

/**
 * Runs `command` without a shell and waits for its end. Output is never held whole.
 * @throws AbortError when the signal aborts; the program is stopped then
 */
export async function readCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
    signal: options.signal,
  })
  const failed = new Promise<Error>((resolve) => child.once('error', resolve))
  const output = new LineSplitter(options.onLine)
  const errors = options.onErrorLine === undefined ? null : new LineSplitter(options.onErrorLine)
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => {
    if (errors !== null) errors.push(chunk)
    else if (stderr.length < MAX_STDERR) stderr += chunk.toString('utf8')
  })
  const ended = once(child, 'close')
  const error = await Promise.race([
    failed,
    ended.then(
      () => null,
      () => null,
    ),
  ])
  options.signal.throwIfAborted()
  if (error !== null && isSystemError(error, 'ENOENT')) return { found: false }
  if (error !== null) throw error
  output.end()
  errors?.end()
  return { found: true, exitCode: child.exitCode, stderr: stderr.slice(0, MAX_STDERR).trim() }
}
