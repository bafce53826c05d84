/** The rows of the health history, and writing them. */
import { type Selectable, sql, type Transaction } from 'kysely'
import type { Tables } from '../store/index.ts'
import type { Incident } from './incident.ts'
import type { CheckState } from './state.ts'
import { type PlannedCheck, type Result, STATUSES } from './types.ts'

export const HOUR_S = 3600
export const DAY_S = 86_400

/** Rows in one statement: SQLite takes 32,766 values. */
const ROWS_AT_ONCE = 500

/** Start of the bar that a time falls into, in seconds: of an hour as it is, of a day midnight UTC of the local date. */
export function barStart(at: Date, width: typeof HOUR_S | typeof DAY_S): number {
  if (width === HOUR_S) return Math.floor(at.getTime() / 3_600_000) * HOUR_S
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 1000
}

export interface Entry {
  check: PlannedCheck
  state: CheckState
  result: Result
}

/** A check as it was left by an earlier process. */
export interface KnownCheck {
  n: number
  firstSeen: Date
  state: CheckState
}

type Trx = Transaction<Tables>

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / ROWS_AT_ONCE) }, (_, i) =>
    items.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
  )
}

function checkRow({ check, state, result }: Entry) {
  return {
    id: check.id,
    title: check.title,
    first_seen_at: result.at.getTime(),
    status: state.status ?? 'unknown',
    since: state.since.getTime(),
    pending: state.pending,
    pending_since: state.pendingSince?.getTime() ?? null,
    last_status: result.status,
    expected: result.expected,
    actual: result.actual,
    hint: result.hint,
    last_at: result.at.getTime(),
    duration_ms: result.durationMs,
    interval_ms: check.intervalMs,
    active: 1 as const,
  }
}

export async function writeChecks(trx: Trx, entries: readonly Entry[], numbers: Map<string, number>): Promise<void> {
  const newest = new Map(entries.map((entry) => [entry.check.id, entry]))
  for (const some of chunks([...newest.values()])) {
    const rows = await trx
      .insertInto('health_checks')
      .values(some.map(checkRow))
      .onConflict((on) =>
        on.column('id').doUpdateSet((row) => ({
          title: row.ref('excluded.title'),
          status: row.ref('excluded.status'),
          since: row.ref('excluded.since'),
          pending: row.ref('excluded.pending'),
          pending_since: row.ref('excluded.pending_since'),
          last_status: row.ref('excluded.last_status'),
          expected: row.ref('excluded.expected'),
          actual: row.ref('excluded.actual'),
          hint: row.ref('excluded.hint'),
          last_at: row.ref('excluded.last_at'),
          duration_ms: row.ref('excluded.duration_ms'),
          interval_ms: row.ref('excluded.interval_ms'),
          active: row.ref('excluded.active'),
        })),
      )
      .returning(['id', 'n'])
      .execute()
    for (const { id, n } of rows) numbers.set(id, n)
  }
}

function barRow(width: typeof HOUR_S | typeof DAY_S, n: number, { at, status, durationMs }: Result) {
  const counted = Object.fromEntries(STATUSES.map((name) => [name, name === status ? 1 : 0]))
  return {
    width,
    start: barStart(at, width),
    check_n: n,
    ok: counted['ok'] ?? 0,
    degraded: counted['degraded'] ?? 0,
    down: counted['down'] ?? 0,
    unknown: counted['unknown'] ?? 0,
    duration_ms_sum: durationMs,
    duration_ms_max: durationMs,
  }
}

export async function writeResults(
  trx: Trx,
  entries: readonly Entry[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const numbered = entries.map(({ check, result }) => ({ n: numbers.get(check.id) ?? 0, result }))
  for (const some of chunks(numbered)) {
    await trx
      .insertInto('health_points')
      .values(
        some.map(({ n, result }) => ({
          check_n: n,
          at: result.at.getTime(),
          status: STATUSES.indexOf(result.status),
          duration_ms: result.durationMs,
        })),
      )
      // A clock that was set back can bring the same millisecond again.
      .onConflict((on) => on.columns(['check_n', 'at']).doNothing())
      .execute()
    await trx
      .insertInto('health_bars')
      .values(some.flatMap(({ n, result }) => [barRow(HOUR_S, n, result), barRow(DAY_S, n, result)]))
      .onConflict((on) =>
        on.columns(['width', 'check_n', 'start']).doUpdateSet({
          ok: sql`health_bars.ok + excluded.ok`,
          degraded: sql`health_bars.degraded + excluded.degraded`,
          down: sql`health_bars.down + excluded.down`,
          unknown: sql`health_bars.unknown + excluded.unknown`,
          duration_ms_sum: sql`health_bars.duration_ms_sum + excluded.duration_ms_sum`,
          duration_ms_max: sql`max(health_bars.duration_ms_max, excluded.duration_ms_max)`,
        }),
      )
      .execute()
  }
}

export async function writeIncident(trx: Trx, incident: Incident): Promise<void> {
  const changing = {
    severity: incident.severity,
    ended_at: incident.endedAt?.getTime() ?? null,
    expected: incident.expected,
    actual: incident.actual,
    hint: incident.hint,
  }
  await trx
    .insertInto('health_incidents')
    .values({
      id: incident.id,
      check_id: incident.checkId,
      title: incident.title,
      started_at: incident.startedAt.getTime(),
      ...changing,
    })
    .onConflict((on) => on.column('id').doUpdateSet(changing))
    .execute()
}

/** A check from its row. */
export function toKnown(row: Selectable<Tables['health_checks']>): KnownCheck {
  const last: Result = {
    status: row.last_status,
    expected: row.expected,
    actual: row.actual,
    hint: row.hint,
    durationMs: row.duration_ms,
    at: new Date(row.last_at),
  }
  const state: CheckState = {
    status: row.status,
    since: new Date(row.since),
    pending: row.pending,
    pendingSince: row.pending_since === null ? null : new Date(row.pending_since),
    last,
  }
  return { n: row.n, firstSeen: new Date(row.first_seen_at), state }
}

interface IncidentRow {
  id: string
  check_id: string
  title: string
  severity: Incident['severity']
  started_at: number
  ended_at: number | null
  expected: string
  actual: string
  hint: string | null
}

/** An incident from its row. */
export function toIncident(row: IncidentRow): Incident {
  return {
    id: row.id,
    checkId: row.check_id,
    title: row.title,
    severity: row.severity,
    startedAt: new Date(row.started_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    expected: row.expected,
    actual: row.actual,
    hint: row.hint,
  }
}
