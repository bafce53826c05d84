import { describe, expect, it } from 'vitest'
import { rawPath } from '#lib/files/raw-path.ts'
import { skip } from './plan/action.ts'
import { savePlan } from './saved-plan.ts'
import { Scene } from './testing/scene.ts'
import { viewPlan } from './view.ts'

describe('a large plan', () => {
  it('is shown from any action on, as many as are asked for', async () => {
    using scene = new Scene()
    const moves = Array.from({ length: 1700 }, (_, i) => ({
      ...skip(rawPath(`file ${i}`), 'rule', 'For a test.'),
      action: i % 3 === 0 ? ('skip' as const) : ('move' as const),
      destination: rawPath(`to/${i}`),
    }))
    const plan = { actions: moves, filesAnalyzed: 1700, notes: [], model: null }
    const { id } = await savePlan(
      scene.store,
      { ...plan, directory: rawPath(scene.root), recursive: false },
      new Date(),
      'owner',
    )
    const ids = async (options: Parameters<typeof viewPlan>[2]) =>
      (await viewPlan(scene.store, id, options)).actions.map((action) => action.id)
    const all = moves.map((_, i) => i)
    for (const [limit, offset] of [
      [10_000, 0],
      [500, 0],
      [1000, 1],
      [1234, 321],
      [501, 1600],
      [0, 5],
      [7, 1700],
    ] as const) {
      expect(await ids({ limit, offset })).toEqual(all.slice(offset, offset + limit))
      const moved = all.filter((i) => i % 3 !== 0)
      expect(await ids({ limit, offset, action: 'move' })).toEqual(moved.slice(offset, offset + limit))
    }
  })
})
