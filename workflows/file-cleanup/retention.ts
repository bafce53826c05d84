/** Keeps the stored plans bounded: scheduled dry runs make one every half hour. */
import { isOwnerAlive } from '#lib/process/index.ts'
import type { Store } from '#lib/store/index.ts'

/** Plans never applied are kept up to this many, and while they have no more actions than that together. */
const KEPT_PLANS = 200
const KEPT_ACTIONS = 400_000
/** Plans that were undone are kept so long; applied ones, which can still be undone, for ever. */
const UNDONE_DAYS = 90
const ROWS_AT_ONCE = 5000

async function removePlan(store: Store, plan: number, actions: number): Promise<void> {
  for (let upTo = ROWS_AT_ONCE; upTo < actions + ROWS_AT_ONCE; upTo += ROWS_AT_ONCE)
    await store.db.deleteFrom('cleanup_actions').where('plan', '=', plan).where('seq', '<', upTo).execute()
  await store.db.deleteFrom('cleanup_plans').where('n', '=', plan).execute()
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
  for (const [i, plan] of open.entries()) {
    actions += plan.actions
    const dead = plan.status === 'making' && (plan.owner === null || !isOwnerAlive(plan.owner))
    const tooMany = plan.status === 'planned' && i > 0 && (i >= KEPT_PLANS || actions > KEPT_ACTIONS)
    if (dead || tooMany) await removePlan(store, plan.n, plan.actions)
  }
  const before = new Date(now.getTime() - UNDONE_DAYS * 86_400_000).toISOString()
  const undone = await store.db
    .selectFrom('cleanup_plans')
    .select(['n', 'actions'])
    .where('status', '=', 'undone')
    .where('undone_at', '<', before)
    .execute()
  for (const plan of undone) await removePlan(store, plan.n, plan.actions)
}
