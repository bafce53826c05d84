/** Writes plans into the store, with the counts that are shown of them. */
import { rawBytes, type RawPath } from '#lib/files/raw-path.ts'
import { newId } from '#lib/ids.ts'
import type { SqlValue, Store } from '#lib/store/index.ts'
import { CHUNK_ACTIONS, CHUNK_COLUMNS, chunkRows } from './packed.ts'
import type { PlannedAction } from './plan/action.ts'
import type { MadePlan } from './plan/make-plan.ts'

/** Counts that are shown with a plan. */
export interface Summary {
  actions: Record<string, number>
  states: Record<string, number>
  categories: Record<string, number>
  because: Record<string, number>
  /** Bytes of the files to be moved. */
  bytes: number
}

/** Adds an action as it was planned to the counts, or with -1 takes one away. */
export function countAction(summary: Summary, planned: PlannedAction, times: 1 | -1): void {
  const count = (counts: Record<string, number>, key: string) => {
    const sum = (counts[key] ?? 0) + times
    if (sum === 0 && counts !== summary.actions) Reflect.deleteProperty(counts, key)
    else counts[key] = sum
  }
  const { action, category, because, sizeBytes } = planned
  count(summary.actions, action)
  count(summary.states, plannedState(planned))
  count(summary.because, because)
  if (action === 'skip') return
  count(summary.categories, category ?? because)
  summary.bytes += times * sizeBytes
}

/** The state of an action that nothing was done about yet. */
export const plannedState = ({ action }: Pick<PlannedAction, 'action'>) => (action === 'skip' ? 'skipped' : 'planned')

function summarize(actions: readonly PlannedAction[]): Summary {
  const summary: Summary = {
    actions: { move: 0, rename: 0, skip: 0 },
    states: {},
    categories: {},
    because: {},
    bytes: 0,
  }
  for (const action of actions) countAction(summary, action, 1)
  return summary
}

type NewPlan = MadePlan & { directory: RawPath; recursive: boolean }

/** A plan as it was written, before anyone applied or changed it. */
export interface SavedPlan extends NewPlan {
  id: string
  createdAt: string
  summary: Summary
}

const PLAN_COLUMNS = [
  'id',
  'directory',
  'recursive',
  'status',
  'owner',
  'files_analyzed',
  'actions',
  'summary',
  'engine',
  'model',
  'notes',
  'created_at',
]

/** What decided about the files of a plan. */
export const engineOf = (model: string | null) => (model === null ? 'rules' : 'model')

/** @param owner of a plan that is still being written */
function planRow(plan: SavedPlan, owner: string | null): readonly SqlValue[] {
  return [
    plan.id,
    rawBytes(plan.directory),
    plan.recursive ? 1 : 0,
    owner === null ? 'planned' : 'making',
    owner,
    plan.filesAnalyzed,
    plan.actions.length,
    JSON.stringify(plan.summary),
    engineOf(plan.model),
    plan.model,
    JSON.stringify(plan.notes),
    plan.createdAt,
  ]
}

/** So many actions are written in one go that other writers wait for a few hundredths of a second at most. */
const ACTIONS_AT_ONCE = 10 * CHUNK_ACTIONS

/** Nothing was moved yet: a plan that a power cut takes back is made again. */
const DURABILITY = { relaxed: true }

/** Writes a plan. One that takes more than one go is not seen by anyone before it is whole. */
export async function savePlan(store: Store, made: NewPlan, at: Date, owner: string): Promise<SavedPlan> {
  const plan = {
    ...made,
    id: newId('plan', at.getTime()),
    createdAt: at.toISOString(),
    summary: summarize(made.actions),
  }
  const { actions } = plan
  if (actions.length <= ACTIONS_AT_ONCE) {
    await store.writeTogether((writer) => {
      const n = writer.insert('cleanup_plans', PLAN_COLUMNS, planRow(plan, null))
      for (const row of chunkRows(n, actions, 0, actions.length)) writer.insert('cleanup_chunks', CHUNK_COLUMNS, row)
    }, DURABILITY)
    return plan
  }
  const n = await store.writeTogether(
    (writer) => writer.insert('cleanup_plans', PLAN_COLUMNS, planRow(plan, owner)),
    DURABILITY,
  )
  for (let from = 0; from < actions.length; from += ACTIONS_AT_ONCE)
    await store.bulkInsert('cleanup_chunks', CHUNK_COLUMNS, chunkRows(n, actions, from, from + ACTIONS_AT_ONCE))
  await store.db.updateTable('cleanup_plans').set({ status: 'planned', owner: null }).where('n', '=', n).execute()
  return plan
}
