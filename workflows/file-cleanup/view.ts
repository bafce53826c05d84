/** Stored plans as the API, the command line and the pages show them. */
import { AppError } from '#lib/errors/index.ts'
import { describeChange, lstatOrNull } from '#lib/files/identity.ts'
import { fsPath, joinPath, rawFromBytes, showPath } from '#lib/files/raw-path.ts'
import type { Store, Tables } from '#lib/store/index.ts'
import type { Selectable } from 'kysely'
import * as z from 'zod'
import { engineOf, type SavedPlan, type Summary } from './journal.ts'
import { CAUSES, reasonOf, type PlannedAction } from './plan/action.ts'
import type { ActionView, PlanHeadView, PlanView } from './schema.ts'

type PlanRow = Selectable<Tables['cleanup_plans']>
type ActionRow = Selectable<Tables['cleanup_actions']>

const countsSchema = z.record(z.string(), z.number())
const summarySchema: z.ZodType<Summary> = z.object({
  actions: countsSchema,
  states: countsSchema,
  categories: countsSchema,
  because: countsSchema,
  bytes: z.number(),
})
const causeSchema = z.enum(CAUSES)
const KNOWN_CAUSES: ReadonlyMap<string, ActionView['because']> = new Map(CAUSES.map((cause) => [cause, cause]))

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
    summary: summaryView(summarySchema.parse(JSON.parse(row.summary))),
    engine: row.engine,
    model: row.model,
    notes: z.array(z.string()).parse(JSON.parse(row.notes)),
    created_at: row.created_at,
    applied_at: row.applied_at,
    undone_at: row.undone_at,
  }
}

function actionView(row: ActionRow): ActionView {
  return {
    id: row.seq,
    file: showPath(rawFromBytes(row.file)),
    action: row.action,
    destination: row.destination === null || row.action === 'skip' ? null : showPath(rawFromBytes(row.destination)),
    reason: row.reason,
    because: KNOWN_CAUSES.get(row.because) ?? causeSchema.parse(row.because),
    category: row.category,
    size_bytes: row.size,
    state: row.state,
    // While a move is under way this column holds when it was begun, which only recovery needs.
    outcome: row.state === 'intent' || row.state === 'undoing' ? null : row.outcome,
  }
}

function plannedView(action: PlannedAction, id: number): ActionView {
  const { file, destination, because, category, sizeBytes } = action
  const isSkip = action.action === 'skip'
  return {
    id,
    file: showPath(file),
    action: action.action,
    destination: destination === null || isSkip ? null : showPath(destination),
    reason: reasonOf(action),
    because,
    category,
    size_bytes: sizeBytes,
    state: isSkip ? 'skipped' : 'planned',
    outcome: null,
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
    actions: plan.actions.slice(offset, offset + limit).map((action, i) => plannedView(action, offset + i)),
    actions_total: plan.actions.length,
    offset,
  }
}

/** What changed about the file since it was planned, or since it was moved. */
function staleness(plan: PlanRow, row: ActionRow): string | null {
  const isDone = row.state === 'done' || row.state === 'undoing'
  if (row.identity === '' || row.state === 'undone') return null
  const path = isDone && row.destination !== null ? row.destination : row.file
  const absolute = joinPath(rawFromBytes(plan.directory), rawFromBytes(path))
  return describeChange(isDone ? (row.moved ?? row.identity) : row.identity, lstatOrNull(fsPath(absolute)))
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

/** Rows read at a time: as they come they take several times the memory of what is shown of them. */
const ROWS_AT_ONCE = 500

/** @throws AppError `not-found` */
export async function viewPlan(store: Store, id: string, options: ViewOptions): Promise<PlanView> {
  const plan = await planRow(store, id)
  const { action = 'any', check = false, limit, offset } = options
  let query = store.db.selectFrom('cleanup_actions').selectAll().where('plan', '=', plan.n).orderBy('seq')
  if (action !== 'any') query = query.where('action', '=', action)
  const actions: ActionView[] = []
  let after = -1
  for (let left = limit; left > 0; left = limit - actions.length) {
    const page = Math.min(left, ROWS_AT_ONCE)
    const rows = await query
      .where('seq', '>', after)
      .limit(page)
      .offset(after < 0 ? offset : 0)
      .execute()
    for (const row of rows) actions.push(check ? { ...actionView(row), stale: staleness(plan, row) } : actionView(row))
    after = rows.at(-1)?.seq ?? after
    if (rows.length < page) break
  }
  const head = headView(plan)
  return {
    ...head,
    actions,
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
