/** Whether the database can be written and its disk has room. */
import { sql } from 'kysely'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSystemError } from '../../errors/index.ts'
import type { Store } from '../../store/index.ts'
import { diskUsage, sizeText } from '../disk.ts'
import { type CheckSource, type Outcome, ok, trouble } from '../types.ts'

/** Below these SQLite's next checkpoint or a long plan may fail, in bytes. */
const LOW_BYTES = 512 * 1024 ** 2
const FULL_BYTES = 16 * 1024 ** 2

async function run(store: Store): Promise<Outcome> {
  const expected = `${store.file} is there, and more than ${sizeText(LOW_BYTES)} are free beside it`
  try {
    await stat(store.file)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
    return trouble(
      'down',
      expected,
      `${store.file} was removed while the app runs; what is written now is lost at the next start`,
      'Stop the app, put the file back from a backup, and start again.',
    )
  }
  await sql`SELECT 1 FROM migrations LIMIT 1`.execute(store.db)
  const { availableBytes } = await diskUsage(dirname(store.file))
  const actual = `${sizeText(availableBytes)} free`
  if (availableBytes >= LOW_BYTES) return ok(expected, actual)
  return trouble(
    availableBytes < FULL_BYTES ? 'down' : 'degraded',
    expected,
    actual,
    `Free some space on the disk of ${dirname(store.file)}.`,
  )
}

export const store: CheckSource = {
  id: 'store',
  list: ({ store: opened }) =>
    opened.file === ':memory:' ? [] : [{ id: 'store', title: 'The database', run: () => run(opened) }],
}
