import { Check, CircleDashed, CircleHelp, type LucideIcon, TriangleAlert, X } from 'lucide-react'
import type { HealthStatus } from '#app/_client/types.ts'
import { HEALTH_WORDS } from './health-words.ts'
import { Mark, type Tone } from './state.tsx'

const LOOKS: Readonly<Record<HealthStatus, { tone: Tone; icon: LucideIcon }>> = {
  ok: { tone: 'good', icon: Check },
  degraded: { tone: 'warn', icon: TriangleAlert },
  down: { tone: 'bad', icon: X },
  unknown: { tone: 'none', icon: CircleHelp },
}

/** The state of a check as shape, word and colour. `since`: null before its first result. */
export function HealthMark({
  status,
  since,
  className = 'font-medium',
}: {
  status: HealthStatus
  since?: string | null
  className?: string
}) {
  if (since === null) return <Mark word="Not run yet" tone="none" icon={CircleDashed} className={className} />
  return <Mark word={HEALTH_WORDS[status]} {...LOOKS[status]} className={className} />
}
