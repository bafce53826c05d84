import type * as z from 'zod'
import type { listJournalEntries, showJournalEntry } from '#workflows/journaling/operations/read-entries.ts'

export type { Example, Group, Metrics, SourceReport, Tag } from '#workflows/journaling/facts.ts'

export type Entry = z.output<(typeof showJournalEntry)['output']>
export type EntrySummary = z.output<(typeof listJournalEntries)['output']>['entries'][number]
