/** Applies, undoes and recovers whole plans: takes the plan, settles what was interrupted, moves, and lets go of it. */
import { AppError, isDiskFull, type ErrorCode } from '#lib/errors/index.ts'
import { isWithin, fsPath, showPath, type RawPath } from '#lib/files/raw-path.ts'
import { realAllowedFolders, realPath, type AllowedFolders } from '#lib/files/allowed-folder.ts'
import type { Disk } from '#lib/files/disk.ts'
import { lstatOrNull } from '#lib/files/identity.ts'
import { OpenFilesWatch } from '#lib/files/open-files.ts'
import { FolderCache } from '#lib/files/pinned-folder.ts'
import { processOwner } from '#lib/process/index.ts'
import type { Store } from '#lib/store/index.ts'
import {
  abandonedPlans,
  countIn,
  findPlan,
  type PlanHead,
  type PlanStatus,
  recount,
  releasePlan,
  setDurability,
  takePlan,
} from '../journal.ts'
import { STATES, type Direction, type MoveContext } from './context.ts'
import { removeEmptyFolders } from './folders.ts'
import { runMoves } from './run-moves.ts'
import { settle } from './settle.ts'

export interface MoveOptions {
  store: Store
  disk: Disk
  allowed: AllowedFolders
  now: () => Date
  /** Told how many files were tried so far; returns true to stop after the batch. */
  progress: (tried: number, total: number) => boolean
}

/** Statuses that each direction can start from. */
const STARTS: Readonly<Record<Direction, readonly PlanStatus[]>> = {
  apply: ['planned', 'stopped'],
  undo: ['applied', 'stopped', 'partly-undone'],
}
const BUSY: Readonly<Record<Direction, 'applying' | 'undoing'>> = { apply: 'applying', undo: 'undoing' }

const WORDS: Readonly<Record<PlanStatus, string>> = {
  making: 'is still being made',
  planned: 'was not applied yet',
  applying: 'is being applied now',
  stopped: 'was stopped half-way',
  applied: 'was applied already',
  undoing: 'is being undone now',
  undone: 'was undone already',
  'partly-undone': 'was undone in part',
}

const HINTS: Partial<Record<PlanStatus, string>> = {
  applied: 'Undo it, or plan the folder anew.',
  undone: 'Plan the folder anew to see what it would do now.',
  planned: 'Apply it first; there is nothing to undo.',
  'partly-undone': 'Undo it again, or plan the folder anew.',
}

async function planOf(store: Store, id: string): Promise<PlanHead> {
  const plan = await findPlan(store, id)
  if (plan !== null) return plan
  throw new AppError('not-found', `There is no cleanup plan ${id}.`, {
    hint: 'hwc-ai cleanup list shows those there are.',
  })
}

function checkFolder(directory: RawPath, allowed: AllowedFolders): void {
  const refuse = (code: ErrorCode, message: string, hint: string) => new AppError(code, message, { hint })
  const shown = showPath(directory)
  if (!realAllowedFolders(allowed).some((root) => isWithin(root, directory)))
    throw refuse(
      'path-not-allowed',
      `${shown} is no longer a folder that may be changed.`,
      `Add it to the setting ${allowed.setting}.`,
    )
  if (lstatOrNull(fsPath(directory))?.isDirectory() !== true || realPath(directory) !== directory)
    throw refuse('plan-stale', `${shown} is not the folder that was planned any more.`, 'Plan the folder anew.')
}

/** What a plan is called after its moves ran, by what is left of them. */
async function statusAfter(context: MoveContext, end: 'all' | 'stopped'): Promise<PlanStatus> {
  if (context.direction === 'apply') return end === 'all' ? 'applied' : 'stopped'
  const left = await countIn(context.store, context.plan.n, STATES.undo.before)
  return left === 0 ? 'undone' : 'partly-undone'
}

async function letGo(context: MoveContext, status: PlanStatus, now: () => Date): Promise<void> {
  await removeEmptyFolders(context)
  await recount(context.store, context.plan.n)
  await releasePlan(context.store, context.plan.n, status, now())
}

function explain(error: unknown): unknown {
  if (!isDiskFull(error)) return error
  return new AppError('disk-full', 'The disk is full; the cleanup stopped after the last file that was moved whole.', {
    cause: error,
    hint: 'Free some space, then apply the plan again to go on, or undo it.',
  })
}

/** Leaves a plan consistent after a failure; where even that fails, it stays taken and is settled at the next try. */
async function giveUp(context: MoveContext, now: () => Date): Promise<void> {
  try {
    await settle(context)
    await letGo(context, context.direction === 'apply' ? 'stopped' : 'partly-undone', now)
  } catch {
    // The first error says more; the journal still holds every intent.
  }
}

/** Does one direction of a plan that this process has taken. */
async function work(plan: PlanHead, direction: Direction, options: MoveOptions): Promise<void> {
  const { store, disk, now } = options
  using folders = new FolderCache()
  const context: MoveContext = {
    store,
    plan,
    direction,
    disk,
    folders,
    openFiles: new OpenFilesWatch(),
    knownFolders: new Set(),
  }
  await setDurability(store, 'FULL')
  try {
    await settle(context)
    const total = await countIn(store, plan.n, STATES[direction].before)
    let tried = 0
    const end = await runMoves(context, (more) => options.progress((tried += more), total))
    await letGo(context, await statusAfter(context, end), now)
  } catch (error) {
    await giveUp(context, now)
    throw explain(error)
  } finally {
    await setDurability(store, 'NORMAL')
  }
}

/** Whether the plan's own process died, or this one lost the thread that worked on it. */
const isAbandoned = (plan: PlanHead, dead: ReadonlySet<string>) => dead.has(plan.id) || plan.owner === processOwner()

/** Finishes what was begun on a plan whose process died. */
async function finishAbandoned(plan: PlanHead, options: MoveOptions): Promise<void> {
  const direction: Direction = plan.status === 'undoing' ? 'undo' : 'apply'
  if (!(await takePlan(options.store, plan, BUSY[direction], processOwner()))) return
  await work(plan, direction, options)
}

/**
 * Applies or undoes a plan. What a dead process left of it is finished first.
 * @throws AppError `not-found`, `plan-state`, `plan-stale`, `path-not-allowed`, `disk-full`
 */
export async function movePlan(id: string, direction: Direction, options: MoveOptions): Promise<void> {
  let plan = await planOf(options.store, id)
  checkFolder(plan.directory, options.allowed)
  if (plan.status === 'applying' || plan.status === 'undoing') {
    const dead = new Set((await abandonedPlans(options.store)).map((abandoned) => abandoned.id))
    if (isAbandoned(plan, dead)) {
      const same = plan.status === BUSY[direction]
      await finishAbandoned(plan, options)
      if (same) return
      plan = await planOf(options.store, id)
    }
  }
  if (
    !STARTS[direction].includes(plan.status) ||
    !(await takePlan(options.store, plan, BUSY[direction], processOwner()))
  ) {
    const { status } = await planOf(options.store, id)
    throw new AppError('plan-state', `The plan ${id} ${WORDS[status]}.`, {
      hint: HINTS[status] ?? 'Wait for it to end, then look again.',
    })
  }
  await work(plan, direction, options)
}

/**
 * Finishes every plan that was interrupted by the death of its process. Plans of living processes are left alone.
 * @param failed told of each plan that could not be finished; it stays as it is and is tried again at the next start
 */
export async function recoverPlans(
  options: MoveOptions,
  failed: (plan: string, error: unknown) => void,
): Promise<number> {
  const plans = await abandonedPlans(options.store)
  for (const plan of plans) {
    try {
      checkFolder(plan.directory, options.allowed)
      await finishAbandoned(plan, options)
    } catch (error) {
      failed(plan.id, error)
    }
  }
  return plans.length
}
