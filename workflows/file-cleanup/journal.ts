/**
 * The plans and their actions in the store: the only place that writes those tables. `design.md` has the states.
 * A commit made while the store is `FULL` is on the disk when it returns; that is what the order of a move relies on.
 */
import { sql } from 'kysely'
import type { Identity } from '#lib/files/identity.ts'
import { rawBytes, rawFromBytes, type RawPath } from '#lib/files/raw-path.ts'
import { newId } from '#lib/ids.ts'
import { isOwnerAlive } from '#lib/process/index.ts'
import type { SqlValue, Store } from '#lib/store/index.ts'
import type { ActionState, PlanStatus } from '#lib/store/migrations/0003-cleanup.ts'
import type { MadePlan } from './plan/make-plan.ts'
import { reasonOf, type PlannedAction } from './plan/action.ts'

export type { ActionState, PlanStatus } from '#lib/store/migrations/0003-cleanup.ts'
export type Method = 'link' | 'stub' | 'copy'

/** A plan without its actions. */
export interface PlanHead {
  n: number
  id: string
  directory: RawPath
  status: PlanStatus
  owner: string | null
}

/** One move to do or undo. */
export interface JournalMove {
  seq: number
  file: RawPath
  destination: RawPath
  identity: Identity
  state: ActionState
  method: Method
  /** What came of it; while it is begun, when that was, in milliseconds since 1970. */
  outcome: string | null
  moved: Identity | null
}

export interface ActionUpdate {
  seq: number
  state: ActionState
  method: Method
  outcome: string | null
  moved: Identity | null
}

/** So many rows are written in one go that other writers wait for a few hundredths of a second at most. */
const CHUNK = 5000

const ACTION_COLUMNS = [
  'plan',
  'seq',
  'file',
  'action',
  'destination',
  'reason',
  'because',
  'category',
  'size',
  'identity',
  'state',
]

function* rows(plan: number, actions: readonly PlannedAction[], from: number): Iterable<readonly SqlValue[]> {
  for (let seq = from; seq < Math.min(from + CHUNK, actions.length); seq++) {
    const action = actions[seq]
    if (action === undefined) return
    const { file, destination, because, category, sizeBytes, identity } = action
    const state: ActionState = action.action === 'skip' ? 'skipped' : 'planned'
    const target = destination === null ? null : rawBytes(destination)
    const what = [rawBytes(file), action.action, target, reasonOf(action), because, category, sizeBytes, identity]
    yield [plan, seq, ...what, state]
  }
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

/** Nothing was moved yet: a plan that a power cut takes back is made again. */
const PLAN_DURABILITY = { relaxed: true }

type NewPlan = MadePlan & { directory: RawPath; recursive: boolean }

/** A plan as it was written, before anyone applied or changed it. */
export interface SavedPlan extends NewPlan {
  id: string
  createdAt: string
  summary: Summary
}

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

/** What decided about the files of a plan. */
export const engineOf = (model: string | null) => (model === null ? 'rules' : 'model')

/** Writes a plan. One that takes more than one go is not seen by anyone before it is whole. */
export async function savePlan(store: Store, made: NewPlan, at: Date, owner: string): Promise<SavedPlan> {
  const plan = {
    ...made,
    id: newId('plan', at.getTime()),
    createdAt: at.toISOString(),
    summary: summarize(made.actions),
  }
  if (plan.actions.length <= CHUNK) {
    await store.writeTogether((writer) => {
      const number = writer.insert('cleanup_plans', PLAN_COLUMNS, planRow(plan, null))
      writer.insertAll('cleanup_actions', ACTION_COLUMNS, rows(number, plan.actions, 0))
    }, PLAN_DURABILITY)
    return plan
  }
  const n = await store.writeTogether(
    (writer) => writer.insert('cleanup_plans', PLAN_COLUMNS, planRow(plan, owner)),
    PLAN_DURABILITY,
  )
  for (let from = 0; from < plan.actions.length; from += CHUNK)
    await store.bulkInsert('cleanup_actions', ACTION_COLUMNS, rows(n, plan.actions, from))
  await store.db.updateTable('cleanup_plans').set({ status: 'planned', owner: null }).where('n', '=', n).execute()
  return plan
}

/** Counts that are shown with a plan. */
export interface Summary {
  actions: Record<string, number>
  states: Record<string, number>
  categories: Record<string, number>
  because: Record<string, number>
  /** Bytes of the files to be moved. */
  bytes: number
}

const emptySummary = (): Summary => ({
  actions: { move: 0, rename: 0, skip: 0 },
  states: {},
  categories: {},
  because: {},
  bytes: 0,
})

function add(
  summary: Summary,
  action: string,
  state: string,
  category: string | null,
  because: string,
  count: number,
  bytes: number,
): void {
  const increase = (counts: Record<string, number>, key: string) => (counts[key] = (counts[key] ?? 0) + count)
  increase(summary.actions, action)
  increase(summary.states, state)
  increase(summary.because, because)
  if (action === 'skip') return
  increase(summary.categories, category ?? because)
  summary.bytes += bytes
}

function summarize(actions: readonly PlannedAction[]): Summary {
  const summary = emptySummary()
  for (const { action, category, because, sizeBytes } of actions)
    add(summary, action, action === 'skip' ? 'skipped' : 'planned', category, because, 1, sizeBytes)
  return summary
}

/** Counts again, after actions changed. */
export async function recount(store: Store, plan: number): Promise<void> {
  const groups = await store.db
    .selectFrom('cleanup_actions')
    .select(({ fn }) => [
      'action',
      'state',
      'category',
      'because',
      fn.countAll<number>().as('count'),
      fn.sum<number>('size').as('bytes'),
    ])
    .where('plan', '=', plan)
    .groupBy(['action', 'state', 'category', 'because'])
    .execute()
  const summary = emptySummary()
  for (const { action, state, category, because, count, bytes } of groups)
    add(summary, action, state, category, because, count, bytes)
  await store.db
    .updateTable('cleanup_plans')
    .set({ summary: JSON.stringify(summary) })
    .where('n', '=', plan)
    .execute()
}

export async function findPlan(store: Store, id: string): Promise<PlanHead | null> {
  const row = await store.db
    .selectFrom('cleanup_plans')
    .select(['n', 'id', 'directory', 'status', 'owner'])
    .where('id', '=', id)
    .where('status', '!=', 'making')
    .executeTakeFirst()
  return row === undefined ? null : { ...row, directory: rawFromBytes(row.directory) }
}

/** Plans whose process died while it was moving files. */
export async function abandonedPlans(store: Store): Promise<PlanHead[]> {
  const busy = await store.db
    .selectFrom('cleanup_plans')
    .select(['n', 'id', 'directory', 'status', 'owner'])
    .where('status', 'in', ['applying', 'undoing'])
    .execute()
  return busy
    .filter(({ owner }) => owner === null || !isOwnerAlive(owner))
    .map((row) => ({ ...row, directory: rawFromBytes(row.directory) }))
}

/**
 * Makes this process the only one that works on a plan.
 * @returns false when it is no longer as `from` says, as another process was quicker
 */
export async function takePlan(
  store: Store,
  from: PlanHead,
  status: 'applying' | 'undoing',
  owner: string,
): Promise<boolean> {
  const { numUpdatedRows } = await store.db
    .updateTable('cleanup_plans')
    .set({ status, owner })
    .where('n', '=', from.n)
    .where('status', '=', from.status)
    .where('owner', 'is', from.owner)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function releasePlan(store: Store, plan: number, status: PlanStatus, at: Date): Promise<void> {
  const time = at.toISOString()
  const times = status === 'undone' || status === 'partly-undone' ? { undone_at: time } : { applied_at: time }
  await store.db
    .updateTable('cleanup_plans')
    .set({ status, owner: null, ...times })
    .where('n', '=', plan)
    .execute()
}

/**
 * The next moves in a state, in order.
 * @param after last sequence number that was seen; applying goes up, undoing down
 */
export async function movesIn(
  store: Store,
  plan: number,
  states: readonly ActionState[],
  page: { after: number; order: 'asc' | 'desc'; limit: number },
): Promise<JournalMove[]> {
  const found = await store.db
    .selectFrom('cleanup_actions')
    .select(['seq', 'file', 'destination', 'identity', 'state', 'method', 'outcome', 'moved'])
    .where('plan', '=', plan)
    .where('state', 'in', states)
    .where('action', '!=', 'skip')
    .where('seq', page.order === 'asc' ? '>' : '<', page.after)
    .orderBy('seq', page.order)
    .limit(page.limit)
    .execute()
  return found.flatMap(({ destination, file, method, ...row }) =>
    destination === null
      ? []
      : [{ ...row, file: rawFromBytes(file), destination: rawFromBytes(destination), method: methodOf(method) }],
  )
}

/** How many moves are in a state. */
export async function countMovesIn(store: Store, plan: number, state: ActionState): Promise<number> {
  const { count } = await store.db
    .selectFrom('cleanup_actions')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('plan', '=', plan)
    .where('state', '=', state)
    .where('action', '!=', 'skip')
    .executeTakeFirstOrThrow()
  return count
}

const methodOf = (text: string): Method => (text === 'stub' || text === 'copy' ? text : 'link')

const STATE_COLUMNS = ['state', 'method', 'outcome', 'moved']
const BY_SEQ = ['plan', 'seq']

/** Writes results and intents in one commit. */
export async function writeActions(store: Store, plan: number, updates: readonly ActionUpdate[]): Promise<void> {
  await store.bulkUpdate(
    'cleanup_actions',
    STATE_COLUMNS,
    BY_SEQ,
    updates.map(({ seq, state, method, outcome, moved }) => [state, method, outcome, moved, plan, seq]),
  )
}

/** Says that these folders are about to be made for the plan. */
export async function noteFolders(store: Store, plan: number, folders: readonly RawPath[]): Promise<void> {
  await store.db
    .insertInto('cleanup_folders')
    .values(folders.map((path) => ({ plan, path: rawBytes(path) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Folders made for a plan, the innermost first. */
export async function foldersOf(store: Store, plan: number): Promise<RawPath[]> {
  const found = await store.db.selectFrom('cleanup_folders').select('path').where('plan', '=', plan).execute()
  return found.map(({ path }) => rawFromBytes(path)).sort((a, b) => b.length - a.length)
}

/** What each connection was last set to; a new one is `FULL`. */
const durability = new WeakMap<Store, 'FULL' | 'NORMAL'>()

/** `FULL`: every commit is synced. `NORMAL`: only consistent, for plans, which lose nothing when they are lost. */
export async function setDurability(store: Store, level: 'FULL' | 'NORMAL'): Promise<void> {
  if (durability.get(store) === level) return
  durability.set(store, level)
  await sql.raw(`PRAGMA synchronous = ${level}`).execute(store.db)
}
