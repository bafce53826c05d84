/** Stored plans as the API, the command line and the pages show them. */
import { AppError } from '#lib/errors/index.ts'
import { describeChange, lstatOrNull } from '#lib/files/identity.ts'
import { fsPath, joinPath, rawFromBytes, showPath, type RawPath } from '#lib/files/raw-path.ts'
import type { Store, Tables } from '#lib/store/index.ts'
import type { Selectable } from 'kysely'
import * as z from 'zod'
import { movesOf, type MoveRow } from './journal.ts'
import { chunkHeads, readChunk, sizeOf } from './packed.ts'
import { reasonOf, type PlannedAction } from './plan/action.ts'
import { engineOf, plannedState, type SavedPlan, type Summary } from './saved-plan.ts'
import type { ActionView, PlanHeadView, PlanView } from './schema.ts'

type PlanRow = Selectable<Tables['cleanup_plans']>

const countsSchema = z.record(z.string(), z.number())
const summarySchema: z.ZodType<Summary> = z.object({
  actions: countsSchema,
  states: countsSchema,
  categories: countsSchema,
  because: countsSchema,
  bytes: z.number(),
})

/** The counts of a plan as they are stored. */
export const readSummary = (text: string): Summary => summarySchema.parse(JSON.parse(text))

function summaryView({ actions, states, categories, because, bytes }: Summary): PlanHeadView['summary'] {
  const skip = actions['skip'] ?? 0
  return {
    move: actions['move'] ?? 0,
    rename: actions['rename'] ?? 0,
    skip,
    done: states['done'] ?? 0,
    failed: states['failed'] ?? 0,
    undone: states['undone'] ?? 0,
    kept: (states['skipped'] ?? 0) - skip,
    size_bytes: bytes,
    by_category: categories,
    by_reason: because,
  }
}

function headView(row: PlanRow): PlanHeadView {
  const status = row.status === 'making' ? 'planned' : row.status
  return {
    plan_id: row.id,
    directory: showPath(rawFromBytes(row.directory)),
    status,
    dry_run: row.applied_at === null && status === 'planned',
    recursive: row.recursive === 1,
    files_analyzed: row.files_analyzed,
    summary: summaryView(readSummary(row.summary)),
    engine: row.engine,
    model: row.model,
    notes: z.array(z.string()).parse(JSON.parse(row.notes)),
    created_at: row.created_at,
    applied_at: row.applied_at,
    undone_at: row.undone_at,
  }
}

/** While a move is under way its outcome is when it was begun, which only recovery needs. */
const isUnderWay = ({ state }: MoveRow) => state === 'intent' || state === 'undoing'

/** @param row what became of it; none when nothing was done yet */
function actionView(planned: PlannedAction, id: number, row?: MoveRow): ActionView {
  const { file, action, destination, because, category, sizeBytes } = planned
  return {
    id,
    file: showPath(file),
    action,
    destination: destination === null || action === 'skip' ? null : showPath(destination),
    reason: reasonOf(planned),
    because,
    category,
    size_bytes: sizeBytes,
    state: row?.state ?? plannedState(planned),
    outcome: row === undefined || isUnderWay(row) ? null : row.outcome,
  }
}

/** What {@link viewPlan} would answer about a plan that was only just made. */
export function viewSavedPlan(plan: SavedPlan, { limit, offset }: Pick<ViewOptions, 'limit' | 'offset'>): PlanView {
  return {
    plan_id: plan.id,
    directory: showPath(plan.directory),
    status: 'planned',
    dry_run: true,
    recursive: plan.recursive,
    files_analyzed: plan.filesAnalyzed,
    summary: summaryView(plan.summary),
    engine: engineOf(plan.model),
    model: plan.model,
    notes: plan.notes,
    created_at: plan.createdAt,
    applied_at: null,
    undone_at: null,
    actions: plan.actions.slice(offset, offset + limit).map((action, i) => actionView(action, offset + i)),
    actions_total: plan.actions.length,
    offset,
  }
}

/** What changed about the file since it was planned, or since it was moved. */
function staleness(directory: RawPath, planned: PlannedAction, row: MoveRow | undefined): string | null {
  const { file, destination, identity } = planned
  const isDone = row?.state === 'done' || row?.state === 'undoing'
  if (identity === '' || row?.state === 'undone') return null
  const path = isDone && destination !== null ? destination : file
  return describeChange(isDone ? (row.moved ?? identity) : identity, lstatOrNull(fsPath(joinPath(directory, path))))
}

export interface ViewOptions {
  limit: number
  offset: number
  /** Only actions of this sort. */
  action?: 'move' | 'rename' | 'skip' | 'any'
  /** Look at the files and say what changed since. */
  check?: boolean
}

async function planRow(store: Store, id: string): Promise<PlanRow> {
  const row = await store.db
    .selectFrom('cleanup_plans')
    .selectAll()
    .where('id', '=', id)
    .where('status', '!=', 'making')
    .executeTakeFirst()
  if (row !== undefined) return row
  throw new AppError('not-found', `There is no cleanup plan ${id}.`, {
    hint: 'hwc-ai cleanup list shows those there are.',
  })
}

/** The actions that fit, a chunk in memory at a time: packed they take several times the memory of what is shown of them. */
async function pageOf(store: Store, plan: PlanRow, options: ViewOptions): Promise<ActionView[]> {
  const { action = 'any', check = false, limit, offset } = options
  const directory = rawFromBytes(plan.directory)
  const page: ActionView[] = []
  let leaveOut = offset
  for (const head of await chunkHeads(store.db, plan.n)) {
    if (page.length >= limit) break
    const fitting = action === 'any' ? sizeOf(head) : head[action]
    if (fitting <= leaveOut) {
      leaveOut -= fitting
      continue
    }
    const [actions, rows] = [await readChunk(store.db, plan.n, head.first), await movesOf(store, plan.n, head)]
    const shown = actions
      .map((planned, i) => ({ planned, id: head.first + i }))
      .filter(({ planned }) => action === 'any' || planned.action === action)
      .slice(leaveOut, leaveOut + limit - page.length)
    for (const { planned, id } of shown) {
      const row = rows.get(id)
      const view = actionView(planned, id, row)
      page.push(check ? { ...view, stale: staleness(directory, planned, row) } : view)
    }
    leaveOut = 0
  }
  return page
}

/** @throws AppError `not-found` */
export async function viewPlan(store: Store, id: string, options: ViewOptions): Promise<PlanView> {
  const plan = await planRow(store, id)
  const head = headView(plan)
  const { action = 'any', offset } = options
  return {
    ...head,
    actions: await pageOf(store, plan, options),
    actions_total: action === 'any' ? plan.actions : head.summary[action],
    offset,
  }
}

/** Plans, the newest first. */
export async function listPlans(
  store: Store,
  limit: number,
  offset: number,
): Promise<{ plans: PlanHeadView[]; total: number }> {
  const all = store.db.selectFrom('cleanup_plans').where('status', '!=', 'making')
  const plans = await all.selectAll().orderBy('n', 'desc').limit(limit).offset(offset).execute()
  const { total } = await all.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  return { plans: plans.map(headView), total }
}
