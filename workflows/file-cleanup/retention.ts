/** Keeps the stored plans bounded: scheduled dry runs make one every half hour. */
import { isOwnerAlive } from '#lib/process/index.ts'
import type { Store } from '#lib/store/index.ts'
import type { PlanStatus } from './journal.ts'
import { CHUNK_ACTIONS } from './packed.ts'

/** Plans never applied are kept up to this many, and while they have no more actions than that together. */
const KEPT_PLANS = 200
const KEPT_ACTIONS = 400_000
/** Plans that were undone are kept so long; applied ones, which can still be undone, for ever. */
const UNDONE_DAYS = 90
/** So many rows are removed in one go that other writers wait for a few hundredths of a second at most. */
const MOVES_AT_ONCE = 10_000
const CHUNKS_AT_ONCE = 50
const PLANS_AT_ONCE = 200

interface Unwanted {
  n: number
  actions: number
}

/** Removes what a large plan consists of, piece by piece; from the first on it is not shown any more, nor applied. */
async function emptyPlan(store: Store, { n, actions }: Unwanted, statuses: readonly PlanStatus[]): Promise<void> {
  const { numUpdatedRows } = await store.db
    .updateTable('cleanup_plans')
    .set({ status: 'making', owner: null })
    .where('n', '=', n)
    .where('status', 'in', statuses)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) return
  for (let to = MOVES_AT_ONCE; to < actions + MOVES_AT_ONCE; to += MOVES_AT_ONCE)
    await store.db.deleteFrom('cleanup_moves').where('plan', '=', n).where('seq', '<', to).execute()
  const perTime = CHUNKS_AT_ONCE * CHUNK_ACTIONS
  for (let to = perTime; to < actions + perTime; to += perTime)
    await store.db.deleteFrom('cleanup_chunks').where('plan', '=', n).where('first', '<', to).execute()
}

/** Removes plans that are still in one of these statuses: nobody has begun to apply them since they were looked at. */
async function removePlans(store: Store, plans: readonly Unwanted[], statuses: readonly PlanStatus[]): Promise<void> {
  for (const plan of plans) if (plan.actions > MOVES_AT_ONCE) await emptyPlan(store, plan, statuses)
  for (let i = 0; i < plans.length; i += PLANS_AT_ONCE) {
    const some = plans.slice(i, i + PLANS_AT_ONCE).map(({ n }) => n)
    await store.db
      .deleteFrom('cleanup_plans')
      .where('n', 'in', some)
      .where('status', 'in', ['making', ...statuses])
      .execute()
  }
}

/** Removes plans that nobody can have a use for. Files are never touched. */
export async function prunePlans(store: Store, now: Date): Promise<void> {
  const open = await store.db
    .selectFrom('cleanup_plans')
    .select(['n', 'actions', 'status', 'owner'])
    .where('status', 'in', ['planned', 'making'])
    .orderBy('n', 'desc')
    .execute()
  let actions = 0
  const unwanted = open.filter((plan, i) => {
    actions += plan.actions
    if (plan.status === 'making') return plan.owner === null || !isOwnerAlive(plan.owner)
    return i > 0 && (i >= KEPT_PLANS || actions > KEPT_ACTIONS)
  })
  await removePlans(store, unwanted, ['planned', 'making'])
  const before = new Date(now.getTime() - UNDONE_DAYS * 86_400_000).toISOString()
  const undone = await store.db
    .selectFrom('cleanup_plans')
    .select(['n', 'actions'])
    .where('status', '=', 'undone')
    .where('undone_at', '<', before)
    .execute()
  await removePlans(store, undone, ['undone'])
}
