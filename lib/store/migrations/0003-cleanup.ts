import type { Generated } from 'kysely'
import type { Migration } from '../migrate.ts'

/** States of a plan; see workflows/file-cleanup/design.md. */
export type PlanStatus =
  'making' | 'planned' | 'applying' | 'stopped' | 'applied' | 'undoing' | 'undone' | 'partly-undone'

/** States of one action; see workflows/file-cleanup/design.md. */
export type ActionState = 'planned' | 'intent' | 'done' | 'skipped' | 'failed' | 'undoing' | 'undone'

export interface CleanupTables {
  cleanup_plans: {
    n: Generated<number>
    id: string
    /** Real path as bytes. */
    directory: Buffer
    recursive: 0 | 1
    status: PlanStatus
    /** `pid:start:boot` of the process that makes, applies or undoes it now; null otherwise. */
    owner: string | null
    files_analyzed: number
    /** Rows in `cleanup_actions`, for pages and for keeping the number of kept ones bounded. */
    actions: number
    /** JSON: counts by action, by state, by category and by cause. */
    summary: string
    engine: string
    model: string | null
    /** JSON array of sentences. */
    notes: string
    created_at: string
    applied_at: string | null
    undone_at: string | null
  }
  cleanup_actions: {
    plan: number
    seq: number
    /** Path relative to the plan's directory, as bytes. */
    file: Buffer
    action: 'move' | 'rename' | 'skip'
    destination: Buffer | null
    reason: string
    /** Why, as a word that programs can count by. */
    because: string
    category: string | null
    size: number
    /** `dev:ino:size:mtimeNs` when it was planned; empty for what is not a file. */
    identity: string
    state: ActionState
    /** How it is moved: `link`, `stub` or `copy`; see design.md. */
    method: string
    /** What came of it, when that is not what was planned. */
    outcome: string | null
    /** Identity after the move, where it is another: after a copy to another device. */
    moved: string | null
  }
  /** Folders made for a plan, so that undo can take the empty ones away. */
  cleanup_folders: { plan: number; path: Buffer }
}

export const migration: Migration = {
  id: '0003-cleanup',
  statements: [
    `CREATE TABLE cleanup_plans (
      n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, directory BLOB NOT NULL, recursive INTEGER NOT NULL, status TEXT NOT NULL,
      owner TEXT, files_analyzed INTEGER NOT NULL, actions INTEGER NOT NULL, summary TEXT NOT NULL, engine TEXT NOT NULL,
      model TEXT, notes TEXT NOT NULL, created_at TEXT NOT NULL, applied_at TEXT, undone_at TEXT) STRICT`,
    `CREATE INDEX cleanup_plans_busy ON cleanup_plans (status) WHERE status IN ('making', 'applying', 'undoing')`,
    `CREATE TABLE cleanup_actions (
      plan INTEGER NOT NULL REFERENCES cleanup_plans (n) ON DELETE CASCADE, seq INTEGER NOT NULL, file BLOB NOT NULL,
      action TEXT NOT NULL, destination BLOB, reason TEXT NOT NULL, because TEXT NOT NULL, category TEXT, size INTEGER NOT NULL,
      identity TEXT NOT NULL, state TEXT NOT NULL, method TEXT NOT NULL DEFAULT 'link', outcome TEXT, moved TEXT,
      PRIMARY KEY (plan, seq)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE cleanup_folders (
      plan INTEGER NOT NULL REFERENCES cleanup_plans (n) ON DELETE CASCADE, path BLOB NOT NULL,
      PRIMARY KEY (plan, path)) STRICT, WITHOUT ROWID`,
  ],
}
