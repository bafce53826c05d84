import { lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { describeChange, identityOf, inodeAt, inodeOf, inodeOfIdentity, lstatOrNull } from './identity.ts'

const real = await vi.importActual<typeof import('node:fs')>('node:fs')
const large = vi.hoisted(() => ({ inode: null as bigint | null }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  /** As the kernel and Node tell it of a file system whose inodes have 64 bits, such as some overlays and FUSE. */
  const lstat = (path: string, options: { bigint?: boolean } = {}) => {
    const stats = options.bigint === true ? fs.lstatSync(path, { bigint: true }) : fs.lstatSync(path)
    if (large.inode === null) return stats
    return Object.assign(stats, { ino: options.bigint === true ? large.inode : Number(large.inode) })
  }
  return { ...fs, lstatSync: lstat }
})

const home = mkdtempSync(join(tmpdir(), 'hwc-ai-identity-'))
const file = join(home, 'a')
writeFileSync(file, 'a')
afterAll(() => rmSync(home, { recursive: true }))

describe('an inode', () => {
  it('is the same whichever way it is asked for', () => {
    const stats = real.lstatSync(file, { bigint: true })
    expect(inodeAt(file)).toBe(inodeOf(stats))
    expect(inodeOfIdentity(identityOf(stats))).toBe(inodeOf(stats))
  })

  it('is exact where numbers are not', () => {
    const { dev } = lstatSync(file)
    for (const inode of [2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
      large.inode = inode
      expect(inodeAt(file)).toBe(`${dev}:${inode}`)
    }
    large.inode = null
  })

  it('is none where nothing is', () => {
    expect(inodeAt(join(home, 'absent'))).toBeNull()
    expect(inodeAt(join(file, 'below a file'))).toBeNull()
    expect(lstatOrNull(join(file, 'below a file'))).toBeNull()
  })
})

describe('a change', () => {
  it('is none while everything is the same', () => {
    const stats = real.lstatSync(file, { bigint: true })
    expect(describeChange(identityOf(stats), stats)).toBeNull()
    expect(describeChange(identityOf(stats), null)).toBe('It is no longer there.')
  })
})
