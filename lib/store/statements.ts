import type Database from 'better-sqlite3'

/** Kept at most: the app has a few dozen texts of SQL, lists of values of varying length aside. */
const KEPT = 300

/** Statements by their text, prepared once: for a small query that costs more than running it. */
export class StatementCache {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()
  #writes = 0

  constructor(database: Database.Database) {
    this.#database = database
  }

  prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    if (!statement.readonly) this.#count(statement)
    if (this.#statements.size >= KEPT) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }

  /** How often statements that may change something were run: SQLite tells that too, but asking it takes a statement of its own. */
  get writes(): number {
    return this.#writes
  }

  #count(statement: Database.Statement): void {
    const run = statement.run.bind(statement)
    const all = statement.all.bind(statement)
    statement.run = (...values) => {
      this.#writes++
      return run(...values)
    }
    // Of statements that give back what they changed.
    statement.all = (...values) => {
      this.#writes++
      return all(...values)
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}

type Prepare = (table: string, columns: readonly string[], where: readonly string[]) => Database.Statement

const NONE: readonly string[] = []

/** Statements by the very lists of columns they are for, so that not even their text is put together twice. */
export class StatementsByColumns {
  readonly #prepare: Prepare
  readonly #known = new WeakMap<
    readonly string[],
    { table: string; where: readonly string[]; statement: Database.Statement }
  >()

  constructor(prepare: Prepare) {
    this.#prepare = prepare
  }

  of(table: string, columns: readonly string[], where: readonly string[] = NONE): Database.Statement {
    const known = this.#known.get(columns)
    if (known?.table === table && known.where === where) return known.statement
    const statement = this.#prepare(table, columns, where)
    this.#known.set(columns, { table, where, statement })
    return statement
  }
}
