import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rawPath } from '#lib/files/raw-path.ts'
import type { Candidate } from './action.ts'
import { findDuplicates, inspect } from './inspect.ts'

let home = ''
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'hwc-ai-inspect-'))))
afterEach(() => rmSync(home, { recursive: true }))

let files = 0
function candidate(name: string, content: Buffer | string, modifiedMs = 0): Candidate {
  const bytes = Buffer.from(content)
  writeFileSync(join(home, name), bytes)
  return {
    folder: rawPath(''),
    name: rawPath(name),
    identity: `1:${++files}:${bytes.length}:0`,
    sizeBytes: bytes.length,
    modifiedMs,
    names: 1,
    sparse: false,
    content: null,
    original: null,
  }
}

const originals = (all: Candidate[]) => {
  const root = rawPath(home)
  findDuplicates(root, all, inspect(root, all, { compareUpToBytes: 1e9, tick: () => undefined }), () => undefined)
  return all.map(({ original }) => original?.name ?? null)
}

describe('duplicates', () => {
  it('are copies of the oldest file with all of the same content', () => {
    const long = 'x'.repeat(2000)
    const all = [
      candidate('new.txt', 'same', 3),
      candidate('old.txt', 'same', 1),
      candidate('other.txt', 'some', 0),
      candidate('long.txt', `${long}a`),
      candidate('like long.txt', `${long}b`),
      candidate('long (1).txt', `${long}a`),
      candidate('empty.txt', ''),
      candidate('also empty.txt', ''),
    ]
    expect(originals(all)).toEqual(['old.txt', null, null, null, null, 'long.txt', null, null])
  })

  it('are never told by a checksum alone', () => {
    const [first, second] = ['plumless', 'buckeroo']
    expect(crc32(first)).toBe(crc32(second))
    expect(originals([candidate('a.txt', first), candidate('b.txt', second)])).toEqual([null, null])
  })

  it('leave out what cannot be read', () => {
    const gone = candidate('gone.txt', 'same')
    const all = [gone, candidate('there.txt', 'same')]
    rmSync(join(home, 'gone.txt'))
    expect(originals(all)).toEqual([null, null])
    expect(gone.content).toBeNull()
  })
})
