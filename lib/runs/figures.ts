/** What the store knows of all runs together, and how long it keeps them. */
import { type Kysely, sql } from 'kysely'
import * as z from 'zod'
import type { Tables } from '../store/index.ts'
import { toRun } from './records.ts'
import type { RunStatus } from './types.ts'

/** How many runs of each workflow retention has dropped, so that counts stay true. */
const PRUNED_FACT = 'runs.pruned'
const prunedCounts = z.record(z.string(), z.number())
const DAY_MS = 86_400_000

/** True figures of one workflow, from the store. */
export interface WorkflowFigures {
  runsCount: number
  lastRun: string | null
  lastStatus: RunStatus | null
  lastError: string | null
  running: number
}

async function readPruned(db: Kysely<Tables>): Promise<Record<string, number>> {
  const row = await db.selectFrom('facts').select('value').where('name', '=', PRUNED_FACT).executeTakeFirst()
  return row === undefined ? {} : prunedCounts.parse(JSON.parse(row.value))
}

/** Figures by workflow id, for those that ever ran. */
export async function readFigures(db: Kysely<Tables>): Promise<Map<string, WorkflowFigures>> {
  const totals = await db
    .selectFrom('runs')
    .select([
      'workflow',
      sql<number>`count(*)`.as('count'),
      sql<string>`max(id)`.as('last'),
      sql<number>`sum(status = 'running')`.as('running'),
    ])
    .groupBy('workflow')
    .execute()
  const failures = await db
    .selectFrom('runs')
    .select(['workflow', sql<string>`max(id)`.as('last')])
    .where('status', 'in', ['failed', 'interrupted'])
    .groupBy('workflow')
    .execute()
  const ids = [...totals, ...failures].map((row) => row.last)
  const named = ids.length === 0 ? [] : await db.selectFrom('runs').selectAll().where('id', 'in', ids).execute()
  const byId = new Map(named.map((row) => [row.id, toRun(row)]))
  const pruned = await readPruned(db)
  return new Map(
    totals.map((total) => {
      const last = byId.get(total.last)
      const failure = byId.get(failures.find((row) => row.workflow === total.workflow)?.last ?? '')
      const figures: WorkflowFigures = {
        runsCount: total.count + (pruned[total.workflow] ?? 0),
        lastRun: last?.started_at ?? null,
        lastStatus: last?.status ?? null,
        lastError: failure?.error?.detail ?? null,
        running: total.running,
      }
      return [total.workflow, figures]
    }),
  )
}

/** Drops old runs and old outputs. Days; 0 keeps runs for ever, and outputs as long as their runs. */
export async function pruneRuns(
  db: Kysely<Tables>,
  now: Date,
  { retentionDays, keepOutputsDays }: { retentionDays: number; keepOutputsDays: number },
): Promise<void> {
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString()
  if (keepOutputsDays > 0)
    await db
      .updateTable('runs')
      .set({ output: null })
      .where('ended_at', '<', before(keepOutputsDays))
      .where('output', 'is not', null)
      .execute()
  if (retentionDays === 0) return
  await db.transaction().execute(async (trx) => {
    const gone = await trx
      .deleteFrom('runs')
      .where('ended_at', '<', before(retentionDays))
      .returning('workflow')
      .execute()
    if (gone.length === 0) return
    const counts = await readPruned(trx)
    for (const { workflow } of gone) counts[workflow] = (counts[workflow] ?? 0) + 1
    const fact = { value: JSON.stringify(counts), updated_at: now.toISOString() }
    await trx
      .insertInto('facts')
      .values({ name: PRUNED_FACT, ...fact })
      .onConflict((on) => on.column('name').doUpdateSet(fact))
      .execute()
  })
}
