import type { ColumnType, Generated } from 'kysely'
import type { Migration } from '../migrate.ts'

type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted'

export interface CoreTables {
  /** One row for each run of a recorded operation. Times are ISO 8601 in UTC. */
  runs: {
    id: string
    workflow: string
    operation: string
    status: RunStatus
    /** SHA-256 of the canonical JSON of the input. */
    input_digest: string
    /** The input, when it is small enough to show; null otherwise. */
    input: string | null
    /** The output as JSON, while it is kept. */
    output: string | null
    /** problem+json of a failure. */
    error: string | null
    engine: string | null
    model: string | null
    prompt_tokens: number
    completion_tokens: number
    principal: string
    /** `pid:start` of the process that runs it, so that another can tell a dead one. */
    owner: string
    cancel_requested: ColumnType<0 | 1, 0 | 1 | undefined, 0 | 1>
    started_at: string
    ended_at: string | null
    duration_ms: number | null
  }
  /** Steps and last progress of a run, in order. */
  run_events: { id: Generated<number>; run_id: string; at: string; event: string }
  api_keys: {
    id: string
    name: string
    /** SHA-256 of the key: it has 256 random bits, so a slow hash adds nothing. */
    hash: string
    /** The first characters, to recognise it by. */
    prefix: string
    /** JSON array. */
    scopes: string
    created_at: string
    last_used_at: string | null
    expires_at: string | null
    revoked_at: string | null
  }
  /** The one administrator: scrypt hash with its parameters. */
  admin: { id: 1; password_hash: string; updated_at: string }
  sessions: { hash: string; created_at: string; expires_at: string; last_seen_at: string; user_agent: string | null }
  first_run_links: { hash: string; created_at: string; expires_at: string; used_at: string | null }
  login_attempts: { id: Generated<number>; source: string; at: string; ok: 0 | 1 }
  /** Values edited in the admin, by path such as `local-workflows.fileCleanup.watchDirs`; value is JSON. */
  setting_values: { path: string; value: string; updated_at: string; updated_by: string }
  /** Small facts such as a cursor or a counter; value is JSON. */
  facts: { name: string; value: string; updated_at: string }
}

export const migration: Migration = {
  id: '0001-core',
  statements: [
    `CREATE TABLE runs (
      id TEXT PRIMARY KEY, workflow TEXT NOT NULL, operation TEXT NOT NULL, status TEXT NOT NULL,
      input_digest TEXT NOT NULL, input TEXT, output TEXT, error TEXT, engine TEXT, model TEXT,
      prompt_tokens INTEGER NOT NULL DEFAULT 0, completion_tokens INTEGER NOT NULL DEFAULT 0,
      principal TEXT NOT NULL, owner TEXT NOT NULL, cancel_requested INTEGER NOT NULL DEFAULT 0,
      started_at TEXT NOT NULL, ended_at TEXT, duration_ms REAL) STRICT`,
    `CREATE INDEX runs_by_workflow ON runs (workflow, started_at DESC)`,
    `CREATE INDEX runs_by_start ON runs (started_at DESC)`,
    `CREATE INDEX runs_live ON runs (status) WHERE status IN ('queued', 'running')`,
    `CREATE TABLE run_events (
      id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      at TEXT NOT NULL, event TEXT NOT NULL) STRICT`,
    `CREATE INDEX run_events_by_run ON run_events (run_id, id)`,
    `CREATE TABLE api_keys (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, prefix TEXT NOT NULL, scopes TEXT NOT NULL,
      created_at TEXT NOT NULL, last_used_at TEXT, expires_at TEXT, revoked_at TEXT) STRICT`,
    `CREATE TABLE admin (id INTEGER PRIMARY KEY CHECK (id = 1), password_hash TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT`,
    `CREATE TABLE sessions (
      hash TEXT PRIMARY KEY, created_at TEXT NOT NULL, expires_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, user_agent TEXT) STRICT`,
    `CREATE TABLE first_run_links (hash TEXT PRIMARY KEY, created_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT) STRICT`,
    `CREATE TABLE login_attempts (
      id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, at TEXT NOT NULL, ok INTEGER NOT NULL) STRICT`,
    `CREATE INDEX login_attempts_by_source ON login_attempts (source, at)`,
    `CREATE TABLE setting_values (path TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at TEXT NOT NULL, updated_by TEXT NOT NULL) STRICT`,
    `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT`,
  ],
}
