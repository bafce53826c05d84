import type { Migration } from '../migrate.ts'

export type AutodocTables = Record<never, never>

export const migration: Migration = { id: '0005-autodoc', statements: [] }
