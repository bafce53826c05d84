import type { Generated } from 'kysely'
import type { Migration } from '../migrate.ts'

export interface ToolTables {
  /** Every call of a tool, ours or one behind the gateway. Arguments and answers are not kept: they may hold anything. */
  tool_calls: {
    n: Generated<number>
    /** Milliseconds since 1970. */
    at: number
    /** How it came: `openapi` or `mcp`. */
    face: string
    /** `workflows`, or the name of the server behind the gateway. */
    server: string
    tool: string
    principal_id: string
    principal_name: string
    duration_ms: number
    /** Null when it worked, else the error's code. */
    error: string | null
    /** The run it began, when there is one. */
    run_id: string | null
  }
  /** Secrets of other programs, sealed with a key that lies beside the database and not in it. */
  sealed_secrets: {
    name: string
    sealed: string
    updated_at: string
  }
  /** What was written into Open WebUI's list, to tell whether someone edited it there since. */
  tool_registrations: {
    /** Id of the connection in Open WebUI. */
    id: string
    /** How it was wanted and how it stood then, field by field, as JSON; keys as digests only (`lib/open-webui/registrations.ts`). */
    connection: string
    /** Digest of the key that was written. */
    key_digest: string | null
    /** Our own key that was made for it; null for other servers. */
    key_id: string | null
    applied_at: string
  }
}

export const migration: Migration = {
  id: '0008-tools',
  statements: [
    `CREATE TABLE tool_calls (
      n INTEGER PRIMARY KEY, at INTEGER NOT NULL, face TEXT NOT NULL, server TEXT NOT NULL, tool TEXT NOT NULL,
      principal_id TEXT NOT NULL, principal_name TEXT NOT NULL, duration_ms REAL NOT NULL, error TEXT, run_id TEXT) STRICT`,
    `CREATE INDEX tool_calls_by_server ON tool_calls (server, at)`,
    `CREATE INDEX tool_calls_by_time ON tool_calls (at)`,
    `CREATE TABLE sealed_secrets (name TEXT PRIMARY KEY, sealed TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    `CREATE TABLE tool_registrations (
      id TEXT PRIMARY KEY, connection TEXT NOT NULL, key_digest TEXT, key_id TEXT, applied_at TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  ],
}
