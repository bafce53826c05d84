/** What is known of the checks now, for the API, the pages and the metrics. */
import { howLong } from './message.ts'
import type { CheckState } from './state.ts'
import type { Outcome, PlannedCheck, Status } from './types.ts'

export interface CheckReport extends Outcome {
  id: string
  title: string
  /** Since when the state is in force; null before the first result. */
  since: Date | null
  /** What the last run said, where that is not in force yet. */
  lastStatus: Status | null
  lastAt: Date | null
  durationMs: number | null
  nextWithinMs: number
  /** True when it should have run long since: its state is then of the past. */
  overdue: boolean
  public: boolean
}

const NOT_YET: Outcome = { status: 'unknown', expected: 'a first result', actual: 'it has not run yet', hint: null }

/**
 * @param live whether this process runs the checks: then one that is overdue is down, else it can only not be told
 */
export function reportOf(
  check: PlannedCheck,
  state: CheckState | null,
  overdue: boolean,
  live: boolean,
  now: Date,
): CheckReport {
  const { id, title, intervalMs } = check
  const base = { id, title, overdue, public: check.public, nextWithinMs: intervalMs }
  if (state === null) return { ...base, ...NOT_YET, since: null, lastStatus: null, lastAt: null, durationMs: null }
  const { last } = state
  const report = {
    ...base,
    status: state.status ?? 'unknown',
    expected: last.expected,
    actual: last.actual,
    hint: last.hint,
    since: state.since,
    lastStatus: last.status,
    lastAt: last.at,
    durationMs: last.durationMs,
  }
  if (!overdue) return report
  const ago = howLong(Math.max(0, now.getTime() - last.at.getTime()))
  return {
    ...report,
    status: live ? 'down' : 'unknown',
    expected: `a result every ${howLong(intervalMs)}`,
    actual: `it last ran ${ago} ago; then: ${last.actual}`,
    hint: live
      ? 'Restart the app; its log says what it was busy with.'
      : 'No server runs the checks: start it with `hwc-ai serve`.',
  }
}
