import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeJournal } from './operations/write-journal.ts'
import { workbench } from './testing/context.ts'

const FOLDER = new URL('../../../shared/data/logs', import.meta.url).pathname

describe.skipIf(!existsSync(FOLDER))(`an entry from the real logs in ${FOLDER}`, () => {
  it('counts every line once, names where each example lies, and is the same when written again', async () => {
    await using bench = await workbench()
    const names = readdirSync(FOLDER, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
    const logs = join(bench.folder, 'logs')
    await mkdir(logs)
    const sources = await Promise.all(
      names.map(async (name) => {
        const path = join(logs, `${name}.log`)
        await copyFile(join(FOLDER, name, `${name}_2k.log`), path)
        await utimes(path, 1, 1)
        return path
      }),
    )
    const input = { sources, time_range: '24h', include_metrics: false, use_model: false, since_last_entry: true }
    // A first entry long ago, so that everything since is new, whatever years the lines are from.
    const seed = Object.fromEntries(
      sources.map((path) => [path, JSON.stringify({ inode: 'none', offset: 0, head: '' })]),
    )
    await bench.context.store.db
      .insertInto('journal_entries')
      .values({
        date: '2026-03-09',
        output_path: join(bench.folder, 'none.md'),
        sha256: '',
        from_at: '2026-03-09T11:00:00.000Z',
        to_at: '2026-03-09T13:00:00.000Z',
        time_range: '24h',
        lines: 0,
        facts: '{}',
        start_cursors: '{}',
        end_cursors: JSON.stringify(seed),
        created_at: '',
        updated_at: '',
      })
      .execute()
    const first = await writeJournal.run(input, bench.context)
    const whole = sources.map((path) => readFileSync(path, 'latin1').trimEnd().split('\n').length)
    expect(first.sources.map((source) => source.lines)).toEqual(whole)
    expect(first.severities.reduce((sum, { lines }) => sum + lines, 0)).toBe(first.lines)
    for (const group of first.groups) expect(group.examples.length, group.template).toBeGreaterThan(0)
    expect(first.content.length).toBeLessThan(200_000)
    const second = await writeJournal.run(input, bench.context)
    expect(second.content).toBe(first.content)
  })
})
