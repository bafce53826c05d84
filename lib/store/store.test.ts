import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VERSION } from '../version.ts'
import { openStore, type Writer } from './index.ts'
import { migrate } from './migrate.ts'
import { StatementsByColumns } from './statements.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hwc-ai-store-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const factRows = (names: readonly string[]) => names.map((name) => [name, '1', '2026-01-01T00:00:00.000Z'])

describe('the store', () => {
  it('is readable by its owner only, and durable at commit', async () => {
    const store = openStore(join(folder, 'state', 'a.sqlite'))
    expect(statSync(join(folder, 'state', 'a.sqlite')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700)
    await store.close()
    const plain = new Database(join(folder, 'state', 'a.sqlite'))
    expect(plain.pragma('journal_mode', { simple: true })).toBe('wal')
    plain.close()
  })

  it('inserts all rows of a bulk or none', async () => {
    const store = openStore(':memory:')
    await expect(store.bulkInsert('facts', ['name', 'value', 'updated_at'], factRows(['a', 'b', 'a']))).rejects.toThrow(
      /UNIQUE/,
    )
    expect(await store.db.selectFrom('facts').selectAll().execute()).toEqual([])
    expect(await store.bulkInsert('facts', ['name', 'value', 'updated_at'], factRows(['a', 'b']))).toBe(2)
    await store.close()
  })

  it('inserts every row of a bulk, however many', async () => {
    const store = openStore(':memory:')
    const columns = ['name', 'value', 'updated_at']
    for (const count of [0, 1, 4, 5, 6, 23]) {
      const names = Array.from({ length: count }, (_, i) => `${count} ${i}`)
      expect(await store.bulkInsert('facts', columns, factRows(names))).toBe(count)
      const found = await store.db.selectFrom('facts').select('name').where('name', 'like', `${count} %`).execute()
      expect(new Set(found.map(({ name }) => name))).toEqual(new Set(names))
    }
    await store.close()
  })

  it('replaces rows of the same key in a bulk, however many, and none when one cannot be written', async () => {
    const store = openStore(':memory:')
    const upsert = (rows: readonly (readonly (string | null)[])[]) =>
      store.bulkUpsert('facts', ['name'], ['value', 'updated_at'], rows)
    for (const count of [0, 1, 4, 5, 6, 23]) {
      const rows = Array.from({ length: count }, (_, i) => [`${i}`, `${count}`, 'x'])
      expect(await upsert(rows)).toBe(count)
      const found = await store.db.selectFrom('facts').selectAll().where('value', '=', `${count}`).execute()
      expect(found).toHaveLength(count)
    }
    await expect(
      upsert([...Array.from({ length: 8 }, (_, i) => [`${i}`, 'new', 'x']), ['8', null, 'x']]),
    ).rejects.toThrow(/NOT NULL/)
    const values = await store.db.selectFrom('facts').select('value').distinct().execute()
    expect(values).toEqual([{ value: '23' }])
    await store.close()
  })

  it('does not take a bulk into a transaction that is rolled back meanwhile', async () => {
    const store = openStore(':memory:')
    const [inside, finish] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
    const open = store.db.transaction().execute(async (trx) => {
      await trx.insertInto('facts').values({ name: 'inside', value: '1', updated_at: 'x' }).execute()
      inside.resolve(undefined)
      await finish.promise
      throw new Error('rolled back')
    })
    await inside.promise
    const columns = ['name', 'value', 'updated_at']
    const bulk = store.bulkInsert('facts', columns, factRows(['beside']))
    const small = store.writeTogether((writer) => writer.insert('facts', columns, ['small', '1', 'x']))
    await new Promise((resolve) => setImmediate(resolve))
    finish.resolve(undefined)
    await expect(open).rejects.toThrow('rolled back')
    await Promise.all([bulk, small])
    const names = await store.db.selectFrom('facts').select('name').orderBy('name').execute()
    expect(names).toEqual([{ name: 'beside' }, { name: 'small' }])
    await store.close()
  })

  it('commits small writes together, each all or nothing by itself', async () => {
    const store = openStore(':memory:')
    const fact = (name: string) => (writer: Writer) => {
      const number = writer.insert('facts', ['name', 'value', 'updated_at'], [`${name} first`, '1', 'x'])
      writer.insert('facts', ['name', 'value', 'updated_at'], [name, '1', 'x'])
      return number
    }
    const settled = await Promise.allSettled(['a', 'b', 'a', 'c'].map((name) => store.writeTogether(fact(name))))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    const names = await store.db.selectFrom('facts').select('name').orderBy('name').execute()
    expect(names.map(({ name }) => name)).toEqual(['a', 'a first', 'b', 'b first', 'c', 'c first'])
    await store.close()
  })

  it('keeps a statement for a list of columns, and for nothing else', () => {
    const prepared: string[] = []
    const database = new Database(':memory:')
    const statements = new StatementsByColumns((...parts) => {
      prepared.push(JSON.stringify(parts))
      return database.prepare(`SELECT '${JSON.stringify(parts)}'`)
    })
    const [columns, where] = [['a'], ['b']]
    for (const _time of [1, 2]) statements.of('one', columns)
    for (const _time of [1, 2]) statements.of('two', columns)
    for (const _time of [1, 2]) expect(statements.of('two', columns, where).source).toContain('["two",["a"],["b"]]')
    expect(prepared).toEqual(['["one",["a"],[]]', '["two",["a"],[]]', '["two",["a"],["b"]]'])
    database.close()
  })

  it('changes its version when this connection writes, soon when another does, and only then', async () => {
    const file = join(folder, 'b.sqlite')
    const store = openStore(file)
    const other = openStore(file)
    const before = store.version()
    expect(store.version()).toBe(before)
    await other.bulkInsert('facts', ['name', 'value', 'updated_at'], factRows(['other']))
    await expect.poll(() => store.version(), { interval: 5 }).not.toBe(before)
    const after = store.version()
    const versions = new Set([after])
    for (const write of [
      () => store.bulkInsert('facts', ['name', 'value', 'updated_at'], factRows(['own'])),
      () => store.bulkUpdate('facts', ['value'], ['name'], [['changed', 'own']]),
      () => store.writeTogether((writer) => writer.update('facts', ['value'], ['name'], ['again', 'own'])),
      () => store.db.updateTable('facts').set({ value: 'x' }).execute(),
      () => store.db.deleteFrom('facts').where('name', '=', 'own').returning('name').execute(),
    ]) {
      await write()
      versions.add(store.version())
    }
    expect(versions.size).toBe(6)
    const now = store.version()
    await store.db.selectFrom('facts').selectAll().execute()
    expect(store.version()).toBe(now)
    await store.close()
    await other.close()
  })

  it('refuses a database that a newer version of the app has changed, and leaves it as it is', async () => {
    const file = join(folder, 'newer.sqlite')
    await openStore(file).close()
    const newer = new Database(file)
    newer.exec("INSERT INTO migrations VALUES ('9999-future', '2030-01-01T00:00:00.000Z')")
    newer.close()
    const before = readFileSync(file)
    expect(() => openStore(file)).toThrow(
      expect.objectContaining({
        code: 'conflict',
        message: `${file} was last used by a newer version of hwc-ai, and this one (${VERSION}) cannot read it.`,
        hint: expect.stringContaining('newer version again') as string,
      }),
    )
    expect(readFileSync(file).equals(before)).toBe(true)
    // Closed again, it leaves no log beside it.
    expect(readdirSync(folder)).toEqual(['newer.sqlite'])
  })

  it('leaves no half of a migration that fails, in SQL or in code', () => {
    const database = new Database(':memory:')
    const broken = { id: '0001-a', statements: ['CREATE TABLE t (a)', 'CREATE TABLE t (a)'] }
    expect(() => migrate(database, [broken])).toThrow(/already exists/)
    const fill = (inside: Database.Database) => void inside.exec('INSERT INTO t VALUES (1)')
    const failing = () => {
      throw new Error('broken code')
    }
    expect(() => migrate(database, [{ id: '0001-a', statements: ['CREATE TABLE t (a)', fill, failing] }])).toThrow(
      /broken code/,
    )
    migrate(database, [{ id: '0001-a', statements: ['CREATE TABLE t (a)', fill] }])
    expect(database.prepare('SELECT a FROM t').pluck().all()).toEqual([1])
    database.close()
  })
})
