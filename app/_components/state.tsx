import {
  Ban,
  Check,
  CircleDashed,
  CircleDot,
  Clock,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
  Unplug,
  X,
} from 'lucide-react'
import { classes } from './classes.ts'

/** `busy` turns; `due` is what will be done. */
export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'due' | 'none'

const TEXT: Readonly<Record<Tone, string>> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  busy: 'text-accent',
  due: 'text-accent',
  none: 'text-dim',
}

const SHAPES: Readonly<Record<Tone, LucideIcon>> = {
  good: Check,
  warn: TriangleAlert,
  bad: TriangleAlert,
  busy: LoaderCircle,
  due: CircleDot,
  none: CircleDashed,
}

interface StateLook {
  word: string
  tone: Tone
  icon: LucideIcon
}

const STATES: Readonly<Record<string, StateLook>> = {
  queued: { word: 'Waiting', tone: 'none', icon: Clock },
  running: { word: 'Running', tone: 'busy', icon: LoaderCircle },
  succeeded: { word: 'Done', tone: 'good', icon: Check },
  failed: { word: 'Failed', tone: 'bad', icon: X },
  cancelled: { word: 'Cancelled', tone: 'none', icon: Ban },
  interrupted: { word: 'Interrupted', tone: 'warn', icon: Unplug },
  'never-run': { word: 'Never run', tone: 'none', icon: CircleDashed },
}

/** A state as shape, word and colour. */
export function State({ state, className }: { state: string; className?: string }) {
  const { word, tone, icon } = STATES[state] ?? { word: state, tone: 'none' as const, icon: CircleDashed }
  return <Mark word={word} tone={tone} icon={icon} {...(className === undefined ? {} : { className })} />
}

/** Any state in words, with its icon and tone. */
export function Mark({
  word,
  tone,
  icon: Icon,
  className,
}: {
  word: string
  tone: Tone
  icon?: LucideIcon
  className?: string
}) {
  const Shape = Icon ?? SHAPES[tone]
  return (
    <span className={classes('inline-flex items-center gap-1.5 whitespace-nowrap', TEXT[tone], className)}>
      <Shape aria-hidden className={classes('size-4 shrink-0', tone === 'busy' && 'animate-spin')} />
      {word}
    </span>
  )
}
