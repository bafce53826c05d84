/** What earlier entries counted, in the store; and the lasting identity of templates. */
import type { Store } from '#lib/store/index.ts'
import type { KnownTemplate } from '#lib/log-templates/index.ts'
import * as z from 'zod'
import type { IdentifiedGroup, MissingTemplate, PastCounts } from './analyse.ts'
import type { Collected, CollectedGroup } from './collector.ts'
import { exampleSchema, type Example } from './facts.ts'

/** Earlier entries that are compared with. */
const COMPARED_ENTRIES = 14
/** Templates of one source that the miner is told of, those seen last first. */
const MAX_KNOWN = 10_000
/** Rows of one INSERT: SQLite allows 32,766 values. */
const INSERT_ROWS = 500

const numbers = z.array(z.number().int())
const parseNumbers = (json: string) => numbers.parse(JSON.parse(json))

/** The templates of a source that were seen before. */
export async function knownTemplates(store: Store, source: string): Promise<KnownTemplate[]> {
  const rows = await store.db
    .selectFrom('journal_templates')
    .select(['id', 'text', 'hashes', 'kinds', 'merged'])
    .where('source', '=', source)
    .where('hashes', '!=', '[]')
    .orderBy('last_date', 'desc')
    .orderBy('id')
    .limit(MAX_KNOWN)
    .execute()
  return rows.map(({ id, text, hashes, kinds, merged }) => ({
    key: id,
    text,
    hashes: parseNumbers(hashes),
    kinds: parseNumbers(kinds),
    merged: parseNumbers(merged),
  }))
}

/**
 * Gives each group its lasting id, making new ones, and stores what this entry counted in place of what it counted before.
 * @param date the entry's period
 */
export async function recordCounts(
  store: Store,
  date: string,
  collected: readonly Collected[],
): Promise<IdentifiedGroup[]> {
  const identified: IdentifiedGroup[] = []
  for (const { source, groups } of collected) {
    await forgetCounts(store, date, source)
    for (const group of groups) await joinKnown(store, group.template.known)
    const stored = await storedTemplates(store, source)
    const knownId = (group: CollectedGroup) => group.template.known[0] ?? stored.shapeless.get(group.template.text)
    const made = await insertNew(
      store,
      date,
      source,
      groups.filter((group) => knownId(group) === undefined),
    )
    const again = groups.filter((group) => !made.has(group))
    await refresh(
      store,
      date,
      again.map((group) => [knownId(group) ?? 0, group]),
    )
    for (const group of groups) {
      const id = knownId(group) ?? made.get(group) ?? 0
      identified.push({
        id,
        source,
        text: group.template.text,
        count: group.template.count,
        severity: group.severity,
        talkers: group.talkers,
        examples: group.examples,
        isNew: made.has(group) || stored.first.get(id) === date,
      })
    }
  }
  await store.bulkInsert(
    'journal_counts',
    ['date', 'template_id', 'count'],
    identified.map(({ id, count }) => [date, id, count]),
  )
  return identified
}

async function forgetCounts({ db }: Store, date: string, source: string): Promise<void> {
  const ofSource = db.selectFrom('journal_templates').select('id').where('source', '=', source)
  await db.deleteFrom('journal_counts').where('date', '=', date).where('template_id', 'in', ofSource).execute()
}

/** Two templates that turned out to be one: the older keeps its id and gets the counts of the other. */
async function joinKnown({ db }: Store, [oldest, ...others]: readonly number[]): Promise<void> {
  if (oldest === undefined || others.length === 0) return
  const counts = await db
    .selectFrom('journal_counts')
    .select(['date', 'count'])
    .where('template_id', 'in', others)
    .execute()
  for (const { date, count } of counts)
    await db
      .insertInto('journal_counts')
      .values({ date, template_id: oldest, count })
      .onConflict((conflict) =>
        conflict
          .columns(['date', 'template_id'])
          .doUpdateSet((eb) => ({ count: eb('journal_counts.count', '+', count) })),
      )
      .execute()
  await db.deleteFrom('journal_templates').where('id', 'in', others).execute()
}

/** When each template was first seen; and those without tokens (an empty line, what fitted nothing), known by their text. */
async function storedTemplates({ db }: Store, source: string) {
  const rows = await db
    .selectFrom('journal_templates')
    .select(['id', 'text', 'hashes', 'first_date'])
    .where('source', '=', source)
    .execute()
  return {
    first: new Map(rows.map((row) => [row.id, row.first_date])),
    shapeless: new Map(rows.filter((row) => row.hashes === '[]').map((row) => [row.text, row.id])),
  }
}

async function insertNew(
  { db }: Store,
  date: string,
  source: string,
  groups: readonly CollectedGroup[],
): Promise<Map<CollectedGroup, number>> {
  const made = new Map<CollectedGroup, number>()
  for (let at = 0; at < groups.length; at += INSERT_ROWS) {
    const batch = groups.slice(at, at + INSERT_ROWS)
    const rows = await db
      .insertInto('journal_templates')
      .values(batch.map((group) => ({ source, first_date: date, last_date: date, ...columnsOf(group) })))
      .returning('id')
      .execute()
    batch.forEach((group, i) => made.set(group, rows[i]?.id ?? 0))
  }
  return made
}

async function refresh(
  store: Store,
  date: string,
  groups: readonly (readonly [number, CollectedGroup])[],
): Promise<void> {
  const rows = groups.map(([id, group]) => [date, ...COLUMNS.map((column) => columnsOf(group)[column]), id])
  await store.bulkUpdate('journal_templates', ['last_date', ...COLUMNS], ['id'], rows)
}

const COLUMNS = ['text', 'hashes', 'kinds', 'merged', 'severity', 'example'] as const

function columnsOf({ template, severity, examples }: CollectedGroup) {
  return {
    text: template.text,
    hashes: JSON.stringify(template.hashes),
    kinds: JSON.stringify(template.kinds),
    merged: JSON.stringify(template.merged),
    severity,
    example: JSON.stringify(examples.at(-1) ?? null),
  }
}

/** What the entries before `date` counted, by template. */
export async function pastCounts({ db }: Store, date: string): Promise<Map<number, PastCounts>> {
  const entries = await db
    .selectFrom('journal_entries')
    .select(['date', 'from_at', 'to_at'])
    .where('date', '<', date)
    .orderBy('date', 'desc')
    .limit(COMPARED_ENTRIES)
    .execute()
  const oldest = entries.at(-1)?.date
  if (oldest === undefined) return new Map()
  const rows = await db
    .selectFrom('journal_counts')
    .innerJoin('journal_templates', 'journal_templates.id', 'journal_counts.template_id')
    .select(['template_id', 'count', 'first_date'])
    .where('date', '>=', oldest)
    .where('date', '<', date)
    .execute()
  const past = new Map<number, { counts: number[]; entries: number; hours: number }>()
  for (const { template_id: id, count, first_date: first } of rows) {
    const known = past.get(id)
    if (known !== undefined) known.counts.push(count)
    else {
      const since = entries.filter((entry) => entry.date >= first)
      past.set(id, {
        counts: [count],
        entries: since.length,
        hours: since.reduce((sum, entry) => sum + hoursOf(entry), 0),
      })
    }
  }
  return past
}

const hoursOf = (entry: { from_at: string; to_at: string }) =>
  (Date.parse(entry.to_at) - Date.parse(entry.from_at)) / 3_600_000

/** The templates with a past that are not among those `present`. */
export async function missingTemplates(
  { db }: Store,
  past: ReadonlyMap<number, PastCounts>,
  present: ReadonlySet<number>,
): Promise<MissingTemplate[]> {
  const rows = await db
    .selectFrom('journal_templates')
    .select(['id', 'source', 'text', 'severity', 'example'])
    .execute()
  return rows
    .filter(({ id }) => past.has(id) && !present.has(id))
    .map((row) => ({ ...row, example: parseExample(row.example) }))
}

function parseExample(json: string): Example | null {
  return exampleSchema.nullable().catch(null).parse(JSON.parse(json))
}
