/**
 * What happens to plans and to their actions, in the store: the only place that writes it. `design.md` has the states.
 * A commit made while the store is `FULL` is on the disk when it returns; that is what the order of a move relies on.
 */
import { sql } from 'kysely'
import type { Identity } from '#lib/files/identity.ts'
import { rawBytes, rawFromBytes, type RawPath } from '#lib/files/raw-path.ts'
import { isOwnerAlive } from '#lib/process/index.ts'
import type { Store } from '#lib/store/index.ts'
import type { ActionState, PlanStatus } from '#lib/store/migrations/0003-cleanup.ts'
import { actionsAt, chunkHeads, readChunk, sizeOf, type ChunkHead } from './packed.ts'
import type { PlannedAction } from './plan/action.ts'

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

/** What became of an action, as it is stored. */
export interface MoveRow {
  seq: number
  state: ActionState
  method: string
  outcome: string | null
  moved: string | null
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

/** States of a plan while a process moves files by it. */
const BUSY = ['applying', 'undoing'] as const satisfies readonly PlanStatus[]

/** Whether files are being moved, or a process died at it. Asked before each plan, and nearly always not so. */
async function isAnyBusy(store: Store): Promise<boolean> {
  for (const status of BUSY) if ((await store.find('cleanup_plans', 'status', status)) !== undefined) return true
  return false
}

/** Plans whose process died while it was moving files. */
export async function abandonedPlans(store: Store): Promise<PlanHead[]> {
  if (!(await isAnyBusy(store))) return []
  const busy = await store.db
    .selectFrom('cleanup_plans')
    .select(['n', 'id', 'directory', 'status', 'owner'])
    .where('status', 'in', BUSY)
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

/** How many actions are in each state that there is. */
async function countStates(store: Store, plan: number): Promise<Partial<Record<ActionState, number>>> {
  const groups = await store.db
    .selectFrom('cleanup_moves')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where('plan', '=', plan)
    .groupBy('state')
    .execute()
  const states = new Map<ActionState, number>()
  const count = (state: ActionState, more: number) => states.set(state, (states.get(state) ?? 0) + more)
  for (const { move, rename, skip } of await chunkHeads(store.db, plan)) {
    count('planned', move + rename)
    count('skipped', skip)
  }
  for (const group of groups) {
    count('planned', -group.count)
    count(group.state, group.count)
  }
  return Object.fromEntries([...states].filter(([, some]) => some > 0))
}

/** How many actions are in a state. */
export async function countIn(store: Store, plan: number, state: ActionState): Promise<number> {
  return (await countStates(store, plan))[state] ?? 0
}

/** Counts the states again, after moves were tried. What the actions are has not changed, so they are not read. */
export async function recount(store: Store, plan: number): Promise<void> {
  const states = JSON.stringify(await countStates(store, plan))
  await store.db
    .updateTable('cleanup_plans')
    .set({ summary: sql<string>`json_set(summary, '$.states', json(${states}))` })
    .where('n', '=', plan)
    .execute()
}

/** What became of the actions of a chunk; none of one that is still as it was planned. */
export async function movesOf(store: Store, plan: number, chunk: ChunkHead): Promise<Map<number, MoveRow>> {
  const rows = await store.db
    .selectFrom('cleanup_moves')
    .select(['seq', 'state', 'method', 'outcome', 'moved'])
    .where('plan', '=', plan)
    .where('seq', '>=', chunk.first)
    .where('seq', '<', chunk.first + sizeOf(chunk))
    .execute()
  return new Map(rows.map((row) => [row.seq, row]))
}

const methodOf = (text: string): Method => (text === 'stub' || text === 'copy' ? text : 'link')

function journalMove(seq: number, planned: PlannedAction, row: MoveRow | undefined): JournalMove | null {
  const { file, destination, identity } = planned
  if (destination === null || planned.action === 'skip') return null
  if (row === undefined)
    return { seq, file, destination, identity, state: 'planned', method: 'link', outcome: null, moved: null }
  return { ...row, file, destination, identity, method: methodOf(row.method) }
}

/**
 * The moves in a state, a chunk at a time, each read when the ones before it have been dealt with.
 * @param order applying goes up, undoing down
 */
export async function* movesIn(
  store: Store,
  plan: number,
  state: ActionState,
  order: 'asc' | 'desc',
): AsyncGenerator<JournalMove[]> {
  const heads = await chunkHeads(store.db, plan)
  for (const head of order === 'asc' ? heads : heads.toReversed()) {
    const rows = await movesOf(store, plan, head)
    const actions = await readChunk(store.db, plan, head.first)
    const found: JournalMove[] = []
    for (const [i, action] of actions.entries()) {
      const move = journalMove(head.first + i, action, rows.get(head.first + i))
      if (move?.state === state) found.push(move)
    }
    yield order === 'asc' ? found : found.toReversed()
  }
}

/** Moves that were begun and not ended, in order, so many at most. */
export async function begunMoves(
  store: Store,
  plan: number,
  state: ActionState,
  limit: number,
): Promise<JournalMove[]> {
  const rows = await store.db
    .selectFrom('cleanup_moves')
    .select(['seq', 'state', 'method', 'outcome', 'moved'])
    .where('plan', '=', plan)
    .where('state', '=', state)
    .orderBy('seq')
    .limit(limit)
    .execute()
  const actions = await actionsAt(
    store.db,
    plan,
    rows.map(({ seq }) => seq),
  )
  return rows.flatMap((row) => {
    const action = actions.get(row.seq)
    const move = action === undefined ? null : journalMove(row.seq, action, row)
    return move === null ? [] : [move]
  })
}

const BY_SEQ = ['plan', 'seq']
const STATE_COLUMNS = ['state', 'method', 'outcome', 'moved']

/** Writes results and intents in one commit. */
export async function writeMoves(store: Store, plan: number, updates: readonly ActionUpdate[]): Promise<void> {
  await store.bulkUpsert(
    'cleanup_moves',
    BY_SEQ,
    STATE_COLUMNS,
    updates.map(({ seq, state, method, outcome, moved }) => [plan, seq, state, method, outcome, moved]),
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
