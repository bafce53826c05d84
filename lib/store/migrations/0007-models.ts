import type { Migration } from '../migrate.ts'

export type ModelTables = Record<never, never>

export const migration: Migration = { id: '0007-models', statements: [] }
