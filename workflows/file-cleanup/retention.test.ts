import { describe, expect, it } from 'vitest'
import { rawPath } from '#lib/files/raw-path.ts'
import { openStore, type Store } from '#lib/store/index.ts'
import { writeMoves, type PlanStatus } from './journal.ts'
import { prunePlans } from './retention.ts'
import { savePlan } from './saved-plan.ts'
import { movesOf, planOf } from './testing/actions.ts'
import { Scene } from './testing/scene.ts'

const NOW = new Date('2026-06-01T00:00:00.000Z')
const DAY_MS = 86_400_000

/** Saves a plan of so many actions. @returns its number */
async function saved(
  scene: Scene,
  actions: number,
  status: PlanStatus = 'planned',
  undoneDaysAgo = 0,
): Promise<number> {
  const made = { ...planOf(movesOf(actions)), directory: rawPath(scene.root), recursive: false }
  const { id } = await savePlan(scene.store, made, NOW, 'owner')
  const undone_at = new Date(NOW.getTime() - undoneDaysAgo * DAY_MS).toISOString()
  const plans = scene.store.db.updateTable('cleanup_plans').set({ status, undone_at }).where('id', '=', id)
  const { n } = await plans.returning('n').executeTakeFirstOrThrow()
  return n
}

async function left(store: Store): Promise<{ plans: number[]; chunks: number[]; moves: number[] }> {
  const plans = await store.db.selectFrom('cleanup_plans').select('n').orderBy('n').execute()
  const chunks = await store.db.selectFrom('cleanup_chunks').select('plan').distinct().orderBy('plan').execute()
  const moves = await store.db.selectFrom('cleanup_moves').select('plan').distinct().orderBy('plan').execute()
  return {
    plans: plans.map(({ n }) => n),
    chunks: chunks.map(({ plan }) => plan),
    moves: moves.map(({ plan }) => plan),
  }
}

describe('plans that are kept', () => {
  it('are the newest of those never applied, and every applied one', async () => {
    using scene = new Scene()
    const applied = await saved(scene, 2, 'applied')
    const planned: number[] = []
    for (let i = 0; i < 230; i++) planned.push(await saved(scene, 2))
    await prunePlans(scene.store, NOW)
    const kept = [applied, ...planned.slice(30)]
    expect(await left(scene.store)).toEqual({ plans: kept, chunks: kept, moves: [] })
  })

  it('have no more actions together than there is room for, but the newest stays however large it is', async () => {
    using scene = new Scene()
    const plans: number[] = []
    for (const size of [1, 150_000, 150_000, 150_000]) plans.push(await saved(scene, size))
    await prunePlans(scene.store, NOW)
    expect((await left(scene.store)).plans).toEqual(plans.slice(2))
  })

  it('are those undone for 90 days, with all that belongs to them', async () => {
    using scene = new Scene()
    const [old, recent] = [await saved(scene, 25_000, 'undone', 91), await saved(scene, 1, 'undone', 89)]
    const undone = { state: 'undone', method: 'link', outcome: null, moved: null } as const
    await writeMoves(
      scene.store,
      old,
      Array.from({ length: 25_000 }, (_, seq) => ({ ...undone, seq })),
    )
    await writeMoves(scene.store, recent, [{ ...undone, seq: 0 }])
    await prunePlans(scene.store, NOW)
    expect(await left(scene.store)).toEqual({ plans: [recent], chunks: [recent], moves: [recent] })
  })

  it.each([2, 30_000])('are those that someone begins to apply meanwhile, of %i actions', async (size) => {
    using scene = new Scene()
    const plan = await saved(scene, size, 'undone', 91)
    const other = openStore(scene.storeFile)
    const take = other.db.updateTable('cleanup_plans').set({ status: 'applying' }).where('n', '=', plan)
    /** Right after the plan is looked at, another process takes it. */
    const db = scene.store.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        if (result.rows.some((row) => row['n'] === plan)) await take.execute()
        return result
      },
    })
    await prunePlans({ ...scene.store, db }, NOW)
    await other.close()
    expect(await left(scene.store)).toMatchObject({ plans: [plan], chunks: [plan] })
  })
})
