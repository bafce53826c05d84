import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../store/index.ts'
import { DAYS_SHOWN, readBars, readIncidents, readPoints } from './read.ts'
import { EVERY_S, fillYear, YEAR_CHECKS } from './testing/year.ts'

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

  it('finds one check’s results of a day, its incidents, and those of all', async () => {
    const day = new Date(NOW.getTime() - 86_400_000)
    expect(await readPoints(store, YEAR_CHECKS[7] ?? '', day)).toHaveLength(Math.floor(86_400 / EVERY_S) + 1)
    expect(await readIncidents(store, { checkId: YEAR_CHECKS[7], limit: 50 })).toHaveLength(12)
    expect(await readIncidents(store, { limit: 500 })).toHaveLength(500)
  })
})
