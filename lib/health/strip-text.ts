/**
 * The text that stands for a row of bars, oldest first. Each bar is a letter: `o` ok, `d` degraded, `x` down, `u` could not
 * be told, `.` no results; after it, where something was down, the share that was not, in thousandths: `ooo.ox250oo`.
 */
import type { Status } from './types.ts'

/** Bars in a row. */
export const HOURS_SHOWN = 24
export const DAYS_SHOWN = 90

export interface StripBar {
  /** Null: there are no results. */
  status: Status | null
  /** Share of the results that were not down, 0 to 1; null when none could tell. */
  up: number | null
}

const STATES: Readonly<Record<string, Status>> = { o: 'ok', d: 'degraded', x: 'down', u: 'unknown' }

/** Reads such a text; what is no bar is passed over. */
export function parseStrip(text: string): StripBar[] {
  return [...text.matchAll(/([odxu.])(\d*)/g)].map(([, letter = '.', share = '']) => {
    const status = STATES[letter] ?? null
    if (share !== '') return { status, up: Number(share) / 1000 }
    return { status, up: status === null || status === 'unknown' ? null : 1 }
  })
}
