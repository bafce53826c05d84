/** When a result becomes a change of state. Pure: a state and a result give the next state. */
import type { Result, Status } from './types.ts'

export interface CheckState {
  /** The state in force; null before there is one. */
  status: Status | null
  /** Since when it is in force. */
  since: Date
  /** Results in a row that differ from it. */
  pending: number
  /** When the first of them came. */
  pendingSince: Date | null
  last: Result
}

export interface Step {
  state: CheckState
  /** Set when the state in force has changed with this result. */
  changed: { from: Status | null; to: Status } | null
}

function settled(result: Result, since: Date): CheckState {
  return { status: result.status, since, pending: 0, pendingSince: null, last: result }
}

/**
 * | state in force | result | next |
 * |---|---|---|
 * | none yet | ok | ok at once |
 * | none yet | other | that, after `needed` results in a row that are not ok |
 * | any | the same | the same; what was pending is forgotten |
 * | any | another | the result's, after `needed` results in a row that differ from the state in force |
 * @param needed results in a row, at least 1
 */
export function advance(before: CheckState | null, result: Result, needed: number): Step {
  const status = before?.status ?? null
  if (before !== null && status === result.status)
    return { state: { ...before, pending: 0, pendingSince: null, last: result }, changed: null }
  if (status === null && result.status === 'ok')
    return { state: settled(result, result.at), changed: { from: null, to: 'ok' } }
  const pending = (before?.pending ?? 0) + 1
  const pendingSince = before?.pendingSince ?? result.at
  if (pending >= needed) return { state: settled(result, pendingSince), changed: { from: status, to: result.status } }
  return { state: { status, since: before?.since ?? result.at, pending, pendingSince, last: result }, changed: null }
}
