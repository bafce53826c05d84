/** From changes of state to incidents: each has a beginning, an end, and the worst it came to. */
import { newId } from '../ids.ts'
import type { CheckState, Step } from './state.ts'
import { type Check, type Status, STATUSES } from './types.ts'

export interface Incident {
  id: string
  checkId: string
  title: string
  /** The worst state so far; never `ok`. */
  severity: Status
  startedAt: Date
  endedAt: Date | null
  expected: string
  actual: string
  hint: string | null
}

export type IncidentEvent = 'opened' | 'worse' | 'resolved'

export interface IncidentStep {
  incident: Incident
  /** Null when there is nothing to tell: it has become milder, but is not over. */
  event: IncidentEvent | null
}

/** Whether one state is worse than another. */
function isWorse(status: Status, than: Status): boolean {
  return STATUSES.indexOf(status) > STATUSES.indexOf(than)
}

/**
 * What a change of state does to the incident that is open, if one is.
 * @param open the incident of this check, or null
 * @returns null when there is none before or after
 */
export function nextIncident(
  check: Pick<Check, 'id' | 'title'>,
  state: CheckState,
  changed: NonNullable<Step['changed']>,
  open: Incident | null,
): IncidentStep | null {
  if (changed.to === 'ok') return open === null ? null : { incident: ended(open, state.since), event: 'resolved' }
  const { expected, actual, hint } = state.last
  if (open !== null) {
    const worse = isWorse(changed.to, open.severity)
    const severity = worse ? changed.to : open.severity
    return { incident: { ...open, severity, expected, actual, hint }, event: worse ? 'worse' : null }
  }
  const incident: Incident = {
    id: newId('inc', state.since.getTime()),
    checkId: check.id,
    title: check.title,
    severity: changed.to,
    startedAt: state.since,
    endedAt: null,
    expected,
    actual,
    hint,
  }
  return { incident, event: 'opened' }
}

/** A clock that was set back must not end an incident before it began. */
export function ended(incident: Incident, at: Date): Incident {
  return { ...incident, endedAt: new Date(Math.max(at.getTime(), incident.startedAt.getTime())) }
}
