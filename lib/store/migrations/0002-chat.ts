import type { Migration } from '../migrate.ts'

export type ChatTables = Record<never, never>

export const migration: Migration = { id: '0002-chat', statements: [] }
