/** Health as text, for a person at a terminal. */
import type * as z from 'zod'
import { howLong, when } from './message.ts'
import type { checkSchema, incidentSchema } from './schema.ts'
import type { Status } from './types.ts'

type ShownCheck = z.output<typeof checkSchema>

const MARKS: Readonly<Record<Status, string>> = { ok: '✓', unknown: '?', degraded: '!', down: '✗' }

/** One line when all is well, else what is, what should be, and what to do. */
function checkLines(check: ShownCheck, status: Status): string[] {
  const took = check.duration_ms === null ? '' : ` (${Math.round(check.duration_ms)} ms)`
  const head = `${MARKS[status]} ${status.padEnd(8)} ${check.title}`
  if (status === 'ok') return [`${head}: ${check.actual}${took}`]
  return [
    `${head}${took}`,
    `    is:       ${check.actual}`,
    `    expected: ${check.expected}`,
    ...(check.hint === null ? [] : [`    do:       ${check.hint}`]),
  ]
}

function summary(statuses: readonly Status[]): string {
  const count = (status: Status) => statuses.filter((one) => one === status).length
  const bad = (['down', 'degraded', 'unknown'] as const).filter((status) => count(status) > 0)
  if (statuses.length === 0) return 'There is nothing to check.'
  if (bad.length === 0) return `All ${statuses.length} checks are well.`
  return `${bad.map((status) => `${count(status)} ${status}`).join(', ')}, ${count('ok')} ok.`
}

/** What the checks found just now. */
export function renderDoctor(checks: readonly ShownCheck[]): string {
  const statuses = checks.map(({ last_status, status }) => last_status ?? status)
  return [...checks.flatMap((check, i) => checkLines(check, statuses[i] ?? 'unknown')), '', summary(statuses)].join(
    '\n',
  )
}

/** The states in force. */
export function renderChecks(checks: readonly ShownCheck[]): string {
  const lines = checks.flatMap((check) => {
    const since = check.since === null ? [] : [`    since:    ${when(new Date(check.since))}`]
    return [...checkLines(check, check.status), ...(check.status === 'ok' ? [] : since)]
  })
  return [...lines, '', summary(checks.map(({ status }) => status))].join('\n')
}

interface ShownIncidents {
  incidents: readonly z.output<typeof incidentSchema>[]
  older: string | null
}

export function renderIncidents({ incidents, older }: ShownIncidents): string {
  if (incidents.length === 0) return 'There was no incident.'
  const lines = incidents.map(({ started_at, duration_ms, severity, title, actual }) => {
    const lasted = duration_ms === null ? 'still open' : `for ${howLong(duration_ms)}`
    return `${when(new Date(started_at))}  ${severity.padEnd(8)} ${title}, ${lasted}\n    ${actual}`
  })
  return [...lines, ...(older === null ? [] : [`Older ones: hwc-ai health incidents --before ${older}`])].join('\n')
}
