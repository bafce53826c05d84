/** HTTP side by side in one run: hwc-ai, the FastAPI service that it replaces, and Node alone, one core each time, in turns. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../scripts/lib/free-port.mjs'
import { type Figures, load, type Request } from './load.ts'
import { bareNode } from './peers/bare-node.ts'
import { fastApi, installFastApi } from './peers/fastapi.ts'
import { hwcAi } from './peers/hwc-ai.ts'
import { median, memoryMiB, type RunningServer, type ServerSpec, startServer } from './process.ts'
import { figure, machine, table, writeSection } from './report.ts'

const connectionCounts = [1, 16, 64]
const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const seconds = Number(process.env.BENCH_SECONDS ?? 5)
const starts = 5
/** Bytes of the status of a machine with a few models. */
const STATUS_BYTES = 1200

interface Measured {
  name: string
  firstAnswerMs: number
  idleMiB: number
  loadedMiB: number
  /** Requests that failed or were not answered within wrk's limit. */
  errors: number
  /** By request and number of connections: one entry for each round. */
  figures: Map<string, Round[]>
}

/** What wrk saw, and the server's own processor time, which says more than the rate where something else runs too. */
interface Round extends Figures {
  cpuMicroseconds: number
}

/** Seconds of processor time that a process has used so far, from `/proc/PID/stat` (proc(5)), in ticks of a hundredth. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}

const label = (request: Request, connections: number) => `${request.name} at ${connections}`

/** Ten files of common kinds, as a small downloads folder has them. */
function fillFolder(inbox: string): void {
  mkdirSync(inbox, { recursive: true })
  for (let index = 0; index < 5; index++) {
    writeFileSync(join(inbox, `invoice-${index}.pdf`), `%PDF-1.7\n${'x'.repeat(600 + index)}`)
    writeFileSync(join(inbox, `notes ${index}.txt`), `A line of text, number ${index}.\n`.repeat(10 + index))
  }
}

async function coldStart(spec: ServerSpec): Promise<number> {
  const times = []
  for (let index = 0; index < starts; index++) {
    const server = await startServer(spec)
    times.push(server.firstAnswerMs)
    await server.stop()
  }
  return median(times)
}

type RequestsOf = (server: RunningServer) => Promise<readonly Request[]>

const STATUS: Request = { name: 'GET status', method: 'GET', path: '/api/workflows/status' }

const planOf = (directory: string) => JSON.stringify({ directory, dry_run: true })

/** Plans a folder. @returns the id of its run */
async function planOnce({ spec }: RunningServer, directory: string): Promise<string> {
  const headers = { authorization: `Bearer ${spec.key}`, 'content-type': 'application/json' }
  const response = await fetch(`${spec.url}/api/workflows/cleanup`, {
    method: 'POST',
    headers,
    body: planOf(directory),
  })
  await response.arrayBuffer()
  const id = response.headers.get('x-run-id')
  if (response.status !== 200 || id === null) throw new Error(`${spec.name} planned nothing: ${response.status}`)
  return id
}

/** The requests that both services answer: a small one each way, and one that does some work. */
function allRequests({ ten, empty }: { ten: string; empty: string }): RequestsOf {
  return async (server) => [
    STATUS,
    {
      name: 'POST wait',
      method: 'POST',
      path: `/api/runs/${await planOnce(server, empty)}/wait`,
      body: JSON.stringify({ seconds: 10 }),
    },
    { name: 'POST cleanup', method: 'POST', path: '/api/workflows/cleanup', body: planOf(ten) },
  ]
}

/** One round on a fresh process: its memory before and after, and every request at every number of connections. */
async function measureRound(
  measured: Measured,
  spec: ServerSpec,
  requestsOf: RequestsOf,
  folder: string,
): Promise<void> {
  const server = await startServer(spec)
  // What loads after the first answer, such as the pages, is part of the idle memory.
  await sleep(5_000)
  measured.idleMiB = memoryMiB(server.pid)
  try {
    for (const request of await requestsOf(server)) {
      await load({ ...spec, request, connections: 16, seconds: 2, folder })
      for (const connections of connectionCounts) {
        const before = cpuSeconds(server.pid)
        const figures = await load({ ...spec, request, connections, seconds, folder })
        const cpuMicroseconds =
          ((cpuSeconds(server.pid) - before) * 1e6) / Math.max(1, figures.requestsPerSecond * seconds)
        measured.errors += figures.errors
        console.log(
          `${spec.name} ${label(request, connections)}: ${figures.requestsPerSecond.toFixed(0)}/s, p99 ${figures.p99Ms} ms, ${cpuMicroseconds.toFixed(0)} µs of processor time`,
        )
        const key = label(request, connections)
        measured.figures.set(key, [...(measured.figures.get(key) ?? []), { ...figures, cpuMicroseconds }])
      }
    }
    measured.loadedMiB = memoryMiB(server.pid)
  } finally {
    await server.stop()
  }
}

function middle(measured: Measured, key: string, field: keyof Round): number {
  return median((measured.figures.get(key) ?? []).map((figures) => figures[field]))
}

/** Rate and latency of the requests that both were sent. */
function comparedRows(ours: Measured, theirs: Measured): string[][] {
  const both = [...ours.figures.keys()].filter((key) => theirs.figures.has(key))
  return both.map((key) => {
    const [mine, other] = [middle(ours, key, 'requestsPerSecond'), middle(theirs, key, 'requestsPerSecond')]
    const latency = (measured: Measured) =>
      `${figure(middle(measured, key, 'p50Ms'))} / ${figure(middle(measured, key, 'p99Ms'))}`
    return [
      `${key}: requests/s`,
      figure(mine),
      figure(other),
      `${figure(mine / other)} ×`,
      latency(ours),
      latency(theirs),
    ]
  })
}

function rows(ours: Measured, theirs: Measured): string[][] {
  const plain = (title: string, mine: number, other: number) => [
    title,
    figure(mine),
    figure(other),
    `${figure(mine / other)} ×`,
    '',
    '',
  ]
  const processorTime = [...ours.figures.keys()].map((key) => {
    const [mine, other] = [middle(ours, key, 'cpuMicroseconds'), middle(theirs, key, 'cpuMicroseconds')]
    return [`${key}: processor time of one, µs`, figure(mine), figure(other), `${figure(mine / other)} ×`, '', '']
  })
  return [
    ...comparedRows(ours, theirs),
    ...processorTime,
    plain('resident memory idle, MiB', ours.idleMiB, theirs.idleMiB),
    plain('resident memory loaded, MiB', ours.loadedMiB, theirs.loadedMiB),
    plain('start to first 200, ms', ours.firstAnswerMs, theirs.firstAnswerMs),
  ]
}

/** The status beside a server that does nothing: the tails of both are the machine's. */
const BARE_HEAD = ['', 'hwc-ai', 'bare Node', 'ratio', 'hwc-ai p50 / p99 ms', 'bare Node p50 / p99 ms']

async function main(): Promise<void> {
  await installFastApi(console.log)
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-bench-'))
  const inbox = join(folder, 'inbox')
  const folders = { ten: join(inbox, 'ten'), empty: join(inbox, 'empty') }
  fillFolder(folders.ten)
  mkdirSync(folders.empty)
  const common = { folder, inbox, key: 'hwc_bench-0123456789abcdef0123456789abcdef', modelsPort: await freePort() }
  const both = allRequests(folders)
  const specs: (readonly [ServerSpec, RequestsOf])[] = [
    [hwcAi({ ...common, port: await freePort() }), both],
    [fastApi({ ...common, port: await freePort() }), both],
    [bareNode(await freePort(), STATUS_BYTES), () => Promise.resolve([STATUS])],
  ]
  try {
    const measured: Measured[] = []
    for (const [spec] of specs) {
      measured.push({
        name: spec.name,
        firstAnswerMs: await coldStart(spec),
        idleMiB: 0,
        loadedMiB: 0,
        errors: 0,
        figures: new Map(),
      })
    }
    for (let round = 0; round < rounds; round++) {
      for (const [index, [spec, requestsOf]] of specs.entries()) {
        const target = measured[index]
        if (target) await measureRound(target, spec, requestsOf, folder)
      }
    }
    const [ours, theirs, bare] = measured
    if (!ours || !theirs || !bare) throw new Error('nothing was measured')
    const head = ['', ours.name, theirs.name, 'ratio', `${ours.name} p50 / p99 ms`, `${theirs.name} p50 / p99 ms`]
    const failed = measured.map(({ name, errors }) => `${name} ${errors}`).join(', ')
    const text = `${machine()} Median of ${rounds} rounds of ${seconds} s. Requests failed: ${failed}.\n\n${table(head, rows(ours, theirs))}\n\n${table(BARE_HEAD, comparedRows(ours, bare))}`
    console.log(`\n${text}`)
    await writeSection('http', text)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
