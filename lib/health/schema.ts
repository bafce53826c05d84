/** The shapes in which health is shown: the API, the pages and the command line. */
import * as z from 'zod'
import type { Incident } from './incident.ts'
import type { Bar, CheckBars, Point } from './read.ts'
import type { CheckReport } from './report.ts'
import type { Strips } from './strips.ts'
import { STATUSES } from './types.ts'

export const statusSchema = z
  .enum(STATUSES)
  .describe('ok; unknown: the check itself could not tell; degraded: works, but not as it should; down')

const barSchema = z.object({
  start: z.string().describe('The hour (ISO 8601, UTC) or the local day (YYYY-MM-DD)'),
  status: statusSchema.describe('The worst state of at least a twentieth of the results'),
  up: z.number().nullable().describe('Share of the results that were not down, 0 to 1; null when none could tell'),
  checks: z.int().describe('Number of results'),
  mean_ms: z.number().describe('Mean duration of a check in milliseconds'),
  max_ms: z.number().describe('Longest duration of a check in milliseconds'),
})

export const checkSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: statusSchema,
  since: z.iso.datetime().nullable().describe('Since when it is in that state; null before the first result'),
  expected: z.string(),
  actual: z.string(),
  hint: z.string().nullable().describe('What to do; null when all is well'),
  last_status: statusSchema.nullable().describe('What the last run said, before it counts as the state'),
  last_at: z.iso.datetime().nullable(),
  duration_ms: z.number().nullable(),
  interval_ms: z.number().describe('Time between two runs'),
  overdue: z.boolean().describe('Whether it should have run long since'),
  public: z.boolean().describe('Whether it is shown on the public status page'),
})

const uptimes = {
  uptime_24h: z.number().nullable().describe('Share of the results of the last 24 hours that were not down, 0 to 1'),
  uptime_7d: z.number().nullable(),
  uptime_90d: z.number().nullable(),
}

const STRIP =
  'oldest first, a letter for each: o ok, d degraded, x down, u could not be told, . no results; after it, where something was down, the share that was not, in thousandths'

/** A check among many: its history as one short text. */
export const checkWithStripsSchema = checkSchema.extend({
  ...uptimes,
  hours: z.string().describe(`The last 24 hours, ${STRIP}`).meta({ example: 'oooooooooooox750oooooooooo' }),
  days: z.string().describe(`The last 90 days, ${STRIP}`),
})

/** Where the texts of all checks end. */
export const stripEnds = {
  hours_end: z.iso.datetime().describe('The hour of the last letter of `hours`'),
  days_end: z.iso.date().describe('The day of the last letter of `days`'),
}

/** A check by itself: its history in full. */
export const checkWithBarsSchema = checkSchema.extend({
  ...uptimes,
  hours: z.array(barSchema).describe('The last 24 hours, oldest first; hours without results are left out'),
  days: z.array(barSchema).describe('The last 90 days, oldest first; days without results are left out'),
})

export const pointSchema = z.object({ at: z.iso.datetime(), status: statusSchema, duration_ms: z.number() })

export const incidentSchema = z.object({
  id: z.string(),
  check_id: z.string(),
  title: z.string(),
  severity: statusSchema.describe('The worst state it came to'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable().describe('Null while it lasts'),
  duration_ms: z.number().nullable(),
  expected: z.string(),
  actual: z.string(),
  hint: z.string().nullable(),
})

export function shownCheck(report: CheckReport): z.output<typeof checkSchema> {
  const { id, title, status, expected, actual, hint, lastStatus, durationMs, nextWithinMs, overdue } = report
  return {
    id,
    title,
    status,
    since: report.since?.toISOString() ?? null,
    expected,
    actual,
    hint,
    last_status: lastStatus,
    last_at: report.lastAt?.toISOString() ?? null,
    duration_ms: durationMs,
    interval_ms: nextWithinMs,
    overdue,
    public: report.public,
  }
}

/** A check with its strips; without any, it never ran. */
export function shownStrips(report: CheckReport, strips: Strips | undefined): z.output<typeof checkWithStripsSchema> {
  const { hours = '', days = '', uptime } = strips ?? {}
  return {
    ...shownCheck(report),
    uptime_24h: uptime?.day ?? null,
    uptime_7d: uptime?.week ?? null,
    uptime_90d: uptime?.quarter ?? null,
    hours,
    days,
  }
}

function shownBar({ start, status, up, checks, meanMs, maxMs }: Bar): z.output<typeof barSchema> {
  return { start, status, up, checks, mean_ms: meanMs, max_ms: maxMs }
}

export function shownBars({ hours, days }: CheckBars) {
  return { hours: hours.map(shownBar), days: days.map(shownBar) }
}

export function shownPoint({ at, status, durationMs }: Point): z.output<typeof pointSchema> {
  return { at: at.toISOString(), status, duration_ms: durationMs }
}

export function shownIncident(incident: Incident): z.output<typeof incidentSchema> {
  const { startedAt, endedAt } = incident
  return {
    id: incident.id,
    check_id: incident.checkId,
    title: incident.title,
    severity: incident.severity,
    started_at: startedAt.toISOString(),
    ended_at: endedAt?.toISOString() ?? null,
    duration_ms: endedAt === null ? null : endedAt.getTime() - startedAt.getTime(),
    expected: incident.expected,
    actual: incident.actual,
    hint: incident.hint,
  }
}
