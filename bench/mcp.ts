/** One call of a tool side by side in one run: the gateway and mcpo, the same MCP server behind each, one core each time. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort } from '../scripts/lib/free-port.mjs'
import { callOneByOne, type Figures, load, type Request } from './load.ts'
import { hwcAi } from './peers/hwc-ai.ts'
import { installMcpo, mcpo } from './peers/mcpo.ts'
import { median, memoryMiB, type RunningServer, type ServerSpec, startServer } from './process.ts'
import { figure, machine, table, writeSection } from './report.ts'

const connectionCounts = [1, 16]
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const seconds = Number(process.env['BENCH_SECONDS'] ?? 5)
const MESSAGE = 'a message of a usual length'

const packageFolder = dirname(
  createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/package.json'),
)
const program = [process.execPath, join(packageFolder, 'dist', 'index.js'), 'stdio']

/** Processor time of a process and all it started, in milliseconds; a tick is 10 ms on Linux. proc(5) */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const own = (Number(fields[11]) + Number(fields[12])) * 10
  return children.reduce((sum, child) => sum + processorMs(Number(child)), own)
}

interface Measured {
  name: string
  /** Processor time of one call, in µs, by request and connections. */
  processor: Map<string, number[]>
  firstAnswerMs: number[]
  loadedMiB: number[]
  errors: number
  figures: Map<string, Figures[]>
  /** Of calls one after the other, as each took. */
  single: { p50Ms: number; p99Ms: number }[]
}

const OPENAPI = 'OpenAPI'
const JSON_RPC = 'JSON-RPC in a session'
const echo = (path: string): Request => ({
  name: OPENAPI,
  method: 'POST',
  path,
  body: JSON.stringify({ message: MESSAGE }),
})

/** @throws Error unless the answer is the message, so that nothing but whole calls is counted */
async function assertAnswers({ spec }: RunningServer, request: Request): Promise<void> {
  const headers = { authorization: `Bearer ${spec.key}`, 'content-type': 'application/json', ...request.headers }
  const body = (request.body ?? '').replace('#N#', '0')
  const response = await fetch(`${spec.url}${request.path}`, { method: request.method, headers, body })
  const text = await response.text()
  if (response.status !== 200 || !text.includes(`Echo: ${MESSAGE}`))
    throw new Error(`${spec.name} answered ${response.status}: ${text.slice(0, 500)}`)
}

/** A session over Streamable HTTP, as a client of MCP opens it. */
async function sessionRequest({ spec }: RunningServer): Promise<Request> {
  const headers = { accept: 'application/json, text/event-stream' }
  const sent = { ...headers, authorization: `Bearer ${spec.key}`, 'content-type': 'application/json' }
  const post = (message: object, more: Record<string, string> = {}) =>
    fetch(`${spec.url}/mcp/everything`, {
      method: 'POST',
      headers: { ...sent, ...more },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    })
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } }
  const response = await post({ id: 'first', method: 'initialize', params })
  await response.text()
  const session = { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' }
  await (await post({ method: 'notifications/initialized' }, session)).text()
  const call = { name: 'echo', arguments: { message: MESSAGE } }
  return {
    name: JSON_RPC,
    method: 'POST',
    path: '/mcp/everything',
    headers: { ...headers, ...session },
    body: `{"jsonrpc":"2.0","id":#N#,"method":"tools/call","params":${JSON.stringify(call)}}`,
  }
}

async function measure(
  measured: Measured,
  spec: ServerSpec,
  requests: (server: RunningServer) => Promise<Request[]>,
  folder: string,
) {
  const server = await startServer(spec)
  measured.firstAnswerMs.push(server.firstAnswerMs)
  try {
    for (const request of await requests(server)) {
      await assertAnswers(server, request)
      await load({ ...spec, request, connections: 16, seconds: 2, folder })
      if (request.name === OPENAPI)
        measured.single.push(await callOneByOne({ ...spec, request, connections: 1, seconds, folder }))
      for (const connections of connectionCounts) {
        const before = processorMs(server.pid)
        const figures = await load({ ...spec, request, connections, seconds, folder })
        const microseconds = ((processorMs(server.pid) - before) * 1000) / (figures.requestsPerSecond * seconds)
        const key = `${request.name} at ${connections}`
        measured.processor.set(key, [...(measured.processor.get(key) ?? []), microseconds])
        console.log(
          `${spec.name} ${key}: ${figures.requestsPerSecond.toFixed(0)}/s, p99 ${figures.p99Ms} ms, ${microseconds.toFixed(0)} µs, ${figures.errors} failed`,
        )
        measured.errors += figures.errors
        measured.figures.set(key, [...(measured.figures.get(key) ?? []), figures])
      }
    }
    measured.loadedMiB.push(memoryMiB(server.pid))
  } finally {
    await server.stop()
  }
}

function middle(figures: readonly Figures[], field: keyof Figures): number {
  return median(figures.map((one) => one[field]))
}

function rows(ours: Measured, theirs: Measured): string[][] {
  const calls = [...ours.figures].map(([key, figures]) => {
    // mcpo speaks OpenAPI only; a session is compared with that.
    const other = theirs.figures.get(key.replace(JSON_RPC, OPENAPI)) ?? []
    const [mine, peer] = [middle(figures, 'requestsPerSecond'), middle(other, 'requestsPerSecond')]
    const latency = (of: readonly Figures[]) => `${figure(middle(of, 'p50Ms'))} / ${figure(middle(of, 'p99Ms'))}`
    return [`${key}: calls/s`, figure(mine), figure(peer), `${figure(mine / peer)} ×`, latency(figures), latency(other)]
  })
  const plain = (title: string, mine: number, peer: number) => [
    title,
    figure(mine),
    figure(peer),
    `${figure(mine / peer)} ×`,
    '',
    '',
  ]
  const processor = [...ours.processor].map(([key, values]) => {
    const peer = median(theirs.processor.get(key.replace(JSON_RPC, OPENAPI)) ?? [])
    return plain(`${key}: processor time of a call, µs`, median(values), peer)
  })
  const each = (field: 'p50Ms' | 'p99Ms') =>
    plain(
      `${OPENAPI}, one call after the other: ${field === 'p50Ms' ? 'median' : 'p99'} of the calls, ms`,
      median(ours.single.map((one) => one[field])),
      median(theirs.single.map((one) => one[field])),
    )
  return [
    ...calls,
    each('p50Ms'),
    each('p99Ms'),
    ...processor,
    plain('resident memory loaded, MiB', median(ours.loadedMiB), median(theirs.loadedMiB)),
    plain('start to first 200, ms', median(ours.firstAnswerMs), median(theirs.firstAnswerMs)),
  ]
}

async function main(): Promise<void> {
  await installMcpo(console.log)
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-bench-mcp-'))
  const inbox = join(folder, 'inbox')
  mkdirSync(inbox)
  const key = 'hwc_bench-0123456789abcdef0123456789abcdef'
  const [command = '', ...args] = program
  const everything = { command, args, readOnlyPaths: [dirname(dirname(packageFolder))], shared: true }
  const settings = { mcp: { enable: true, proxy: { enable: false }, servers: { everything } } }
  const modelsPort = await freePort()
  const ours = hwcAi({ folder, inbox, key, port: await freePort(), modelsPort, settings })
  const theirs = mcpo({ folder, key, port: await freePort(), program })
  const measured = [ours, theirs].map(({ name }): Measured => ({
    name,
    firstAnswerMs: [],
    loadedMiB: [],
    errors: 0,
    processor: new Map(),
    figures: new Map(),
    single: [],
  }))
  const [mine, peer] = measured
  if (!mine || !peer) throw new Error('nothing to measure')
  try {
    for (let round = 0; round < rounds; round++) {
      await measure(mine, ours, async (server) => [echo('/mcp/everything/echo'), await sessionRequest(server)], folder)
      await measure(peer, theirs, () => Promise.resolve([echo('/echo')]), folder)
    }
    const head = ['', mine.name, peer.name, 'ratio', `${mine.name} p50 / p99 ms`, `${peer.name} p50 / p99 ms`]
    const failed = measured.map(({ name, errors }) => `${name} ${errors}`).join(', ')
    const text = `${machine()} Median of ${rounds} rounds of ${seconds} s. Calls failed: ${failed}.\n\n${table(head, rows(mine, peer))}`
    console.log(`\n${text}`)
    await writeSection('mcp', text)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
