/** Keeps the stored plans bounded: scheduled dry runs make one every half hour. */
import { isOwnerAlive } from '#lib/process/index.ts'
import type { Store } from '#lib/store/index.ts'

/** Plans never applied are kept up to this many, and while they have no more actions than that together. */
const KEPT_PLANS = 200
const KEPT_ACTIONS = 400_000
/** Plans that were undone are kept so long; applied ones, which can still be undone, for ever. */
const UNDONE_DAYS = 90
const ROWS_AT_ONCE = 5000
const PLANS_AT_ONCE = 200

/** Removes plans with their actions, a bounded number of rows at a time, so that other writers need not wait long. */
async function removePlans(store: Store, plans: readonly { n: number; actions: number }[]): Promise<void> {
  for (const { n, actions } of plans)
    for (let upTo = ROWS_AT_ONCE; upTo < actions; upTo += ROWS_AT_ONCE)
      await store.db.deleteFrom('cleanup_actions').where('plan', '=', n).where('seq', '<', upTo).execute()
  for (let i = 0; i < plans.length; i += PLANS_AT_ONCE) {
    const some = plans.slice(i, i + PLANS_AT_ONCE).map(({ n }) => n)
    await store.db.deleteFrom('cleanup_plans').where('n', 'in', some).execute()
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
  await removePlans(store, unwanted)
  const before = new Date(now.getTime() - UNDONE_DAYS * 86_400_000).toISOString()
  const undone = await store.db
    .selectFrom('cleanup_plans')
    .select(['n', 'actions'])
    .where('status', '=', 'undone')
    .where('undone_at', '<', before)
    .execute()
  await removePlans(store, undone)
}
