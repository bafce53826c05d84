import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { toAppError } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'hwc-errors-'))
afterAll(() => rmSync(folder, { recursive: true }))

function thrownBy(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('an error that was thrown', () => {
  it.each(['ENOSPC', 'EDQUOT'])('of the code %s is a full disk', (code) => {
    const error = Object.assign(new Error(code), { code })
    expect(toAppError(error)).toMatchObject({ code: 'disk-full', cause: error })
  })

  it('of a database that cannot grow is a full disk too', () => {
    const database = new Database(':memory:')
    database.exec('CREATE TABLE notes (text TEXT); PRAGMA max_page_count = 4')
    const error = thrownBy(() => database.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(100_000)))
    expect(toAppError(error)).toMatchObject({ code: 'disk-full', cause: error })
  })

  it('of a database that another holds asks to try again', () => {
    const file = join(folder, 'busy.sqlite')
    const [one, other] = [new Database(file, { timeout: 0 }), new Database(file, { timeout: 0 })]
    one.pragma('journal_mode = WAL')
    one.exec('CREATE TABLE notes (text TEXT)')
    other.exec('BEGIN; SELECT * FROM notes')
    one.exec("INSERT INTO notes VALUES ('first')")
    // A reader whose snapshot has grown old: SQLITE_BUSY_SNAPSHOT.
    const stale = thrownBy(() => other.exec("INSERT INTO notes VALUES ('late')"))
    other.exec('ROLLBACK')
    one.exec('BEGIN IMMEDIATE')
    const held = thrownBy(() => other.exec("INSERT INTO notes VALUES ('held')"))
    for (const error of [stale, held]) expect(toAppError(error)).toMatchObject({ code: 'store-busy', cause: error })
    one.close()
    other.close()
  })

  it('of no kind that is known is ours, and keeps what it was', () => {
    expect(toAppError('odd')).toMatchObject({ code: 'internal', message: 'odd', cause: 'odd' })
    expect(toAppError(new DOMException('stopped', 'AbortError')).code).toBe('cancelled')
  })
})
