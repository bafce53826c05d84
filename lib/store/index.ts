/** The store: one SQLite file behind Kysely's asynchronous interface, so that another database can stand in later. */
import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import Database, { type Statement } from 'better-sqlite3'
import { Kysely, type Selectable, SqliteDialect } from 'kysely'
import { makeFolders } from '../files/make-folders.ts'
import { GroupCommit } from './group-commit.ts'
import { migrate } from './migrate.ts'
import { migration as core } from './migrations/0001-core.ts'
import { migration as chat } from './migrations/0002-chat.ts'
import { migration as cleanup } from './migrations/0003-cleanup.ts'
import { migration as journal } from './migrations/0004-journal.ts'
import { migration as autodoc } from './migrations/0005-autodoc.ts'
import { migration as health } from './migrations/0006-health.ts'
import { migration as models } from './migrations/0007-models.ts'
import { migration as tools } from './migrations/0008-tools.ts'
import { migration as packedCleanup } from './migrations/0009-packed-cleanup.ts'
import { migration as runIndexes } from './migrations/0010-run-indexes.ts'
import { StatementCache, StatementsByColumns } from './statements.ts'
import type { Tables } from './tables.ts'

export type { Tables } from './tables.ts'

/** A value SQLite can hold; names of files that are not UTF-8 are kept as bytes. */
export type SqlValue = string | number | bigint | Uint8Array | null

/** Writes rows within a commit that is under way. Quickest with lists of columns that are the same object each time. */
export interface Writer {
  /** @returns the new row's number */
  insert(table: keyof Tables, columns: readonly string[], row: readonly SqlValue[]): number
  /** @returns number of rows inserted */
  insertAll(table: keyof Tables, columns: readonly string[], rows: Iterable<readonly SqlValue[]>): number
  update(table: keyof Tables, set: readonly string[], where: readonly string[], row: readonly SqlValue[]): number
}

export interface Store {
  readonly db: Kysely<Tables>
  /** Path of the database file; a worker thread opens its own store on it. `:memory:` in some tests. */
  readonly file: string
  /**
   * Inserts many rows in one transaction with one prepared statement: for plans of 100,000 files, where building SQL per
   * batch would dominate.
   * @returns number of rows inserted
   */
  bulkInsert(table: keyof Tables, columns: readonly string[], rows: Iterable<readonly SqlValue[]>): Promise<number>
  /**
   * Updates many rows in one transaction with one prepared statement.
   * @param set columns to set; each row gives their values first, then those of `where`
   */
  bulkUpdate(
    table: keyof Tables,
    set: readonly string[],
    where: readonly string[],
    rows: Iterable<readonly SqlValue[]>,
  ): Promise<number>
  /**
   * Inserts many rows in one transaction; where one with the same key is there, it takes its place.
   * @param key columns of a unique key, first in each row
   * @param rest the other columns
   */
  bulkUpsert(
    table: keyof Tables,
    key: readonly string[],
    rest: readonly string[],
    rows: Iterable<readonly SqlValue[]>,
  ): Promise<number>
  /**
   * Makes small writes in a commit that they share with whatever else is written in the same turn of the event loop. Each is all or
   * nothing by itself, and on the disk when the promise resolves.
   * @param work writes at once and returns at once
   * @param options `relaxed`: a power cut may take it back, for records that change nothing
   */
  writeTogether<T>(work: (writer: Writer) => T, options?: { relaxed: boolean }): Promise<T>
  /**
   * The row with a value in a unique column, or one of several, by a statement prepared once: for what single requests read,
   * where building the query takes longer than running it.
   */
  find<T extends keyof Tables>(
    table: T,
    column: keyof Tables[T] & string,
    value: SqlValue,
  ): Promise<Selectable<Tables[T]> | undefined>
  /**
   * Changes whenever anything in the store changed, at once for this connection, within 20 ms for another: what was computed
   * from the store under one version still holds while the version is the same. Costs next to nothing.
   */
  version(): string
  close(): Promise<void>
}

const MIGRATIONS = [core, chat, cleanup, journal, autodoc, health, models, tools, packedCleanup, runIndexes]

/** How long another connection's write may go unnoticed by {@link Store.version}, in milliseconds. */
const OTHERS_MS = 20

/** Rows of one statement, where there are that many: a third cheaper than one by one. */
const ROWS_AT_ONCE = 5

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

const assignments = (columns: readonly string[], between: string) =>
  columns.map((column) => `${quote(column)} = ?`).join(between)

const insertSql = (table: string, columns: readonly string[], rows = 1) => {
  const row = `(${columns.map(() => '?').join(', ')})`
  return `INSERT INTO ${quote(table)} (${columns.map(quote).join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`
}

const upsertSql = (table: string, key: readonly string[], rest: readonly string[], rows = 1) => {
  const replaced = rest.map((column) => `${quote(column)} = excluded.${quote(column)}`).join(', ')
  return `${insertSql(table, [...key, ...rest], rows)} ON CONFLICT (${key.map(quote).join(', ')}) DO UPDATE SET ${replaced}`
}

const updateSql = (table: string, set: readonly string[], where: readonly string[]) =>
  `UPDATE ${quote(table)} SET ${assignments(set, ', ')} WHERE ${assignments(where, ' AND ')}`

/**
 * Opens the database, makes it and its folder when absent (0700 and 0600: it holds conversations), and migrates it.
 * WAL with `synchronous=FULL`: a commit is on the disk when it returns, which the cleanup's journal relies on.
 * @param file path of the SQLite file, or `:memory:`
 * @throws AppError `conflict` when a newer version of the app has changed it
 */
export function openStore(file: string): Store {
  if (file !== ':memory:') makeFolders(dirname(file), 0o700)
  const database = new Database(file, { timeout: 10_000 })
  if (file !== ':memory:') chmodSync(file, 0o600)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 10000')
  // 4 MiB of pages for each connection, not the 16 that the library is built with: nothing here is read twice that often.
  database.pragma('cache_size = -4096')
  // The log goes into the database after 16 MiB, not 4: each time waits for the disk, within whatever request it falls into.
  database.pragma('wal_autocheckpoint = 4000')
  try {
    migrate(database, MIGRATIONS)
  } catch (error) {
    database.close()
    throw error
  }
  const statements = new StatementCache(database)
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: statements }) })

  const dataVersion = database.prepare<[], number>('SELECT data_version FROM pragma_data_version').pluck()
  let others = { at: -Infinity, version: 0 }
  const otherWrites = () => {
    const at = performance.now()
    if (at - others.at >= OTHERS_MS) others = { at, version: dataVersion.get() ?? 0 }
    return others.version
  }

  // A transaction of Kysely's that is under way must not take these rows into it: then they wait for Kysely's own lock.
  const exclusively = async <T>(work: () => T): Promise<T> =>
    database.inTransaction ? db.connection().execute(() => Promise.resolve(work())) : work()
  const inTransaction = (work: () => number): Promise<number> =>
    exclusively(() => database.transaction(work).immediate())
  const group = new GroupCommit(database, exclusively)
  const inserts = new StatementsByColumns((table, columns) => statements.prepare(insertSql(table, columns)))
  const insertsOfSeveral = new StatementsByColumns((table, columns) =>
    statements.prepare(insertSql(table, columns, ROWS_AT_ONCE)),
  )
  const upserts = new StatementsByColumns((...columns) => statements.prepare(upsertSql(...columns)))
  const upsertsOfSeveral = new StatementsByColumns((...columns) =>
    statements.prepare(upsertSql(...columns, ROWS_AT_ONCE)),
  )
  const runAll = (one: Statement, several: Statement, width: number, rows: Iterable<readonly SqlValue[]>): number => {
    let count = 0
    let values: SqlValue[] = []
    for (const row of rows) {
      values.push(...row)
      if (values.length < ROWS_AT_ONCE * width) continue
      count += several.run(values).changes
      values = []
    }
    for (let i = 0; i < values.length; i += width) count += one.run(values.slice(i, i + width)).changes
    return count
  }
  const insertAll: Writer['insertAll'] = (table, columns, rows) =>
    runAll(inserts.of(table, columns), insertsOfSeveral.of(table, columns), columns.length, rows)
  const updates = new StatementsByColumns((table, set, where) => statements.prepare(updateSql(table, set, where)))
  const writer: Writer = {
    insert: (table, columns, row) => Number(inserts.of(table, columns).run(...row).lastInsertRowid),
    insertAll,
    update: (table, set, where, row) => updates.of(table, set, where).run(...row).changes,
  }

  return {
    db,
    file,
    bulkInsert: (table, columns, rows) => inTransaction(() => insertAll(table, columns, rows)),
    bulkUpdate: (table, set, where, rows) =>
      inTransaction(() => {
        const statement = updates.of(table, set, where)
        let count = 0
        for (const row of rows) count += statement.run(...row).changes
        return count
      }),
    bulkUpsert: (table, key, rest, rows) =>
      inTransaction(() => {
        const [one, several] = [upserts.of(table, key, rest), upsertsOfSeveral.of(table, key, rest)]
        return runAll(one, several, key.length + rest.length, rows)
      }),
    writeTogether: (work, { relaxed } = { relaxed: false }) => group.write(() => work(writer), relaxed),
    find: (table, column, value) => {
      const statement = statements.prepare(`SELECT * FROM ${quote(table)} WHERE ${quote(column)} = ?`)
      return exclusively(() => statement.get(value) as Selectable<Tables[typeof table]> | undefined)
    },
    version: () => `${otherWrites()}.${statements.writes}`,
    async close() {
      await db.destroy()
      // Kysely closes nothing that it never used, and the log would stay beside the file.
      if (database.open) database.close()
    },
  }
}
