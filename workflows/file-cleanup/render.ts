/** Plans as text for a person at a terminal. */
import { plural } from '#lib/text/plural.ts'
import { minuteInUtc } from '#lib/text/time.ts'
import type { ActionView, PlanHeadView, PlanView } from './schema.ts'

/** Lines of moves and of skipped files that fit a terminal's patience; `--json` has them all. */
const SHOWN_PER_FOLDER = 12
const SHOWN_FOLDERS = 40

/** Control characters in a name could paint over the terminal. */
const CONTROL = /\p{Cc}/gu
const safe = (text: string) => text.replace(CONTROL, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** A size in the unit that suits it, e.g. `1.4 MB`. */
function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, unit] = [bytes, 0]
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? 'B'}`
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const baseOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

const MARKS: Partial<Record<ActionView['state'], string>> = { done: '✓ ', undone: '↩ ', failed: '✗ ', skipped: '– ' }

function moveLine(action: ActionView): string[] {
  const { file, destination } = action
  const name = baseOf(destination ?? file)
  const from = name === file ? '' : `  ← ${safe(file)}`
  const why =
    action.because === 'rule' && !action.reason.includes('taken') && !action.reason.includes('although')
      ? ''
      : `  (${safe(action.reason)})`
  const outcome = action.outcome === null ? [] : [`        ${safe(action.outcome)}`]
  return [`  │ ${MARKS[action.state] ?? ''}${safe(name)}${from}${why}`, ...outcome]
}

function limited<T>(
  items: readonly T[],
  most: number,
  line: (item: T) => string[],
  more: (left: number) => string,
): string[] {
  const left = items.length - most
  return [...items.slice(0, most).flatMap(line), ...(left > 0 ? [more(left)] : [])]
}

function moves(actions: readonly ActionView[]): string[] {
  const folders = Map.groupBy(actions, ({ destination }) => folderOf(destination ?? ''))
  const sorted = [...folders].sort(([a], [b]) => (a < b ? -1 : 1))
  return limited(
    sorted,
    SHOWN_FOLDERS,
    ([folder, inside]) => [
      `  ${folder === '' ? '(same folder, other name)' : `${safe(folder)}/`}  ${plural(inside.length, 'file')}, ${formatBytes(inside.reduce((sum, { size_bytes }) => sum + size_bytes, 0))}`,
      ...limited(inside, SHOWN_PER_FOLDER, moveLine, (left) => `  │ … and ${plural(left, 'more file')}`),
    ],
    (left) => `  … and ${plural(left, 'more folder')}`,
  )
}

function skips(actions: readonly ActionView[]): string[] {
  const reasons = [...Map.groupBy(actions, ({ reason }) => reason)]
  const lines = limited(
    reasons.sort(([, a], [, b]) => b.length - a.length),
    SHOWN_FOLDERS,
    ([reason, files]) => {
      const names = files.slice(0, 5).map(({ file }) => safe(file))
      const rest = files.length > names.length ? `, and ${plural(files.length - names.length, 'more', 'more')}` : ''
      return [`  – ${safe(reason)}`, `      ${names.join(', ')}${rest}`]
    },
    (left) => `  … and ${plural(left, 'more reason')}`,
  )
  return lines.length === 0 ? [] : ['', 'Left alone', ...lines]
}

const NEXT: Readonly<Record<PlanHeadView['status'], (plan: PlanHeadView) => string>> = {
  planned: ({ plan_id, summary }) =>
    summary.move + summary.rename === 0
      ? 'Nothing to do: the folder is tidy.'
      : `Nothing was moved yet. To do it:  hwc-ai cleanup apply ${plan_id}`,
  applying: () => 'It is being applied now.',
  stopped: ({ plan_id }) =>
    `Stopped half-way. To go on:  hwc-ai cleanup apply ${plan_id}   To take it back:  hwc-ai cleanup undo ${plan_id}`,
  applied: ({ plan_id }) => `To take it back:  hwc-ai cleanup undo ${plan_id}`,
  undoing: () => 'It is being undone now.',
  undone: () => 'All is back where it was.',
  'partly-undone': ({ plan_id }) =>
    `Some files changed since and were left. To try again:  hwc-ai cleanup undo ${plan_id}`,
}

function headline({ summary, files_analyzed, status }: PlanHeadView): string {
  const { move, rename, skip, done, undone, failed, kept } = summary
  if (status === 'planned')
    return `${plural(files_analyzed, 'file')}: ${move.toLocaleString('en')} to move, ${rename.toLocaleString('en')} to rename, ${plural(skip, 'entry', 'entries')} left alone`
  const parts = [
    `${plural(done, 'file')} moved`,
    `${undone.toLocaleString('en')} moved back`,
    `${kept.toLocaleString('en')} left as they changed`,
    `${failed.toLocaleString('en')} failed`,
  ]
  return parts.filter((part, i) => i === 0 || !part.startsWith('0 ')).join(', ')
}

/** A plan as a tree of what goes where, then what stays and why. */
export function renderPlan(plan: PlanView): string {
  const moved = plan.actions.filter(({ action }) => action !== 'skip')
  const left = plan.actions.filter(({ action }) => action === 'skip')
  const hidden = plan.actions_total - plan.offset - plan.actions.length
  return [
    `${safe(plan.directory)}   ${plan.plan_id}   ${plan.status}`,
    headline(plan),
    ...plan.notes.map((note) => `Note: ${note}`),
    ...(moved.length > 0 ? ['', ...moves(moved)] : []),
    ...skips(left),
    ...(hidden > 0 ? ['', `${plural(hidden, 'more action')}: --offset ${plan.offset + plan.actions.length}`] : []),
    '',
    NEXT[plan.status](plan),
  ].join('\n')
}

export function renderList({ plans, total }: { plans: readonly PlanHeadView[]; total: number }): string {
  if (plans.length === 0) return 'No cleanup was planned yet. Start with:  hwc-ai cleanup plan FOLDER'
  const rows = plans.map(
    (plan) =>
      `${plan.plan_id}  ${minuteInUtc(plan.created_at)}  ${plan.status.padEnd(13)}  ${safe(plan.directory)}  ${headline(plan)}`,
  )
  return [...rows, ...(total > plans.length ? [`… of ${plural(total, 'plan')}`] : [])].join('\n')
}
