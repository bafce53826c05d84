import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyVerified } from './copy.ts'
import { realDisk, type Disk } from './disk.ts'
import { identityOf, inodeOfIdentity } from './identity.ts'
import { dropName, isStub, linkTo, renameOverStub } from './move.ts'
import { FolderCache, PinnedFolder, type Place } from './pinned-folder.ts'
import { rawPath } from './raw-path.ts'

let home = ''
let folder: PinnedFolder
const place = (name: string): Place => ({ folder, name: rawPath(name) })
const path = (name: string) => join(home, name)
const read = (name: string) => readFileSync(path(name), 'utf8')
const identity = (name: string) => identityOf(lstatSync(path(name), { bigint: true }))

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hwc-ai-move-'))
  folder = new PinnedFolder(rawPath(home))
})
afterEach(() => {
  folder.close()
  rmSync(home, { recursive: true })
})

/** A disk on which something happens right before a call. */
const before = (call: 'rename' | 'link', happen: () => void): Disk => ({
  ...realDisk,
  [call]: (from: string, to: string) => {
    happen()
    realDisk[call](from, to)
  },
})

describe('a link', () => {
  it('replaces nothing', () => {
    writeFileSync(path('a'), 'a')
    writeFileSync(path('b'), 'b')
    expect(linkTo(realDisk, place('a'), place('b'))).toBe('taken')
    expect(read('b')).toBe('b')
  })

  it.runIf(existsSync('/dev/shm') && statSync('/dev/shm').dev !== statSync(tmpdir()).dev)(
    'to another device says so',
    () => {
      const shm = mkdtempSync('/dev/shm/hwc-ai-move-')
      const other = new PinnedFolder(rawPath(shm))
      writeFileSync(path('a'), 'content')
      utimesSync(path('a'), 1_600_000_000.123, 1_700_000_000.123456)
      const to = { folder: other, name: rawPath('b') }
      expect(linkTo(realDisk, place('a'), to)).toBe('other-device')
      expect(copyVerified(realDisk, place('a'), to, identity('a'))).toBe('copied')
      const [source, copy] = [lstatSync(path('a'), { bigint: true }), lstatSync(join(shm, 'b'), { bigint: true })]
      expect([copy.mtimeNs, copy.mode, copy.size]).toEqual([source.mtimeNs, source.mode, source.size])
      expect(readFileSync(join(shm, 'b'), 'utf8')).toBe('content')
      other.close()
      rmSync(shm, { recursive: true })
    },
  )
})

describe('taking the old name away', () => {
  it('gives it back to a file that was saved over it in the last instant', () => {
    writeFileSync(path('a'), 'old')
    linkTo(realDisk, place('a'), place('moved'))
    const inode = inodeOfIdentity(identity('a'))
    const disk = before('rename', () => {
      writeFileSync(path('.new'), 'saved meanwhile')
      renameSync(path('.new'), path('a'))
    })
    expect(dropName(disk, place('a'), inode, rawPath('.aside'))).toBe('replaced')
    expect([read('a'), read('moved'), readdirSync(home).sort()]).toEqual(['saved meanwhile', 'old', ['a', 'moved']])
  })

  it('is nothing when it is gone already', () => {
    expect(dropName(realDisk, place('a'), '1:1', rawPath('.aside'))).toBe('absent')
  })
})

describe('a rename over a stub', () => {
  it('moves the file and leaves no stub', () => {
    writeFileSync(path('a'), 'a')
    expect(renameOverStub(realDisk, place('a'), place('b'), identity('a'), 'mark')).toBe('moved')
    expect([read('b'), readdirSync(home)]).toEqual(['a', ['b']])
  })

  it('replaces nothing, and leaves a file that changed', () => {
    writeFileSync(path('a'), 'a')
    writeFileSync(path('b'), 'b')
    expect(renameOverStub(realDisk, place('a'), place('b'), identity('a'), 'mark')).toBe('taken')
    expect(renameOverStub(realDisk, place('a'), place('c'), identity('b'), 'mark')).toBe('changed')
    expect(readdirSync(home).sort()).toEqual(['a', 'b'])
  })

  it('puts back what was saved over the old name in the last instant', () => {
    writeFileSync(path('a'), 'old')
    let saved = false
    const disk = before('rename', () => {
      if (saved) return
      saved = true
      writeFileSync(path('.new'), 'saved meanwhile')
      renameSync(path('.new'), path('a'))
    })
    expect(renameOverStub(disk, place('a'), place('b'), identity('a'), 'mark')).toBe('changed')
    expect([read('a'), readdirSync(home)]).toEqual(['saved meanwhile', ['a']])
  })

  it('takes the stub away when the disk is full', () => {
    writeFileSync(path('a'), 'a')
    const full: Disk = {
      ...realDisk,
      write: () => {
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
      },
    }
    expect(() => renameOverStub(full, place('a'), place('b'), identity('a'), 'mark')).toThrow('ENOSPC')
    expect(() => copyVerified(full, place('a'), place('c'), identity('a'))).toThrow('ENOSPC')
    expect(readdirSync(home)).toEqual(['a'])
  })

  it('knows a stub only by its mark', () => {
    writeFileSync(path('a'), 'mark')
    writeFileSync(path('b'), 'park')
    writeFileSync(path('c'), '')
    expect(['a', 'b', 'c', 'd'].map((name) => isStub(place(name), 'mark'))).toEqual([true, false, false, false])
  })
})

describe('a copy', () => {
  it('keeps holes', () => {
    writeFileSync(path('a'), 'end', { flag: 'w' })
    const big = Buffer.alloc(1 << 20)
    writeFileSync(path('a'), Buffer.concat([big, big, Buffer.from('end')]))
    expect(copyVerified(realDisk, place('a'), place('b'), identity('a'))).toBe('copied')
    expect(readFileSync(path('b')).equals(readFileSync(path('a')))).toBe(true)
    expect(lstatSync(path('b')).blocks).toBeLessThan(64)
  })
})

describe('a folder held open', () => {
  it('is not used through a symlink, nor after it was moved away', () => {
    using folders = new FolderCache()
    mkdirSync(path('real'))
    symlinkSync(path('real'), path('link'))
    expect(folders.get(rawPath(path('link')))).toBeNull()
    expect(folders.get(rawPath(path('real')))).not.toBeNull()
    renameSync(path('real'), path('away'))
    symlinkSync(path('away'), path('real'))
    expect(folders.get(rawPath(path('real')))).toBeNull()
  })
})
