import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../store/index.ts'
import { ApiKeys } from './keys.ts'

let store: Store
let now: Date
let keys: ApiKeys

beforeEach(() => {
  store = openStore(':memory:')
  now = new Date('2026-11-20T10:00:00Z')
  keys = new ApiKeys({ store, now: () => now, ownerKey: null })
})
afterEach(() => store.close())

describe('a key that was just used', () => {
  it.each([
    ['revoked', (id: string) => keys.revoke(id)],
    ['retired at once', (id: string) => keys.retire(id, now)],
  ])('works no more once it is %s', async (_, end) => {
    const { secret, key } = await keys.create('Open WebUI', ['read'], null)
    expect(await keys.verify(secret)).toMatchObject({ id: key.id })
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
