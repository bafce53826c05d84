/** One command under measurement: its time, its memory at the highest, its output in a file. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { memoryMiB } from './process.ts'

export interface Timed {
  seconds: number
  /** Resident memory at its highest, sampled every 20 ms. */
  peakMiB: number
  /** False when it was stopped at the limit. */
  finished: boolean
}

export interface CommandOptions {
  args: readonly string[]
  env: NodeJS.ProcessEnv
  /** File for the standard output. */
  output: string
  limitSeconds: number
}

/** Runs a command to its end or to the limit. @throws when it fails, with what it said */
export async function timeCommand(
  command: string,
  { args, env, output, limitSeconds }: CommandOptions,
): Promise<Timed> {
  const out = openSync(output, 'w')
  const errors = openSync(`${output}.err`, 'w')
  const began = performance.now()
  const child = spawn(command, args, { env, stdio: ['ignore', out, errors] })
  const exited = once(child, 'exit')
  let peakMiB = 0
  const sampler = setInterval(() => {
    try {
      if (child.pid !== undefined) peakMiB = Math.max(peakMiB, memoryMiB(child.pid, 'VmHWM'))
    } catch {
      // It ended between two samples.
    }
  }, 20)
  const limit = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1000)
  const [code] = (await exited) as [number | null]
  const seconds = (performance.now() - began) / 1000
  clearInterval(sampler)
  clearTimeout(limit)
  closeSync(out)
  closeSync(errors)
  if (code !== null && code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${code}\n${readFileSync(`${output}.err`, 'utf8').slice(-4000)}`,
    )
  }
  return { seconds, peakMiB, finished: code === 0 }
}
