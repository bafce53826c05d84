import type { Migration } from '../migrate.ts'

export type HealthTables = Record<never, never>

export const migration: Migration = { id: '0006-health', statements: [] }
