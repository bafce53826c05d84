import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawPath } from '#lib/files/raw-path.ts'
import { actionsAt, CHUNK_ACTIONS, chunkHeads, pack, unpack } from './packed.ts'
import { savePlan } from './saved-plan.ts'
import { anyAction, movesOf, planOf } from './testing/actions.ts'
import { Scene } from './testing/scene.ts'

describe('packed actions', () => {
  it('come back as they were, whatever bytes their names are', () => {
    fc.assert(
      fc.property(fc.array(anyAction), (actions) => {
        const chunk = pack(actions)
        expect(unpack(chunk)).toEqual(actions)
        for (const sort of ['move', 'rename', 'skip'] as const)
          expect(chunk[sort]).toBe(actions.filter(({ action }) => action === sort).length)
      }),
    )
  })

  it('share their reasons', () => {
    const { reasons } = pack(movesOf(100))
    expect(JSON.parse(reasons)).toHaveLength(1)
  })

  it('are found by their numbers, in any chunk', async () => {
    using scene = new Scene()
    const actions = movesOf(12 * CHUNK_ACTIONS + 3)
    const made = { ...planOf(actions), directory: rawPath(scene.root), recursive: false }
    await savePlan(scene.store, made, new Date(), 'owner')
    const { n } = await scene.store.db.selectFrom('cleanup_plans').select('n').executeTakeFirstOrThrow()
    expect(await chunkHeads(scene.store.db, n)).toHaveLength(13)
    const numbers = [actions.length - 1, 0, 511, 512, 512, 2000, actions.length, 1_000_000]
    const found = await actionsAt(scene.store.db, n, numbers)
    expect(found).toEqual(new Map([0, 511, 512, 2000, actions.length - 1].map((seq) => [seq, actions[seq]])))
  })
})
