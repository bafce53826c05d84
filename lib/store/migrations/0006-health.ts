import type { Generated } from 'kysely'
import type { Migration } from '../migrate.ts'

/** As in `lib/health/types.ts`; kept as a number in the tables that grow. */
type Status = 'ok' | 'degraded' | 'down' | 'unknown'

export interface HealthTables {
  /** One row for each check that was ever run, with what it last said. Times are milliseconds since 1970. */
  health_checks: {
    n: Generated<number>
    id: string
    title: string
    first_seen_at: number
    /** The state in force. */
    status: Status
    since: number
    /** Results in a row that differ from the state in force, and when the first of them came. */
    pending: number
    pending_since: number | null
    last_status: Status
    expected: string
    actual: string
    hint: string | null
    last_at: number
    duration_ms: number
    /** Time between two runs when it last ran, so that another process can tell that it is overdue. */
    interval_ms: number
    /** 0 when the settings no longer ask for it. */
    active: 0 | 1
  }
  /** Every single result of the last days. `status` is its place in `STATUSES` of `lib/health/types.ts`. */
  health_points: { check_n: number; at: number; status: number; duration_ms: number }
  /** Sums per hour and per day. */
  health_bars: {
    /** Width in seconds: 3600 or 86400. */
    width: number
    /** Seconds since 1970; of a day, midnight UTC of the local date. */
    start: number
    check_n: number
    ok: number
    degraded: number
    down: number
    unknown: number
    duration_ms_sum: number
    duration_ms_max: number
  }
  health_incidents: {
    id: string
    check_id: string
    title: string
    /** The worst state it went through. */
    severity: Status
    started_at: number
    ended_at: number | null
    expected: string
    actual: string
    hint: string | null
  }
  /** Messages to notifiers: one for each incident, event and notifier, so that none is sent twice. */
  health_deliveries: {
    id: string
    notifier: string
    /** JSON of the message. */
    message: string
    attempts: number
    created_at: number
    next_at: number
    /** Null while it waits. */
    ended_at: number | null
    /** `sent`, `given-up` or `superseded`. */
    outcome: string | null
    error: string | null
  }
}

export const migration: Migration = {
  id: '0006-health',
  statements: [
    `CREATE TABLE health_checks (
      n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, first_seen_at INTEGER NOT NULL,
      status TEXT NOT NULL, since INTEGER NOT NULL, pending INTEGER NOT NULL, pending_since INTEGER,
      last_status TEXT NOT NULL, expected TEXT NOT NULL, actual TEXT NOT NULL, hint TEXT, last_at INTEGER NOT NULL,
      duration_ms REAL NOT NULL, interval_ms INTEGER NOT NULL, active INTEGER NOT NULL DEFAULT 1) STRICT`,
    `CREATE TABLE health_points (
      check_n INTEGER NOT NULL, at INTEGER NOT NULL, status INTEGER NOT NULL, duration_ms REAL NOT NULL,
      PRIMARY KEY (check_n, at)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE health_bars (
      width INTEGER NOT NULL, start INTEGER NOT NULL, check_n INTEGER NOT NULL, ok INTEGER NOT NULL,
      degraded INTEGER NOT NULL, down INTEGER NOT NULL, unknown INTEGER NOT NULL,
      duration_ms_sum REAL NOT NULL, duration_ms_max REAL NOT NULL,
      PRIMARY KEY (width, check_n, start)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE health_incidents (
      id TEXT PRIMARY KEY, check_id TEXT NOT NULL, title TEXT NOT NULL, severity TEXT NOT NULL,
      started_at INTEGER NOT NULL, ended_at INTEGER, expected TEXT NOT NULL, actual TEXT NOT NULL, hint TEXT) STRICT`,
    `CREATE INDEX health_incidents_by_check ON health_incidents (check_id, started_at DESC)`,
    `CREATE INDEX health_incidents_by_time ON health_incidents (started_at DESC)`,
    `CREATE UNIQUE INDEX health_incidents_open ON health_incidents (check_id) WHERE ended_at IS NULL`,
    `CREATE TABLE health_deliveries (
      id TEXT NOT NULL, notifier TEXT NOT NULL, message TEXT NOT NULL, attempts INTEGER NOT NULL,
      created_at INTEGER NOT NULL, next_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT, error TEXT,
      PRIMARY KEY (id, notifier)) STRICT, WITHOUT ROWID`,
    `CREATE INDEX health_deliveries_waiting ON health_deliveries (next_at) WHERE ended_at IS NULL`,
    // The metrics read the runs that ended since they last looked, whichever process they ran in.
    `CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL`,
  ],
}
