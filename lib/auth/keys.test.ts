import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '../logging/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { LOOK_MS } from './end-watch.ts'
import { ApiKeys } from './keys.ts'

let store: Store
let now: Date
let keys: ApiKeys

beforeEach(() => {
  store = openStore(':memory:')
  now = new Date('2026-11-20T10:00:00Z')
  keys = new ApiKeys({ store, now: () => now, ownerKey: null, log: silentLogger })
})
afterEach(() => store.close())

describe('a key that was just used', () => {
  it.each([
    ['revoked', (id: string) => keys.revoke(id)],
    ['retired at once', (id: string) => keys.retire(id, now)],
  ])('works no more once it is %s', async (_, end) => {
    const { secret, key } = await keys.create('Open WebUI', ['read'], null)
    expect(await keys.verify(secret)).toMatchObject({ id: key.id })
    expect(keys.trusted(secret)).toMatchObject({ id: key.id })
    expect(keys.trusted(secret)).toMatchObject({ id: key.id })
    await end(key.id)
    expect(keys.trusted(secret)).toBeNull()
    expect(await keys.verify(secret)).toBeNull()
  })

  it('works on until the time it is retired at', async () => {
    const { secret, key } = await keys.create('Open WebUI', ['read'], null)
    await keys.retire(key.id, new Date(now.getTime() + 3_600_000))
    expect(await keys.verify(secret)).not.toBeNull()
    now = new Date(now.getTime() + 3_600_000)
    expect(await keys.verify(secret)).toBeNull()
  })
})

it('lets a key in though its use cannot be noted, as on a full disk', async () => {
  const { secret, key } = await keys.create('Open WebUI', ['read'], null)
  await sql`CREATE TRIGGER full BEFORE UPDATE ON api_keys BEGIN SELECT RAISE(ABORT, 'full'); END`.execute(store.db)
  expect(await keys.verify(secret)).toMatchObject({ id: key.id })
})

describe('what outlives its request', () => {
  it.each([
    ['revoked', (id: string) => keys.revoke(id)],
    ['retired at once', (id: string) => keys.retire(id, now)],
  ])('is told when its key is %s, and what has another key is not', async (_, end) => {
    const { key } = await keys.create('client', ['mcp'], null)
    const { key: other } = await keys.create('other', ['mcp'], null)
    const told: string[] = []
    for (const id of [key.id, other.id, 'owner']) keys.onEnd(id, () => told.push(id))
    await end(key.id)
    expect(told).toEqual([key.id])
  })

  it('is told within seconds when its key expires, or another process revokes it', async () => {
    vi.useFakeTimers()
    try {
      const elsewhere = new ApiKeys({ store, now: () => now, ownerKey: null, log: silentLogger })
      const { key: brief } = await keys.create('brief', ['mcp'], 1)
      const { key: revoked } = await keys.create('revoked', ['mcp'], null)
      const told: string[] = []
      for (const { id, name } of [brief, revoked]) keys.onEnd(id, () => told.push(name))
      await vi.advanceTimersByTimeAsync(LOOK_MS)
      expect(told).toEqual([])
      await elsewhere.revoke(revoked.id)
      await vi.advanceTimersByTimeAsync(LOOK_MS)
      expect(told).toEqual(['revoked'])
      now = new Date(now.getTime() + 86_400_000)
      await vi.advanceTimersByTimeAsync(LOOK_MS)
      expect(told).toEqual(['revoked', 'brief'])
    } finally {
      vi.useRealTimers()
    }
  })
})
