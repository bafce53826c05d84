import type { ColumnType, Generated } from 'kysely'
import type { Migration } from '../migrate.ts'

export interface ModelTables {
  /** One row for each model that was ever looked after. Times are ISO 8601 in UTC. */
  models: {
    /** In lower case, with its tag. */
    key: string
    name: string
    /** Ollama's digest of the version that has proven itself; null when none has. */
    proven_digest: string | null
    proven_at: string | null
    /** 1 when its files were read and hashed, 0 when their folder cannot be read from here. */
    hashed: ColumnType<0 | 1, 0 | 1 | undefined, 0 | 1>
    /** Why the last attempt at it failed; null when it did not. */
    reason: string | null
    hint: string | null
    /** Failures in a row. */
    attempts: number
    /** When it is tried again by itself. */
    retry_at: string | null
    /** SHA-256 of the manifest at the registry that `proven_digest` came from, where the two differ in form. */
    upstream: string | null
    /** The same of a newer version that failed its test. */
    rejected: string | null
    /** Digests, as JSON, of files found damaged that could not be taken away from here. */
    damaged: string | null
    updated_at: string
  }
  /** Every test of a model, and every time one was found missing. */
  model_tests: {
    n: Generated<number>
    key: string
    digest: string | null
    at: string
    ok: 0 | 1
    reason: string | null
    tokens: number | null
    /** Milliseconds. */
    load_ms: number | null
    total_ms: number | null
    tokens_per_second: number | null
    /** Share on a graphics card in percent. */
    gpu_percent: number | null
  }
}

export const migration: Migration = {
  id: '0007-models',
  statements: [
    `CREATE TABLE models (
      key TEXT PRIMARY KEY, name TEXT NOT NULL, proven_digest TEXT, proven_at TEXT, hashed INTEGER NOT NULL DEFAULT 0,
      reason TEXT, hint TEXT, attempts INTEGER NOT NULL DEFAULT 0, retry_at TEXT, upstream TEXT, rejected TEXT,
      damaged TEXT, updated_at TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    `CREATE TABLE model_tests (
      n INTEGER PRIMARY KEY, key TEXT NOT NULL, digest TEXT, at TEXT NOT NULL, ok INTEGER NOT NULL, reason TEXT,
      tokens INTEGER, load_ms REAL, total_ms REAL, tokens_per_second REAL, gpu_percent INTEGER) STRICT`,
    `CREATE INDEX model_tests_by_model ON model_tests (key, at)`,
  ],
}
