import type { Migration } from '../migrate.ts'

export type CleanupTables = Record<never, never>

export const migration: Migration = { id: '0003-cleanup', statements: [] }
