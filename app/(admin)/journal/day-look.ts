/** How a day looks in the calendar: what its entry counted decides, the gravest first. */
import { count } from '#app/_components/format.ts'
import type { EntrySummary } from './types.ts'

export type DayMark = 'errors' | 'change' | 'entry'

/** What the calendar's legend says of each mark. */
export const MARK_WORDS: Readonly<Record<DayMark, string>> = {
  errors: 'errors',
  change: 'rising or silent',
  entry: 'an entry',
}

type Totals = EntrySummary['group_totals']

export function markOf({ severe, rising, silent }: Totals): DayMark {
  return severe > 0 ? 'errors' : rising + silent > 0 ? 'change' : 'entry'
}

/** A day in words, e.g. `2,400 lines, 1 kind of errors, 2 rising`. */
export function dayWords({
  lines,
  group_totals: { severe, rising, silent },
}: Pick<EntrySummary, 'lines' | 'group_totals'>): string {
  return [
    count(lines, 'line'),
    ...(severe > 0 ? [count(severe, 'kind of errors', 'kinds of errors')] : []),
    ...(rising > 0 ? [`${rising} rising`] : []),
    ...(silent > 0 ? [`${silent} fallen silent`] : []),
  ].join(', ')
}
