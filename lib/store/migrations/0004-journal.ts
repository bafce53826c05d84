import type { Migration } from '../migrate.ts'

export type JournalTables = Record<never, never>

export const migration: Migration = { id: '0004-journal', statements: [] }
