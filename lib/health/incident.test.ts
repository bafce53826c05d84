import { expect, it } from 'vitest'
import { type Incident, nextIncident } from './incident.ts'
import type { Status } from './types.ts'

const at = (minute: number) => new Date(Date.parse('2026-11-23T08:00:00Z') + minute * 60_000)

/** Plays changes of state a minute apart. */
function play(statuses: readonly Status[]): (string | null)[] {
  let open: Incident | null = null
  let from: Status = 'ok'
  return statuses.map((status, minute) => {
    const last = { status, expected: '', actual: status, hint: null, durationMs: 1, at: at(minute) }
    const state = { status, since: at(minute), pending: 0, pendingSince: null, last }
    const step = nextIncident({ id: 'a', title: 'A' }, state, { from, to: status }, open)
    from = status
    open = step === null || step.incident.endedAt !== null ? null : step.incident
    return step === null ? null : `${step.event ?? 'nothing'} ${step.incident.severity}`
  })
}

it.each<[string, Status[], (string | null)[]]>([
  ['well from the start: nothing', ['ok'], [null]],
  ['opened and resolved', ['down', 'ok'], ['opened down', 'resolved down']],
  [
    'worse is told, milder is not, and the worst stays',
    ['degraded', 'down', 'degraded', 'ok'],
    ['opened degraded', 'worse down', 'nothing down', 'resolved down'],
  ],
  [
    'what cannot be told is an incident too',
    ['unknown', 'degraded', 'ok'],
    ['opened unknown', 'worse degraded', 'resolved degraded'],
  ],
  [
    'worse again after milder is nothing new',
    ['down', 'degraded', 'down'],
    ['opened down', 'nothing down', 'nothing down'],
  ],
])('%s', (_title, statuses, steps) => {
  expect(play(statuses)).toEqual(steps)
})

it('a clock that was set back ends no incident before it began', () => {
  const last = { status: 'ok' as const, expected: '', actual: '', hint: null, durationMs: 1, at: at(0) }
  const open: Incident = {
    id: 'inc',
    checkId: 'a',
    title: 'A',
    severity: 'down',
    startedAt: at(60),
    endedAt: null,
    expected: '',
    actual: '',
    hint: null,
  }
  const step = nextIncident(
    { id: 'a', title: 'A' },
    { status: 'ok', since: at(0), pending: 0, pendingSince: null, last },
    { from: 'down', to: 'ok' },
    open,
  )
  expect(step?.incident.endedAt).toEqual(at(60))
})
