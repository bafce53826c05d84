import { CircleCheck, CircleDashed, LoaderCircle, type LucideIcon, TriangleAlert, Undo2 } from 'lucide-react'
import type { Tone } from '#app/_components/state.tsx'
import type { Action, PlanHead } from './types.ts'

interface Words {
  word: string
  tone: Tone
  icon: LucideIcon
}

const STATUS: Readonly<Record<PlanHead['status'], Words>> = {
  planned: { word: 'Planned', tone: 'none', icon: CircleDashed },
  applying: { word: 'Being applied', tone: 'busy', icon: LoaderCircle },
  stopped: { word: 'Stopped half way', tone: 'warn', icon: TriangleAlert },
  applied: { word: 'Applied', tone: 'good', icon: CircleCheck },
  undoing: { word: 'Being undone', tone: 'busy', icon: LoaderCircle },
  undone: { word: 'Undone', tone: 'none', icon: Undo2 },
  'partly-undone': { word: 'Partly undone', tone: 'warn', icon: TriangleAlert },
}

/** The state of a plan as a mark. */
export function statusMark({ status }: Pick<PlanHead, 'status'>): Words {
  return STATUS[status]
}

/** What the two trees show, which an apply and an undo make the past. */
export function sideWords({ status }: Pick<PlanHead, 'status'>): { before: string; after: string } {
  if (status === 'planned') return { before: 'where the files are', after: 'where they will be' }
  if (status === 'applied') return { before: 'where the files were', after: 'where they are' }
  if (status === 'undone') return { before: 'where the files are again', after: 'where they were meanwhile' }
  return { before: 'where the files come from', after: 'where they belong' }
}

const BECAUSE: Readonly<Record<Action['because'], string>> = {
  rule: 'a rule',
  model: 'the model',
  duplicate: 'a duplicate',
  person: 'your choice',
  'in-place': 'in place already',
  'no-rule': 'no rule matches',
  'left-by-rule': 'a rule leaves it',
  ignored: 'ignored',
  hidden: 'hidden',
  'project-folder': 'project folder',
  link: 'a link',
  'special-file': 'not a plain file',
  'partial-download': 'partial download',
  'open-for-writing': 'in use',
  'read-only': 'read-only',
  unreadable: 'cannot be read',
  blocked: 'blocked',
  excluded: 'left out by you',
}

/** Why an action is what it is, in words. */
export function becauseWord(because: string): string {
  const found = Object.entries(BECAUSE).find(([key]) => key === because)
  return found?.[1] ?? because
}

const STATE: Readonly<Record<Action['state'], string>> = {
  planned: 'planned',
  intent: 'being moved',
  done: 'moved',
  skipped: 'left',
  failed: 'failed',
  undoing: 'being moved back',
  undone: 'moved back',
}

export function stateWord(state: Action['state']): string {
  return STATE[state]
}
