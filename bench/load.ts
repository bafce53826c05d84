/** Load from wrk, on the core that the server does not have. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'

export interface Request {
  name: string
  method: 'GET' | 'POST'
  path: string
  headers?: Readonly<Record<string, string>>
  /** `#N#` in it is another number each time. */
  body?: string
}

export interface Figures {
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  /** Answers that were not 2xx or 3xx, and connections that broke. */
  errors: number
}

export interface LoadOptions {
  url: string
  key: string
  request: Request
  connections: number
  seconds: number
  /** Folder for wrk's script. */
  folder: string
}

const run = promisify(execFile)
const milliseconds = { us: 0.001, ms: 1, s: 1000, m: 60_000 } as const

function latency(output: string, percentile: string): number {
  const found = new RegExp(`^\\s+${percentile}%\\s+([\\d.]+)(us|ms|s|m)\\s*$`, 'm').exec(output)
  const unit = found?.[2]
  if (unit !== 'us' && unit !== 'ms' && unit !== 's' && unit !== 'm')
    throw new Error(`wrk gave no ${percentile}%\n${output}`)
  return Number(found?.[1]) * milliseconds[unit]
}

function count(output: string, pattern: RegExp): number {
  return [...(pattern.exec(output)?.slice(1) ?? [])].reduce((sum, text) => sum + Number(text), 0)
}

/** Reads what `wrk --latency` prints. */
export function readWrk(output: string): Figures {
  return {
    requestsPerSecond: count(output, /^Requests\/sec:\s+([\d.]+)$/m),
    p50Ms: latency(output, '50'),
    p99Ms: latency(output, '99'),
    errors:
      count(output, /^\s+Non-2xx or 3xx responses: (\d+)$/m) +
      count(output, /^\s+Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)$/m),
  }
}

const oneByOne = z.object({ calls: z.number(), p50Ms: z.number(), p99Ms: z.number() })

/** What each of many calls took that were sent one after the other; see `one-by-one.mjs`. */
export async function callOneByOne({ url, key, request, seconds }: LoadOptions): Promise<z.output<typeof oneByOne>> {
  const script = fileURLToPath(new URL('./one-by-one.mjs', import.meta.url))
  const args = [script, `${url}${request.path}`, key, request.body ?? '', `${seconds}`]
  const { stdout } = await run('taskset', ['-c', '1', process.execPath, ...args])
  return oneByOne.parse(JSON.parse(stdout))
}

/** Sends one kind of request over so many connections for so long. */
export async function load({ url, key, request, connections, seconds, folder }: LoadOptions): Promise<Figures> {
  const script = join(folder, 'wrk.lua')
  const lines = [`wrk.method = "${request.method}"`, `wrk.headers["authorization"] = "Bearer ${key}"`]
  for (const [name, value] of Object.entries(request.headers ?? {}))
    lines.push(`wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`)
  if (request.body !== undefined) {
    const body = JSON.stringify(request.body)
    lines.push('wrk.headers["content-type"] = "application/json"', `wrk.body = ${body}`)
    // From the clock, so that no two runs send the same number.
    if (request.body.includes('#N#'))
      lines.push(
        'local n = os.time() * 1000000',
        `request = function() n = n + 1; return wrk.format(nil, nil, nil, (string.gsub(${body}, "#N#", string.format("%d", n)))) end`,
      )
  }
  writeFileSync(script, lines.join('\n'))
  const args = [
    '-t',
    '1',
    '-c',
    `${connections}`,
    '-d',
    `${seconds}s`,
    '--latency',
    '-s',
    script,
    `${url}${request.path}`,
  ]
  const { stdout } = await run('taskset', ['-c', '1', 'wrk', ...args])
  return readWrk(stdout)
}
