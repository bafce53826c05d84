/** Entries in the store: what is where, where the next one goes on, and which are too old. */
import { sql } from 'kysely'
import * as z from 'zod'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import type { OperationContext } from '#lib/operations/types.ts'
import type { Store } from '#lib/store/index.ts'
import { removeEntryFile } from './entry-file.ts'
import { factsSchema, type Facts } from './facts.ts'
import { localDate, type EntryWindow, type StoredEntry } from './window.ts'

const cursorsSchema = z.record(z.string(), z.string())

export interface EntryRow extends StoredEntry {
  path: string
  sha256: string
  lines: number
  updatedAt: string
}

/** Columns of {@link EntryRow}; the facts are large and read only for one entry. */
const COLUMNS = [
  'date',
  'output_path',
  'sha256',
  'from_at',
  'to_at',
  'time_range',
  'lines',
  'start_cursors',
  'end_cursors',
  'updated_at',
] as const

interface Row {
  date: string
  output_path: string
  sha256: string
  from_at: string
  to_at: string
  time_range: string
  lines: number
  start_cursors: string
  end_cursors: string
  updated_at: string
}

function toEntry(row: Row): EntryRow {
  return {
    date: row.date,
    path: row.output_path,
    sha256: row.sha256,
    from: new Date(row.from_at),
    to: new Date(row.to_at),
    timeRange: row.time_range,
    lines: row.lines,
    startCursors: cursorsSchema.parse(JSON.parse(row.start_cursors)),
    endCursors: cursorsSchema.parse(JSON.parse(row.end_cursors)),
    updatedAt: row.updated_at,
  }
}

/** The entry of one period, or null. */
export async function findEntry({ db }: Store, date: string): Promise<EntryRow | null> {
  const row = await db.selectFrom('journal_entries').select(COLUMNS).where('date', '=', date).executeTakeFirst()
  return row === undefined ? null : toEntry(row)
}

/** The newest entry before a period, or null. */
export async function previousEntry({ db }: Store, date: string): Promise<EntryRow | null> {
  const row = await db
    .selectFrom('journal_entries')
    .select(COLUMNS)
    .where('date', '<', date)
    .orderBy('date', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : toEntry(row)
}

export interface ListedEntry extends EntryRow {
  groupTotals: Facts['group_totals']
}

const totalsSchema = factsSchema.shape.group_totals

/** Entries, newest first, with the only part of their facts that is small. */
export async function listEntries({ db }: Store, limit: number): Promise<ListedEntry[]> {
  const rows = await db
    .selectFrom('journal_entries')
    .select([...COLUMNS, sql<string>`json_extract(facts, '$.group_totals')`.as('totals')])
    .orderBy('date', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...toEntry(row), groupTotals: totalsSchema.parse(JSON.parse(row.totals)) }))
}

/** One entry with its facts; `latest` is the newest. @throws AppError `not-found` */
export async function entryWithFacts({ db }: Store, date: string): Promise<EntryRow & { facts: Facts }> {
  const query = db
    .selectFrom('journal_entries')
    .select([...COLUMNS, 'facts'])
    .orderBy('date', 'desc')
  const row = await (date === 'latest' ? query : query.where('date', '=', date)).limit(1).executeTakeFirst()
  if (row === undefined)
    throw new AppError(
      'not-found',
      date === 'latest' ? 'There is no journal entry yet.' : `There is no journal entry for ${date}.`,
      {
        hint: 'Write one with `hwc-ai journal run`, or see `hwc-ai journal list`.',
      },
    )
  return { ...toEntry(row), facts: factsSchema.parse(JSON.parse(row.facts)) }
}

export interface NewEntry {
  window: EntryWindow
  path: string
  sha256: string
  facts: Facts
  endCursors: Readonly<Record<string, string>>
  now: Date
}

/** Stores an entry in place of the one its period had. */
export async function saveEntry({ db }: Store, entry: NewEntry): Promise<void> {
  const now = entry.now.toISOString()
  const columns = {
    output_path: entry.path,
    sha256: entry.sha256,
    from_at: entry.window.from.toISOString(),
    to_at: entry.window.to.toISOString(),
    time_range: entry.window.timeRange,
    lines: entry.facts.lines,
    facts: JSON.stringify(entry.facts),
    start_cursors: JSON.stringify(entry.window.cursors),
    end_cursors: JSON.stringify(entry.endCursors),
    updated_at: now,
  }
  await db
    .insertInto('journal_entries')
    .values({ date: entry.window.date, created_at: now, ...columns })
    .onConflict((conflict) => conflict.column('date').doUpdateSet(columns))
    .execute()
}

export interface Pruned {
  removed: string[]
  /** Files that were edited since they were written: they stay, and are no longer this app's. */
  left: string[]
}

/**
 * Forgets entries older than `days` and removes their files; 0 keeps all. Nothing is ever looked for in the folder: only
 * files that the store says this app wrote can go. What cannot be removed now is tried again with the next entry.
 */
export async function pruneEntries(
  { store: { db }, log }: Pick<OperationContext, 'store' | 'log'>,
  days: number,
  now: Date,
): Promise<Pruned> {
  const pruned: Pruned = { removed: [], left: [] }
  if (days === 0) return pruned
  const oldest = localDate(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days))
  const old = await db
    .selectFrom('journal_entries')
    .select(['date', 'output_path', 'sha256'])
    .where('date', '<', oldest)
    .execute()
  for (const { date, output_path: path, sha256 } of old) {
    const state = await removeEntryFile(path, sha256).catch((error: unknown) => {
      if (!isSystemError(error)) throw error
      log.warn('an old journal entry could not be removed', { path, error })
      return null
    })
    if (state === null) continue
    if (state === 'edited') pruned.left.push(path)
    else pruned.removed.push(path)
    await db.deleteFrom('journal_entries').where('date', '=', date).execute()
    await db.deleteFrom('journal_counts').where('date', '=', date).execute()
  }
  await db.deleteFrom('journal_templates').where('last_date', '<', oldest).execute()
  return pruned
}
