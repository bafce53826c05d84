/** What is told to people when something changes: sentences that a tired person understands at night. */
import * as z from 'zod'
import type { Incident, IncidentEvent } from './incident.ts'
import { type Status, STATUSES } from './types.ts'

export const messageSchema = z.object({
  /** The same for every attempt to send it, so that a receiver can tell a repetition. */
  id: z.string(),
  event: z.enum(['opened', 'worse', 'resolved', 'weekly', 'test']),
  /** Id of the incident, where it is about one. */
  incident: z.string().nullable(),
  /** Id of the check, where it is about one. */
  check: z.string().nullable(),
  status: z.enum(STATUSES),
  /** One short line. */
  title: z.string(),
  /** Whole sentences. */
  text: z.string(),
  /** ISO 8601, UTC. */
  since: z.string(),
  until: z.string().nullable(),
})
export type Message = z.output<typeof messageSchema>

const WHEN = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** A time in local words: `Tuesday 24 Nov, 03:10`. */
export function when(at: Date): string {
  const parts = new Map(WHEN.formatToParts(at).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  return `${part('weekday')} ${part('day')} ${part('month')}, ${part('hour')}:${part('minute')}`
}

/** A time span in the two largest units: `2 h 5 min`. */
export function howLong(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} s`
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}

const STATE_WORDS: Readonly<Record<Status, string>> = {
  ok: 'is well',
  degraded: 'needs attention',
  down: 'is down',
  unknown: 'cannot be checked',
}

/** Subject and state: `Ollama is down`. */
export function headline(title: string, status: Status): string {
  return `${title} ${STATE_WORDS[status]}`
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`

/** The message about an incident. */
export function incidentMessage(incident: Incident, event: IncidentEvent): Message {
  const { endedAt, startedAt } = incident
  const about = { incident: incident.id, check: incident.checkId, since: startedAt.toISOString() }
  if (event === 'resolved' && endedAt !== null) {
    const lasted = howLong(endedAt.getTime() - startedAt.getTime())
    return {
      ...about,
      id: `${incident.id}:resolved`,
      event,
      status: 'ok',
      title: `${headline(incident.title, 'ok')} again`,
      text: `${headline(incident.title, 'ok')} again since ${when(endedAt)}. It was not for ${lasted}, from ${when(startedAt)} on. What was found then: ${sentence(incident.actual)}`,
      until: endedAt.toISOString(),
    }
  }
  const title = headline(incident.title, incident.severity)
  return {
    ...about,
    id: `${incident.id}:${incident.severity}`,
    event,
    status: incident.severity,
    title,
    text: [
      `${title} since ${when(startedAt)}.`,
      sentence(incident.actual),
      `Expected: ${sentence(incident.expected)}`,
      ...(incident.hint === null ? [] : [`What to do: ${sentence(incident.hint)}`]),
    ].join(' '),
    until: null,
  }
}
