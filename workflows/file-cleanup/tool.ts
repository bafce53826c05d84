/** File cleanup as a model sees it: what it is told, and answers that are counts and a few examples. */
import type { Settings } from '#lib/config/index.ts'
import type { LinkTo, ToolFace } from '#lib/operations/types.ts'
import { shorten, shortenPath } from '#lib/tools/small.ts'
import type * as z from 'zod'
import type { ActionView, planListSchema, PlanHeadView, PlanView } from './schema.ts'

/** Actions looked at for the examples of a plan, and for what went wrong. */
const LOOK_AT = 200
const SAMPLE = 12
const PER_FOLDER = 3
/** Actions on one page of a plan, which has to fit into a small answer. */
const PAGE = 20
const MAX_PATH = 60
const MAX_REASON = 50
const MAX_FOLDERS = 8

const pageOf = ({ plan_id }: PlanHeadView, link: LinkTo) => link(`/cleanup/${encodeURIComponent(plan_id)}`)

/** `a.pdf -> Documents/2026/a.pdf`, or why it stays. */
function moveText({ file, destination, reason }: ActionView): string {
  const from = shortenPath(file, MAX_PATH)
  return destination === null
    ? `${from} stays: ${shorten(reason, MAX_REASON)}`
    : `${from} -> ${shortenPath(destination, MAX_PATH)}`
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** A few moves into each folder, so that the examples show what the plan is like. */
function sampleOf(actions: readonly ActionView[]): string[] {
  const taken = new Map<string, number>()
  return actions
    .filter(({ destination }) => {
      if (destination === null) return false
      const folder = folderOf(destination)
      const count = (taken.get(folder) ?? 0) + 1
      taken.set(folder, count)
      return count <= PER_FOLDER
    })
    .slice(0, SAMPLE)
    .map(moveText)
}

function headOf(plan: PlanHeadView) {
  const { plan_id, directory, status, files_analyzed, summary } = plan
  return { plan_id, directory, plan_status: status, files: files_analyzed, to_move: summary.move + summary.rename }
}

function planAnswer(plan: PlanView, link: LinkTo) {
  const { summary, notes } = plan
  const { to_move, ...head } = headOf(plan)
  const nothing = to_move === 0
  return {
    ...head,
    to_move,
    stay: summary.skip,
    by_category: summary.by_category,
    by_reason: summary.by_reason,
    examples: sampleOf(plan.actions),
    ...(notes.length === 0 ? {} : { notes: notes.slice(0, 3).map((note) => shorten(note, 200)) }),
    next: nothing
      ? 'Nothing is to be moved. Tell the person.'
      : 'Nothing has been moved yet. Show this to the person and ask. Only if they agree, call apply_file_cleanup with this plan_id.',
    link: pageOf(plan, link),
  }
}

/** What came of moving the files of a plan, there or back. */
function movedAnswer(plan: PlanView, link: LinkTo) {
  const { done, failed, kept, undone } = plan.summary
  const problems = plan.actions.filter(({ outcome }) => outcome !== null)
  return {
    plan_id: plan.plan_id,
    directory: plan.directory,
    plan_status: plan.status,
    moved: done,
    moved_back: undone,
    left_where_they_were: kept,
    failed,
    ...(problems.length === 0
      ? {}
      : {
          problems: problems
            .slice(0, 10)
            .map(({ file, outcome }) => `${shortenPath(file, MAX_PATH)}: ${shorten(outcome ?? '', 120)}`),
        }),
    next:
      plan.status === 'undone'
        ? 'Everything is back where it was.'
        : plan.status === 'applied'
          ? 'Tell the person what was moved, and that undo_file_cleanup takes it back.'
          : 'Tell the person what was left or failed, and why.',
    link: pageOf(plan, link),
  }
}

function pageAnswer(plan: PlanView, link: LinkTo) {
  const shown = plan.offset + plan.actions.length
  return {
    ...headOf(plan),
    actions: plan.actions.map(moveText),
    shown: plan.actions.length === 0 ? 'none' : `${plan.offset + 1} to ${shown} of ${plan.actions_total}`,
    ...(shown < plan.actions_total ? { next: `Call again with offset ${shown} for more.` } : {}),
    link: pageOf(plan, link),
  }
}

function listAnswer({ plans, total }: z.output<typeof planListSchema>, link: LinkTo) {
  return {
    plans: plans.map((plan) => ({
      ...headOf(plan),
      directory: shortenPath(plan.directory, 80),
      made: plan.created_at,
    })),
    total,
    link: link('/cleanup'),
  }
}

function foldersNote(settings: Settings): string {
  const { watchDirs } = settings['local-workflows'].fileCleanup
  if (watchDirs.length === 0)
    return 'No folder may be tidied yet: the person can allow one under Settings, in local-workflows.fileCleanup.watchDirs.'
  const more = watchDirs.length > MAX_FOLDERS ? ` and ${watchDirs.length - MAX_FOLDERS} more` : ''
  return `Allowed folders, and those below them: ${watchDirs.slice(0, MAX_FOLDERS).join(', ')}${more}.`
}

const wholePage = { limit: LOOK_AT, offset: 0 } as const

export const planTool: ToolFace<PlanView> = {
  description:
    'Plans how to tidy a folder: says where each file would go and why. Moves nothing. Use it first whenever someone wants a folder tidied, sorted or cleaned up. Show the plan to the person and ask before apply_file_cleanup. Not for reading, finding or deleting files.',
  note: foldersNote,
  fixed: { dry_run: true, ...wholePage },
  hidden: ['use_model'],
  answer: planAnswer,
}

export const applyTool: ToolFace<PlanView> = {
  description:
    'Moves the files as a plan of plan_file_cleanup says. Use it only after the plan was shown to the person and they agreed in this conversation. Files that changed since then stay. Nothing is deleted or replaced; undo_file_cleanup takes it back.',
  fixed: wholePage,
  answer: movedAnswer,
}

export const undoTool: ToolFace<PlanView> = {
  description:
    'Takes an applied cleanup back: moves its files to where they were. Use it when the person wants that, with the plan_id of the cleanup; list_file_cleanups finds it. Files that changed since then stay.',
  fixed: wholePage,
  answer: movedAnswer,
}

export const showTool: ToolFace<PlanView> = {
  description:
    'Lists the single files of a cleanup plan with where each goes, 20 at a time. Use it when the person asks about more than the examples of plan_file_cleanup, or about one sort of them.',
  fixed: { limit: PAGE },
  hidden: ['check'],
  answer: pageAnswer,
}

export const listTool: ToolFace<z.output<typeof planListSchema>> = {
  description:
    'Lists the latest cleanup plans with their ids, folders and states, 10 at a time. Use it to find the plan_id of an earlier cleanup, such as one to undo.',
  fixed: { limit: 10 },
  answer: listAnswer,
}
