import type Database from 'better-sqlite3'
import { AppError } from '../errors/index.ts'
import { VERSION } from '../version.ts'

/** One step of the schema: statements of SQL, or of code where SQL cannot say it, run in one transaction. Never edited once released; a change is a new step. */
export interface Migration {
  /** `NNNN-name`; steps run in the order of their ids. */
  id: string
  statements: readonly (string | ((database: Database.Database) => void))[]
}

/**
 * Brings the database to the newest schema, each step in a transaction of its own. Two processes that start together are
 * safe: the second waits for the write lock and then finds the step done.
 * @throws AppError `conflict` when a newer version of the app has changed the database; nothing is changed then
 */
export function migrate(database: Database.Database, migrations: readonly Migration[]): void {
  database.exec('CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT')
  const applied = new Set(
    database
      .prepare<[], { id: string }>('SELECT id FROM migrations')
      .all()
      .map((row) => row.id),
  )
  const known = new Set(migrations.map((migration) => migration.id))
  const unknown = [...applied].filter((id) => !known.has(id))
  if (unknown.length > 0)
    throw new AppError(
      'conflict',
      `${database.name} was last used by a newer version of hwc-ai, and this one (${VERSION}) cannot read it.`,
      {
        hint: 'Use the newer version again, or put a backup from before the update in its place. Nothing was changed.',
        details: { file: database.name, unknown_migrations: unknown },
      },
    )
  for (const migration of migrations) {
    if (applied.has(migration.id)) continue
    database
      .transaction(() => {
        if (database.prepare('SELECT 1 FROM migrations WHERE id = ?').get(migration.id) !== undefined) return
        for (const statement of migration.statements)
          if (typeof statement === 'string') database.exec(statement)
          else statement(database)
        database.prepare("INSERT INTO migrations VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))").run(migration.id)
      })
      .immediate()
  }
}
