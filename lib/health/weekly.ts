/** The weekly sign of life: how things are, also when all is well. */
import { calendar } from '../schedule/index.ts'
import type { Store } from '../store/index.ts'
import { plural } from '../text/plural.ts'
import { headline, type Message } from './message.ts'
import type { CheckState } from './state.ts'
import type { PlannedCheck } from './types.ts'

const FACT = 'health.weekly'
const WEEKLY = calendar('Mon 09:00')
const WEEK_MS = 7 * 86_400_000

/** Whether the week's message is due; the first one comes on the Monday after the setting was switched on. */
export async function weeklyIsDue(store: Store, now: Date): Promise<boolean> {
  const row = await store.db.selectFrom('facts').select('value').where('name', '=', FACT).executeTakeFirst()
  if (row === undefined) {
    await noteWeekly(store, now)
    return false
  }
  const last = new Date(String(JSON.parse(row.value)))
  const next = Number.isNaN(last.getTime()) ? null : WEEKLY.next(last)
  return next !== null && next <= now
}

/** Remembers that the message of this week was sent. */
export async function noteWeekly(store: Store, now: Date): Promise<void> {
  const row = { value: JSON.stringify(now), updated_at: now.toISOString() }
  await store.db
    .insertInto('facts')
    .values({ name: FACT, ...row })
    .onConflict((on) => on.column('name').doUpdateSet(row))
    .execute()
}

/** How many incidents began in the last seven days. */
export async function incidentsOfWeek(store: Store, now: Date): Promise<number> {
  const { count } = await store.db
    .selectFrom('health_incidents')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('started_at', '>=', now.getTime() - WEEK_MS)
    .executeTakeFirstOrThrow()
  return count
}

/** @param incidents how many began in the last seven days */
export function weeklyMessage(
  states: readonly { check: PlannedCheck; state: CheckState | null }[],
  incidents: number,
  now: Date,
): Message {
  const troubled = states.filter(({ state }) => (state?.status ?? 'ok') !== 'ok')
  const worst = troubled.map(({ check, state }) => headline(check.title, state?.status ?? 'unknown'))
  const past =
    incidents === 0 ? 'No incident in the last seven days.' : `${plural(incidents, 'incident')} in the last seven days.`
  return {
    id: `weekly:${now.toISOString().slice(0, 10)}`,
    event: 'weekly',
    incident: null,
    check: null,
    status: troubled.length === 0 ? 'ok' : 'degraded',
    title: troubled.length === 0 ? 'All is well' : `${troubled.length} of ${states.length} checks are not well`,
    text: troubled.length === 0 ? `All ${states.length} checks are well. ${past}` : `${worst.join('. ')}. ${past}`,
    since: new Date(now.getTime() - WEEK_MS).toISOString(),
    until: now.toISOString(),
  }
}
