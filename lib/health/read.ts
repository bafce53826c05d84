/** Reads the history: bars for a status page, single results, incidents. */
import { sql } from 'kysely'
import type { Store } from '../store/index.ts'
import { barStart, DAY_S, HOUR_S, toIncident } from './history-rows.ts'
import type { Incident } from './incident.ts'
import { DAYS_SHOWN, HOURS_SHOWN } from './strip-text.ts'
import { type Status, STATUSES } from './types.ts'

/** How a check did in one hour or on one day. */
export interface Bar {
  /** Beginning: of an hour as ISO 8601, of a day as `YYYY-MM-DD`. */
  start: string
  /** The state that a person should see: the worst of at least a twentieth of the results. */
  status: Status
  /** Share of the results that were not down, 0 to 1; those that could not tell are left out; null when none could. */
  up: number | null
  checks: number
  /** Milliseconds. */
  meanMs: number
  maxMs: number
}

interface BarRow {
  check_n: number
  start: number
  ok: number
  degraded: number
  down: number
  unknown: number
  duration_ms_sum: number
  duration_ms_max: number
}

/** A single failure among many results colours no whole day. */
export const SHARE_TO_SHOW = 0.05
const TROUBLES = STATUSES.filter((status) => status !== 'ok').reverse()

function shownStatus(row: BarRow, total: number): Status {
  if (row.ok === total) return 'ok'
  return TROUBLES.find((status) => row[status] > 0 && row[status] >= SHARE_TO_SHOW * total) ?? 'ok'
}

/** Writes starts of bars; two hundred checks share the same few, and writing one takes longer than reading it. */
function startWriter(width: number): (start: number) => string {
  const written = new Map<number, string>()
  return (start) => {
    let text = written.get(start)
    if (text === undefined) {
      const iso = new Date(start * 1000).toISOString()
      text = width === DAY_S ? iso.slice(0, 10) : iso
      written.set(start, text)
    }
    return text
  }
}

function toBar(row: BarRow, write: (start: number) => string): Bar {
  const total = row.ok + row.degraded + row.down + row.unknown
  const told = total - row.unknown
  return {
    start: write(row.start),
    status: shownStatus(row, total),
    up: told === 0 ? null : (told - row.down) / told,
    checks: total,
    meanMs: total === 0 ? 0 : row.duration_ms_sum / total,
    maxMs: row.duration_ms_max,
  }
}

export interface CheckBars {
  /** The last 24 hours, oldest first; an hour without results is left out. */
  hours: Bar[]
  /** The last 90 days, oldest first; a day without results is left out. */
  days: Bar[]
}

async function barRows(store: Store, numbers: readonly number[], width: number, from: number): Promise<BarRow[]> {
  if (numbers.length === 0) return []
  return await store.db
    .selectFrom('health_bars')
    .select(['check_n', 'start', 'ok', 'degraded', 'down', 'unknown', 'duration_ms_sum', 'duration_ms_max'])
    .where('width', '=', width)
    .where('check_n', 'in', [...numbers])
    .where('start', '>=', from)
    .orderBy('check_n')
    .orderBy('start')
    .execute()
}

/** The bars of the named checks, by id; checks that never ran are left out. */
export async function readBars(store: Store, ids: readonly string[], now: Date): Promise<Map<string, CheckBars>> {
  if (ids.length === 0) return new Map()
  const checks = await store.db
    .selectFrom('health_checks')
    .select(['id', 'n'])
    .where('id', 'in', [...ids])
    .execute()
  const bars = new Map(checks.map(({ n }): [number, CheckBars] => [n, { hours: [], days: [] }]))
  const numbers = checks.map(({ n }) => n)
  const hours = await barRows(store, numbers, HOUR_S, barStart(now, HOUR_S) - (HOURS_SHOWN - 1) * HOUR_S)
  const days = await barRows(store, numbers, DAY_S, barStart(now, DAY_S) - (DAYS_SHOWN - 1) * DAY_S)
  const [hour, day] = [startWriter(HOUR_S), startWriter(DAY_S)]
  for (const row of hours) bars.get(row.check_n)?.hours.push(toBar(row, hour))
  for (const row of days) bars.get(row.check_n)?.days.push(toBar(row, day))
  return new Map(checks.flatMap(({ id, n }) => (bars.has(n) ? [[id, bars.get(n) ?? { hours: [], days: [] }]] : [])))
}

/** A single result. */
export interface Point {
  at: Date
  status: Status
  /** Milliseconds. */
  durationMs: number
}

/** The single results of one check since a time, oldest first. */
export async function readPoints(store: Store, id: string, since: Date): Promise<Point[]> {
  const rows = await store.db
    .selectFrom('health_points')
    .innerJoin('health_checks', 'health_checks.n', 'health_points.check_n')
    .select(['health_points.at', 'health_points.status', 'health_points.duration_ms'])
    .where('health_checks.id', '=', id)
    .where('health_points.at', '>=', since.getTime())
    .orderBy('health_points.at')
    .execute()
  return rows.map(({ at, status, duration_ms }) => ({
    at: new Date(at),
    status: STATUSES[status] ?? 'unknown',
    durationMs: duration_ms,
  }))
}

export interface IncidentQuery {
  checkId?: string | undefined
  /** Only those that are not over. */
  open?: boolean | undefined
  /** Only those that are. */
  over?: boolean | undefined
  /** Only those that began before this one. */
  before?: string | undefined
  limit: number
}

/** Incidents, the newest first. */
export async function readIncidents(store: Store, query: IncidentQuery): Promise<Incident[]> {
  let select = store.db
    .selectFrom('health_incidents')
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit)
  if (query.checkId !== undefined) select = select.where('check_id', '=', query.checkId)
  if (query.open === true) select = select.where('ended_at', 'is', null)
  if (query.over === true) select = select.where('ended_at', 'is not', null)
  if (query.before !== undefined)
    select = select.where(
      sql<boolean>`(started_at, id) < (SELECT started_at, id FROM health_incidents WHERE id = ${query.before})`,
    )
  return (await select.execute()).map(toIncident)
}

/** A page of incidents, and the id to go on from; null when there are no older ones. */
export async function incidentPage(
  store: Store,
  query: IncidentQuery,
): Promise<{ incidents: Incident[]; older: string | null }> {
  const found = await readIncidents(store, { ...query, limit: query.limit + 1 })
  const incidents = found.slice(0, query.limit)
  return { incidents, older: found.length > query.limit ? (incidents.at(-1)?.id ?? null) : null }
}
