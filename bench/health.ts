/** What health costs: the checks themselves, memory over a long time, a year of history, and counting a request. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fileURLToPath } from 'node:url'
import { LOCAL_PRINCIPAL } from '../lib/auth/index.ts'
import { createCore } from '../lib/core/index.ts'
import { readBars, readIncidents, readPoints } from '../lib/health/read.ts'
import { readStrips } from '../lib/health/strips.ts'
import { createHarness, says } from '../lib/health/testing/harness.ts'
import { EVERY_S, fillYear, YEAR_CHECKS } from '../lib/health/testing/year.ts'
import { silentLogger } from '../lib/logging/index.ts'
import { HttpFigures } from '../lib/metrics/http-figures.ts'
import { openStore } from '../lib/store/index.ts'
import { median } from './process.ts'
import { figure, machine, table, writeSection } from './report.ts'

const CHECKS = 200
const INTERVAL_S = 300
/** The checks run this often while they are measured; their cost is then reckoned for the interval above. */
const MEASURED_INTERVAL_S = 20
const MEASURED_S = Number(process.env['BENCH_SECONDS'] ?? 60)
const ROUNDS = Number(process.env['BENCH_HEALTH_ROUNDS'] ?? 10_000)
const SIMULATED_CHECKS = 20

const state = mkdtempSync(join(tmpdir(), 'hwc-ai-bench-health-'))

/** Share of one core that 200 checks take at five minutes each, in percent. */
async function processorPercent(): Promise<number> {
  const answerer = fork(fileURLToPath(import.meta.url), ['answer'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [port] = (await once(answerer, 'message')) as [number]
  const asked = { url: `http://127.0.0.1:${port}/` }
  const checks = Object.fromEntries(
    Array.from({ length: CHECKS - 3 }, (_, i) => [`check-${i}`, i % 3 === 0 ? { type: 'tcp', port } : asked]),
  )
  const config = {
    'local-workflows': { backend: { type: 'built-in' } },
    health: { startDelay: '1s', interval: `${MEASURED_INTERVAL_S}s`, checks },
  }
  const env = { HWC_AI_STATE: join(state, 'cost'), HWC_AI_CONFIG: JSON.stringify(config) }
  const core = await createCore({ env, log: silentLogger })
  const counted = async () => {
    const { count } = await core.store.db
      .selectFrom('health_points')
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  }
  await core.health.start(() => [])
  await sleep((MEASURED_INTERVAL_S + 5) * 1000)
  const before = { cpu: process.cpuUsage(), results: await counted() }
  await sleep(MEASURED_S * 1000)
  const spent = cpuMs(before.cpu)
  const results = (await counted()) - before.results
  await core.close()
  answerer.kill()
  return (100 * (spent / 1000 / results) * CHECKS) / EVERY_S
}

/** Heap in MiB after a tenth of the simulated rounds and after all of them. */
async function heapMiB(): Promise<[number, number]> {
  setFlagsFromString('--expose_gc')
  const collect = runInNewContext('gc') as () => void
  const used = () => {
    collect()
    return process.memoryUsage().heapUsed / 1024 ** 2
  }
  let round = 0
  // Some fail now and then, so that incidents and messages come and go as well.
  const scripts = Object.fromEntries(
    Array.from({ length: SIMULATED_CHECKS }, (_, i) => [
      `check-${i}`,
      () => says((round + i) % 40 < 3 ? 'down' : 'ok'),
    ]),
  )
  const health = { notifiers: { phone: { url: 'http://127.0.0.1:9/' } }, rawDays: 1, dailyDays: 30 }
  const harness = createHarness({ health }, scripts)
  // The harness remembers what was said for tests to look at; that is not what is measured.
  const forget = () => {
    harness.lines.length = 0
    harness.sent.length = 0
  }
  await harness.start()
  const run = async (rounds: number) => {
    for (let i = 0; i < rounds; i++, round++) await harness.clock.pass(INTERVAL_S * 1000)
    forget()
  }
  await run(ROUNDS / 10)
  const early = used()
  await run(ROUNDS - ROUNDS / 10)
  const late = used()
  await harness.close()
  return [early, late]
}

/** Processor time since a measurement began, in milliseconds: the same whatever else runs on the machine. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** Median processor time of a piece of work in milliseconds. */
async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 15; i++) {
    const began = process.cpuUsage()
    await work()
    times.push(cpuMs(began))
  }
  return median(times)
}

async function year(): Promise<[string, string][]> {
  const now = new Date()
  const file = join(state, 'year', 'hwc-ai.sqlite')
  const store = openStore(file)
  await fillYear(store, now)
  const yesterday = new Date(now.getTime() - 86_400_000)
  const [one = ''] = YEAR_CHECKS
  const rows: [string, string][] = [
    [
      'bars of 24 hours and 90 days of all 200 checks',
      `${figure(await milliseconds(() => readStrips(store, YEAR_CHECKS, now)))} ms`,
    ],
    ['bars of 15 checks', `${figure(await milliseconds(() => readStrips(store, YEAR_CHECKS.slice(0, 15), now)))} ms`],
    ['bars of one check, each with its figures', `${figure(await milliseconds(() => readBars(store, [one], now)))} ms`],
    ['every result of a day of one check', `${figure(await milliseconds(() => readPoints(store, one, yesterday)))} ms`],
    ['the last 50 incidents', `${figure(await milliseconds(() => readIncidents(store, { limit: 50 })))} ms`],
  ]
  await store.close()
  const config = {
    'local-workflows': { backend: { type: 'built-in' } },
    health: { checks: Object.fromEntries(YEAR_CHECKS.map((id) => [id, { url: 'http://127.0.0.1:9/' }])) },
  }
  const env = { HWC_AI_STATE: join(state, 'year'), HWC_AI_CONFIG: JSON.stringify(config) }
  const core = await createCore({ env, log: silentLogger })
  const operation = core.registry.operation('list_health_checks')
  const answer = async () => JSON.stringify(await core.call(operation, {}, LOCAL_PRINCIPAL, null))
  const page = await milliseconds(answer)
  const { length } = await answer()
  await core.close()
  return [
    ['a year of history of 200 checks', `${figure(statSync(file).size / 1e6)} MB`],
    ...rows,
    ['`GET /api/health/checks` with 200 checks, as JSON', `${figure(page)} ms, ${figure(length / 1000)} kB`],
  ]
}

/** Nanoseconds to count a request. */
function nanosecondsPerRequest(): number {
  const figures = new HttpFigures()
  const routes = Array.from({ length: 40 }, (_, i) => ({ method: 'GET', path: `/api/${i}` }))
  const count = 2_000_000
  const observe = (n: number) => {
    for (let i = 0; i < n; i++) {
      const route = routes[i % routes.length]
      const began = performance.now()
      if (route !== undefined) figures.observe(route, 200, (performance.now() - began) / 1000)
    }
  }
  observe(count / 10)
  const began = process.cpuUsage()
  observe(count)
  return (cpuMs(began) * 1e6) / count
}

async function measure(): Promise<void> {
  const percent = await processorPercent()
  const history = await year()
  const request = nanosecondsPerRequest()
  const [early, late] = await heapMiB()
  const rows = [
    ['200 checks (HTTP and TCP) at five minutes each, with their history', `${figure(percent)} % of a core`],
    [`heap after ${ROUNDS / 10} and after ${ROUNDS} simulated rounds`, `${figure(early)} and ${figure(late)} MiB`],
    ...history,
    ['counting a request for the metrics, the clock included', `${figure(request)} ns`],
  ]
  const text = `${machine()}\n\n${table(['what', 'processor time or size'], rows)}`
  console.log(text)
  if (process.env['BENCH_DRY'] === undefined) await writeSection('health', text)
}

if (process.argv[2] === 'answer') {
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address !== null && typeof address !== 'string') process.send?.(address.port)
} else {
  try {
    await measure()
  } finally {
    rmSync(state, { recursive: true })
  }
}
