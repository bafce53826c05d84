/** A disk and a store that tell of each step before it is done, for tests that break off between any two. */
import { AppError } from '#lib/errors/index.ts'
import { realDisk, type Disk } from '#lib/files/disk.ts'
import type { Store } from '#lib/store/index.ts'

/** `one-device`: as usual. `no-links`: a file system without hard links. `two-devices`: links between folders fail. */
export type FileSystem = 'one-device' | 'no-links' | 'two-devices'

function linkError(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** The pinned folder of a path below `/proc/self/fd`. */
const folderOf = (path: string | Buffer) => path.toString('latin1').split('/').slice(0, -1).join('/')

function link(fileSystem: FileSystem): Disk['link'] {
  return (from, to) => {
    if (fileSystem === 'no-links') throw linkError('EPERM')
    if (fileSystem === 'two-devices' && folderOf(from) !== folderOf(to)) throw linkError('EXDEV')
    realDisk.link(from, to)
  }
}

export function steppingDisk(step: () => void, fileSystem: FileSystem = 'one-device'): Disk {
  const disk: Disk = { ...realDisk, link: link(fileSystem), copyTimes: () => undefined }
  const told =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      step()
      return call(...args)
    }
  return {
    link: told(disk.link),
    rename: told(disk.rename),
    unlink: told(disk.unlink),
    makeFolder: told(disk.makeFolder),
    removeFolder: told(disk.removeFolder),
    createExclusive: told(disk.createExclusive),
    write: told(disk.write),
    dress: told(disk.dress),
    copyTimes: told(disk.copyTimes),
    syncFile: told(disk.syncFile),
    syncFolder: told(disk.syncFolder),
  }
}

/** Tells before each commit of results and intents. */
export function steppingStore(store: Store, step: () => void): Store {
  return {
    ...store,
    bulkUpsert: async (...args) => {
      step()
      const changed = await store.bulkUpsert(...args)
      step()
      return changed
    },
  }
}

/**
 * A step that breaks off at the n-th call and at every call after it: what a dead process does, without one.
 * @returns the step, and how many there were
 */
export function breakAt(n: number): { step: () => void; count: () => number } {
  let count = 0
  const step = () => {
    count++
    if (count >= n) throw new AppError('interrupted', `dead at step ${n}`)
  }
  return { step, count: () => count }
}
