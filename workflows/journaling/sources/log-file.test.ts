import { appendFile, mkdtemp, rename, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logFile } from './log-file.ts'
import { readAll } from './testing.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwc-ai-log-'))
  path = join(folder, 'app.log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const window = { from: new Date('2026-03-10T00:00:00Z'), to: new Date('2026-03-10T12:00:00Z') }

describe('a log file read by time', () => {
  it('gives the lines of the range, with lines that continue them', async () => {
    await writeFile(
      path,
      '2026-03-09T01:00:00Z old\n  more of old\n2026-03-10T01:00:00Z new\n  more of new\n2026-03-11T01:00:00Z future\n',
    )
    const { texts, result } = await readAll(logFile(path), window)
    expect(texts).toEqual(['2026-03-10T01:00:00Z new', '  more of new'])
    expect(result).toMatchObject({ state: 'read', reason: null })
  })

  it('says how old the log is when none of its lines are in the range', async () => {
    await writeFile(path, '2005-12-04T01:00:00Z old\n2005-12-05T01:00:00Z newest\n')
    const { texts, result } = await readAll(logFile(path), window)
    expect(texts).toEqual([])
    expect(result.reason).toContain('the newest is of 2005-12-05T01:00:00.000Z')
  })

  it('reads rotated pieces too, compressed or not, oldest first', async () => {
    await writeFile(`${path}.2.gz`, gzipSync('2026-03-10T01:00:00Z one\n'))
    await writeFile(`${path}.1`, '2026-03-10T02:00:00Z two\n')
    await writeFile(path, '2026-03-10T03:00:00Z three\n')
    await writeFile(`${path}.bak`, '2026-03-10T03:00:00Z no piece of it\n')
    await utimes(`${path}.2.gz`, 1_773_105_000, 1_773_105_000)
    await utimes(`${path}.1`, 1_773_108_000, 1_773_108_000)
    expect((await readAll(logFile(path), window)).texts.map((text) => text.slice(21))).toEqual(['one', 'two', 'three'])
  })
})

describe('a log file read since the last entry', () => {
  const first = async (content: string) => {
    await writeFile(path, content)
    return (await readAll(logFile(path))).result.cursor
  }

  it('gives only what was added, and no half line', async () => {
    const cursor = await first('one\ntwo\n')
    await appendFile(path, 'three\nfou')
    const second = await readAll(logFile(path), { cursor })
    expect(second.texts).toEqual(['three'])
    expect(second.records[0]?.reference).toBe(`${path}, byte 8`)
    await appendFile(path, 'r\n')
    expect((await readAll(logFile(path), { cursor: second.result.cursor })).texts).toEqual(['four'])
  })

  it('takes a last line without a line feed once nothing has been written for a while', async () => {
    await writeFile(path, 'one\ntwo')
    await utimes(path, 1000, 1000)
    const { texts, result } = await readAll(logFile(path))
    expect(texts).toEqual(['one', 'two'])
    expect((await readAll(logFile(path), { cursor: result.cursor })).texts).toEqual([])
  })

  it('begins again when the file was cut short, and says so', async () => {
    const cursor = await first('one\ntwo\n')
    await truncate(path)
    await appendFile(path, 'new\n')
    const { texts, result } = await readAll(logFile(path), { cursor })
    expect(texts).toEqual(['new'])
    expect(result.state).toBe('partly')
    expect(result.reason).toContain('cut short')
  })

  it('is not misled by a new file with the inode of the old one', async () => {
    const cursor = await first('one\n')
    await writeFile(path, 'two, longer than the old file\n')
    expect((await readAll(logFile(path), { cursor })).texts).toEqual(['two, longer than the old file'])
  })

  it('reads the rest of the old lines from the copy when the file was copied and cut', async () => {
    const cursor = await first('one\n')
    await writeFile(`${path}.1`, 'one\ntwo\n')
    await truncate(path)
    await appendFile(path, 'three\n')
    expect((await readAll(logFile(path), { cursor })).texts).toEqual(['two', 'three'])
  })

  it('finds its place again in a piece that was compressed', async () => {
    const cursor = await first('one\n')
    await appendFile(path, 'two\n')
    await writeFile(`${path}.1.gz`, gzipSync('one\ntwo\n'))
    await rename(path, join(folder, 'gone'))
    await writeFile(path, 'three\n')
    expect((await readAll(logFile(path), { cursor })).texts).toEqual(['two', 'three'])
  })

  it('says when the old file is gone', async () => {
    const cursor = await first('one\n')
    // Kept open under another name, so that the new file cannot get the same inode.
    await rename(path, join(folder, 'elsewhere'))
    await writeFile(path, 'new\n')
    const { texts, result } = await readAll(logFile(path), { cursor })
    expect(texts).toEqual(['new'])
    expect(result.reason).toContain('gone')
  })
})

it('a log file that is not there, or is no file, is unavailable', async () => {
  expect((await readAll(logFile(path))).result).toMatchObject({
    state: 'unavailable',
    reason: `${path} does not exist.`,
  })
  expect((await readAll(logFile(folder))).result.state).toBe('unavailable')
  await writeFile(`${path}.gz`, 'not gzip')
  expect((await readAll(logFile(`${path}.gz`))).result.state).toBe('unavailable')
  await unlink(`${path}.gz`)
})

it('reading stops when the signal aborts', async () => {
  await writeFile(path, 'one\n'.repeat(200_000))
  await expect(readAll(logFile(path), {}, AbortSignal.abort())).rejects.toThrow()
})
