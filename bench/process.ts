/** Servers under measurement: started on one core, watched from outside, ended as a whole. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerSpec {
  name: string
  command: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  cwd: string
  url: string
  key: string
  /** What answers 200 once it is ready; default the status of the workflows. */
  readyPath?: string
}

export interface RunningServer {
  spec: ServerSpec
  pid: number
  /** From the start of the process to the first 200 of the status, in milliseconds. */
  firstAnswerMs: number
  stop: () => Promise<void>
}

const startTimeoutMs = 60_000

async function statusAnswers({ url, key, readyPath = '/api/workflows/status' }: ServerSpec): Promise<boolean> {
  try {
    const response = await fetch(`${url}${readyPath}`, { headers: { authorization: `Bearer ${key}` } })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}

/** Starts a server on core 0 (the load and this script have the other) and waits for its first 200. */
export async function startServer(spec: ServerSpec): Promise<RunningServer> {
  const began = performance.now()
  const child = spawn('taskset', ['-c', '0', spec.command, ...spec.args], {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-20_000)))
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await exited
    clearTimeout(late)
  }
  while (!(await statusAnswers(spec))) {
    if (child.exitCode !== null) throw new Error(`${spec.name} ended with ${child.exitCode}\n${log}`)
    if (performance.now() - began > startTimeoutMs) {
      await stop()
      throw new Error(`${spec.name} did not answer\n${log}`)
    }
    await sleep(2)
  }
  const firstAnswerMs = performance.now() - began
  // taskset becomes the program, so the child's id is the server's.
  if (child.pid === undefined) throw new Error(`${spec.name} has no process id`)
  return { spec, pid: child.pid, firstAnswerMs, stop }
}

/** A figure of `/proc/PID/status` in MiB: `VmRSS` now, `VmHWM` at its highest. */
export function memoryMiB(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (!found) throw new Error(`/proc/${pid}/status has no ${field}`)
  return Number(found[1]) / 1024
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('no values')
  return middle
}
