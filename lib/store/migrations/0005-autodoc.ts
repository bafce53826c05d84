import type { Migration } from '../migrate.ts'

export interface AutodocTables {
  /** The newest document of each file and style. Times are ISO 8601 in UTC. */
  autodoc_documents: {
    id: string
    /** Absolute, symlinks resolved. */
    file_path: string
    style: 'technical' | 'user-friendly'
    language: string
    /** SHA-256 of the source that was documented. */
    source_digest: string
    documentation: string
    /** JSON array of the section titles. */
    sections: string
    symbols: number
    documented: number
    total: number
    engine: string
    model: string | null
    created_at: string
  }
}

export const migration: Migration = {
  id: '0005-autodoc',
  statements: [
    `CREATE TABLE autodoc_documents (
      id TEXT PRIMARY KEY, file_path TEXT NOT NULL, style TEXT NOT NULL, language TEXT NOT NULL, source_digest TEXT NOT NULL,
      documentation TEXT NOT NULL, sections TEXT NOT NULL, symbols INTEGER NOT NULL, documented INTEGER NOT NULL,
      total INTEGER NOT NULL, engine TEXT NOT NULL, model TEXT, created_at TEXT NOT NULL,
      UNIQUE (file_path, style)) STRICT`,
    `CREATE INDEX autodoc_documents_by_time ON autodoc_documents (created_at DESC)`,
  ],
}
