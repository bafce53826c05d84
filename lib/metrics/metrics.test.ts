import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCore, type Core } from '../core/index.ts'
import { createApi } from '../http/app.ts'
import { silentLogger } from '../logging/index.ts'
import { ALERTS } from './alerts.ts'
import { PANELS } from './dashboard.ts'
import { METRICS, type MetricDefinition, PROCESS_METRICS } from './definitions.ts'
import { Buckets } from './histogram.ts'
import { RunFigures } from './run-figures.ts'

const EXPRESSIONS = [
  ...PANELS.flatMap(({ queries }) => queries.map(({ expr }) => expr)),
  ...ALERTS.map(({ expr }) => expr),
]
const DEFINITIONS: [string, MetricDefinition][] = Object.entries(METRICS)

/** Names of metrics in an expression, those of a histogram's parts without their ending. */
function metricsIn(expr: string): string[] {
  return [...expr.matchAll(/\b(?:hwc_ai|nodejs|process)_\w+/g)].map(([name]) => {
    const base = name.replace(/_(?:bucket|sum|count)$/, '')
    return base in METRICS || (PROCESS_METRICS as readonly string[]).includes(base) ? base : name
  })
}

describe('the list of metrics', () => {
  it('holds every metric that the dashboard and the alerts ask for', () => {
    const known = [...Object.keys(METRICS), ...PROCESS_METRICS]
    expect([...new Set(EXPRESSIONS.flatMap(metricsIn))].filter((name) => !known.includes(name))).toEqual([])
  })

  it('is shown on the dashboard from its first to its last', () => {
    const shown = new Set(PANELS.flatMap(({ queries }) => queries.flatMap(({ expr }) => metricsIn(expr))))
    expect([...Object.keys(METRICS), ...PROCESS_METRICS].filter((name) => !shown.has(name))).toEqual([])
  })

  it.each(DEFINITIONS)('%s says its unit and kind in its name', (name, { type, buckets }) => {
    expect(name.endsWith('_total')).toBe(type === 'counter')
    if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    expect(buckets?.every((bound, i) => i === 0 || bound > (buckets[i - 1] ?? Infinity)) ?? true).toBe(true)
  })
})

it('a duration counts in its bucket and in all above', () => {
  const seconds = new Buckets([1, 5])
  for (const value of [0.5, 1, 3, 99]) seconds.observe(value)
  expect(seconds.read()).toEqual({
    buckets: [
      [1, 2],
      [5, 3],
      [Infinity, 4],
    ],
    sum: 103.5,
    count: 4,
  })
})

describe('in the app', () => {
  let folder: string
  let core: Core

  async function open(config: object): Promise<void> {
    const env = { HWC_AI_STATE: join(folder, 'state'), HWC_AI_CONFIG: JSON.stringify(config) }
    core = await createCore({ env, log: silentLogger })
  }
  const scrape = (headers: Record<string, string> = {}, address = '127.0.0.1') =>
    createApi(core).request('http://127.0.0.1/metrics', { headers: { host: '127.0.0.1', ...headers } }, { address })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hwc-ai-metrics-'))
  })
  afterEach(async () => {
    await core.close()
    await rm(folder, { recursive: true })
  })

  it('without a token, only this machine itself is answered, and no proxy on it', async () => {
    await open({})
    expect((await scrape()).status).toBe(200)
    expect((await scrape({}, '192.168.1.7')).status).toBe(401)
    expect((await scrape({ 'x-forwarded-for': '192.168.1.7' })).status).toBe(401)
    expect((await scrape({ host: 'evil.example' })).status).toBe(421)
  })

  it('with a token, whoever sends it is answered and nobody else', async () => {
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, 'scrape-token-1\n')
    await open({ health: { metrics: { tokenFile } } })
    expect((await scrape({ authorization: 'Bearer scrape-token-1' }, '192.168.1.7')).status).toBe(200)
    expect((await scrape()).status).toBe(401)
    expect((await scrape({ authorization: 'Bearer scrape-token-2' })).status).toBe(401)
    await writeFile(tokenFile, '\n')
    expect((await scrape({ authorization: 'Bearer ' })).status).toBe(401)
  })

  it('switched off, there is nothing at /metrics', async () => {
    await open({ health: { metrics: { enable: false } } })
    expect((await scrape()).status).toBe(404)
  })

  it('counts requests by declared route and code, never by what a client sent', async () => {
    await open({})
    const api = createApi(core)
    for (const path of ['/api/health', '/api/health', '/api/runs/run_a', '/api/runs/run_b'])
      await api.request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1' } })
    const text = await (await scrape()).text()
    expect(text).toContain('hwc_ai_http_requests_total{method="GET",route="/api/health",code="200"} 2')
    expect(text).toContain('hwc_ai_http_requests_total{method="GET",route="/api/runs/:run_id",code="401"} 2')
    expect(text).toContain('hwc_ai_http_request_duration_seconds_count{method="GET",route="/api/health"} 2')
    expect(text).not.toContain('run_a')
  })

  it('uses exactly the labels that the list names', async () => {
    await open({})
    core.metrics.setModels(() => Promise.resolve([{ model: 'a:b', available: true, tokensPerSecond: 12.5 }]))
    await createApi(core).request('http://127.0.0.1/api/health', { headers: { host: '127.0.0.1' } })
    const text = await (await scrape()).text()
    expect(text).toContain('hwc_ai_model_tokens_per_second{model="a:b"} 12.5')
    for (const [name, labels = ''] of [...text.matchAll(/^(hwc_ai_\w+)(?:\{(.*)\})? /gm)].map(
      ([, ...parts]) => parts,
    )) {
      const [definition] = DEFINITIONS.filter(([base]) =>
        new RegExp(`^${base}(?:_bucket|_sum|_count)?$`).test(name ?? ''),
      )
      const used = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== 'le')
      expect([name, used]).toEqual([name, [...(definition?.[1].labels ?? [])]])
    }
  })

  it('a part that fails leaves its metrics out and not the others', async () => {
    await open({})
    core.metrics.setModels(() => Promise.reject(new Error('broken')))
    const text = await (await scrape()).text()
    expect(text).toContain('hwc_ai_info{')
    expect(text).not.toMatch(/^hwc_ai_model_queue_limit /m)
  })

  it('each run that ended is counted once, however often it is read, also one that is written late', async () => {
    await open({})
    const began = new Date('2026-11-23T10:00:00Z')
    const figures = new RunFigures(core.store, began)
    const end = (id: string, second: number, status: string) =>
      core.store.bulkInsert(
        'runs',
        [
          'id',
          'workflow',
          'operation',
          'status',
          'input_digest',
          'principal',
          'owner',
          'started_at',
          'ended_at',
          'duration_ms',
          'prompt_tokens',
        ],
        [
          [
            id,
            'journaling',
            'write',
            status,
            '',
            'p',
            'o',
            began.toISOString(),
            new Date(began.getTime() + second * 1000).toISOString(),
            2000,
            7,
          ],
        ],
      )
    await end('early', -60, 'succeeded')
    await end('a', 1, 'succeeded')
    await end('b', 20, 'failed')
    // Two that ask at the same time.
    await Promise.all([figures.update(), figures.update()])
    await figures.update()
    // Ended before b, written after it.
    await end('c', 18, 'succeeded')
    await figures.update()
    await figures.update()
    expect([...figures.outcomes.values()].map(({ outcome, count }) => [outcome, count])).toEqual([
      ['succeeded', 2],
      ['failed', 1],
    ])
    expect(figures.workflows.get('journaling')?.promptTokens).toBe(21)
    expect(figures.workflows.get('journaling')?.seconds.read().count).toBe(3)
  })
})
