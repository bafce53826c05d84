import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../store/index.ts'
import { incidentPage, readBars, readIncidents, readPoints } from './read.ts'
import { DAYS_SHOWN, HOURS_SHOWN, parseStrip } from './strip-text.ts'
import { readStrips } from './strips.ts'
import { BAR_COLUMNS, CHECK_COLUMNS, EVERY_S, YEAR_CHECKS, fillYear } from './testing/year.ts'

const NOW = new Date('2026-11-23T12:00:00Z')
const MEGABYTE = 1024 ** 2

describe('a year of history of two hundred checks', () => {
  let folder: string
  let store: Store

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hwc-ai-year-'))
    store = openStore(join(folder, 'store.sqlite'))
    await fillYear(store, NOW)
  }, 120_000)
  afterAll(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  it('takes less than 100 MB', async () => {
    expect((await stat(store.file)).size).toBeLessThan(100 * MEGABYTE)
  })

  it('gives the bars of every check that the pages show', async () => {
    const bars = await readBars(store, YEAR_CHECKS, NOW)
    expect(bars.size).toBe(YEAR_CHECKS.length)
    for (const { hours, days } of bars.values()) {
      expect(hours).toHaveLength(24)
      expect(days).toHaveLength(DAYS_SHOWN)
    }
  })

  it('gives them as one short text for each check that says the same', async () => {
    const bars = await readBars(store, YEAR_CHECKS, NOW)
    const { checks, hoursEnd, daysEnd } = await readStrips(store, YEAR_CHECKS, NOW)
    expect([hoursEnd, daysEnd]).toEqual(['2026-11-23T12:00:00.000Z', '2026-11-23'])
    expect(checks.size).toBe(YEAR_CHECKS.length)
    for (const [id, { hours, days }] of checks) {
      const known = bars.get(id)
      expect(parseStrip(hours)).toHaveLength(HOURS_SHOWN)
      expect(parseStrip(hours).map(({ status }) => status)).toEqual(known?.hours.map(({ status }) => status))
      expect(parseStrip(days).map(({ up }) => up)).toEqual(
        known?.days.map(({ up }) => Math.floor((up ?? 0) * 1000) / 1000),
      )
    }
  })

  it('gives incidents page by page, each once, to the very first', async () => {
    const seen: string[] = []
    let before: string | undefined
    do {
      const { incidents, older } = await incidentPage(store, { limit: 500, before })
      seen.push(...incidents.map(({ id }) => id))
      before = older ?? undefined
    } while (before !== undefined)
    expect(new Set(seen).size).toBe(2400)
    expect(seen).toHaveLength(2400)
  })

  it('finds one check’s results of a day, its incidents, and those of all', async () => {
    const day = new Date(NOW.getTime() - 86_400_000)
    expect(await readPoints(store, YEAR_CHECKS[7] ?? '', day)).toHaveLength(Math.floor(86_400 / EVERY_S) + 1)
    expect(await readIncidents(store, { checkId: YEAR_CHECKS[7], limit: 50 })).toHaveLength(12)
    expect(await readIncidents(store, { limit: 500 })).toHaveLength(500)
  })
})

describe('the text of a row of bars', () => {
  it('says state and share of each, and nothing where there is nothing', async () => {
    const store = openStore(':memory:')
    const hour = NOW.getTime() / 1000
    const bar = (hoursAgo: number, ...counts: [ok: number, degraded: number, down: number, unknown: number]) => [
      3600,
      hour - hoursAgo * 3600,
      1,
      ...counts,
      1,
      1,
    ]
    await store.bulkInsert('health_checks', CHECK_COLUMNS, [['a', 'A', 0, 'ok', 0, 0, 'ok', '', '', 0, 1, 1000]])
    await store.bulkInsert('health_bars', BAR_COLUMNS, [
      bar(24, 0, 0, 9, 0),
      bar(23, 2, 2, 0, 0),
      bar(3, 99, 0, 1, 0),
      bar(1, 0, 0, 0, 4),
      bar(0, 3, 0, 1, 0),
      [86_400, hour - 12 * 3600, 1, 1, 0, 0, 0, 1, 1],
    ])
    const { checks } = await readStrips(store, ['a', 'never ran'], NOW)
    expect([...checks.keys()]).toEqual(['a'])
    expect(checks.get('a')).toEqual({
      hours: `d${'.'.repeat(19)}o990.ux750`,
      days: `${'.'.repeat(89)}o`,
      uptime: { day: 106 / 108, week: 1, quarter: 1 },
    })
    expect(parseStrip('d.o990ux750')).toEqual([
      { status: 'degraded', up: 1 },
      { status: null, up: null },
      { status: 'ok', up: 0.99 },
      { status: 'unknown', up: null },
      { status: 'down', up: 0.75 },
    ])
    await store.close()
  })
})
