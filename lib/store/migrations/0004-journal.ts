import type { Generated } from 'kysely'
import type { Migration } from '../migrate.ts'

export interface JournalTables {
  /** One row for each entry: a period's Markdown file and what it says, as data. Times are ISO 8601 in UTC. */
  journal_entries: {
    /** The period: a local date, `YYYY-MM-DD`. */
    date: string
    output_path: string
    /** SHA-256 of the file as it was written, so that one edited by a person is never overwritten or removed. */
    sha256: string
    from_at: string
    to_at: string
    /** The range asked for, e.g. `24h`. */
    time_range: string
    lines: number
    /** JSON: the facts of the entry (`workflows/journaling/facts.ts`). */
    facts: string
    /** JSON objects: where each source stood when the entry's reading began, and when it ended. */
    start_cursors: string
    end_cursors: string
    created_at: string
    updated_at: string
  }
  /** Every message template ever seen in a source. */
  journal_templates: {
    id: Generated<number>
    source: string
    text: string
    /** JSON arrays that let the miner know it again (`lib/log-templates`). */
    hashes: string
    kinds: string
    merged: string
    severity: number
    /** JSON: the last example seen, for what has fallen silent. */
    example: string
    first_date: string
    last_date: string
  }
  /** How often each template came in each entry. */
  journal_counts: { date: string; template_id: number; count: number }
}

export const migration: Migration = {
  id: '0004-journal',
  statements: [
    `CREATE TABLE journal_entries (
      date TEXT PRIMARY KEY, output_path TEXT NOT NULL, sha256 TEXT NOT NULL, from_at TEXT NOT NULL, to_at TEXT NOT NULL,
      time_range TEXT NOT NULL, lines INTEGER NOT NULL, facts TEXT NOT NULL,
      start_cursors TEXT NOT NULL, end_cursors TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT`,
    `CREATE TABLE journal_templates (
      id INTEGER PRIMARY KEY, source TEXT NOT NULL, text TEXT NOT NULL, hashes TEXT NOT NULL, kinds TEXT NOT NULL,
      merged TEXT NOT NULL, severity INTEGER NOT NULL, example TEXT NOT NULL, first_date TEXT NOT NULL,
      last_date TEXT NOT NULL) STRICT`,
    `CREATE INDEX journal_templates_by_source ON journal_templates (source, last_date)`,
    `CREATE TABLE journal_counts (
      date TEXT NOT NULL, template_id INTEGER NOT NULL REFERENCES journal_templates (id) ON DELETE CASCADE,
      count INTEGER NOT NULL, PRIMARY KEY (date, template_id)) STRICT, WITHOUT ROWID`,
    `CREATE INDEX journal_counts_by_template ON journal_counts (template_id, date)`,
  ],
}
