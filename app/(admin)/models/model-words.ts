/** States and plans of models in words. */
import {
  Check,
  CircleDashed,
  CircleHelp,
  Download,
  FlaskConical,
  type LucideIcon,
  RefreshCw,
  TriangleAlert,
  X,
} from 'lucide-react'
import type { ModelAction, ModelState } from '#app/_client/types.ts'
import type { Tone } from '#app/_components/state.tsx'

interface Look {
  word: string
  tone: Tone
  icon: LucideIcon
}

export const STATE_LOOKS: Readonly<Record<ModelState['state'], Look>> = {
  ready: { word: 'Ready', tone: 'good', icon: Check },
  unproven: { word: 'Not proven yet', tone: 'none', icon: FlaskConical },
  failed: { word: 'Failed', tone: 'bad', icon: X },
  missing: { word: 'Missing', tone: 'warn', icon: TriangleAlert },
  undeclared: { word: 'Not asked for', tone: 'none', icon: CircleDashed },
  unknown: { word: 'Not known', tone: 'none', icon: CircleHelp },
}

export const ACTION_LOOKS: Readonly<Record<ModelAction['action'], Look>> = {
  pull: { word: 'Pull', tone: 'busy', icon: Download },
  update: { word: 'Update', tone: 'busy', icon: RefreshCw },
  verify: { word: 'Test', tone: 'busy', icon: FlaskConical },
  keep: { word: 'Keep', tone: 'good', icon: Check },
  undeclared: { word: 'Not asked for', tone: 'none', icon: CircleDashed },
}

/** Whether carrying out the plan does anything about this model. */
export function isChange({ action }: ModelAction): boolean {
  return action === 'pull' || action === 'update' || action === 'verify'
}

/** Tokens per second, short. */
export function speed(tokensPerSecond: number): string {
  return `${tokensPerSecond < 9.95 ? tokensPerSecond.toFixed(1) : tokensPerSecond.toFixed(0)} tokens/s`
}
