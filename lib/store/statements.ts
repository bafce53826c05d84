import type Database from 'better-sqlite3'

/** Kept at most: the app has a few dozen texts of SQL, lists of values of varying length aside. */
const KEPT = 300

/** Statements by their text, prepared once: for a small query that costs more than running it. */
export class StatementCache {
  readonly #database: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  constructor(database: Database.Database) {
    this.#database = database
  }

  prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    if (this.#statements.size >= KEPT) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}
