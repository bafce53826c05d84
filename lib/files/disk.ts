/**
 * Every call by which files are changed, in one place: what a crash test counts, and where a test can say that a file
 * system has no hard links. Reading goes to `node:fs` directly.
 */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import type { PinnedFolder } from './pinned-folder.ts'

type FsPath = string | Buffer

export interface Disk {
  /** Adds a name to a file; fails with `EEXIST` rather than replace one. */
  link: (from: FsPath, to: FsPath) => void
  rename: (from: FsPath, to: FsPath) => void
  unlink: (path: FsPath) => void
  makeFolder: (path: FsPath) => void
  /** Removes a folder only when it is empty. */
  removeFolder: (path: FsPath) => void
  /** Makes a new file for writing (0600); fails with `EEXIST` rather than open one. */
  createExclusive: (path: FsPath) => number
  write: (fd: number, data: Uint8Array, position: number) => void
  /** Gives an open new file the size, owner, mode and times of another. */
  dress: (fd: number, like: fs.BigIntStats) => void
  /** Gives one open file the times of another to the nanosecond, which `futimes` of Node cannot, where touch(1) is there. */
  copyTimes: (from: number, to: number) => void
  syncFile: (fd: number) => void
  syncFolder: (folder: PinnedFolder) => void
}

function writeAll(fd: number, data: Uint8Array, position: number): void {
  for (let done = 0; done < data.length;) done += fs.writeSync(fd, data, done, data.length - done, position + done)
}

function dress(fd: number, like: fs.BigIntStats): void {
  fs.ftruncateSync(fd, Number(like.size))
  try {
    fs.fchownSync(fd, Number(like.uid), Number(like.gid))
  } catch {
    // Only root may give a file away; for others the copy is theirs, as with cp(1).
  }
  fs.fchmodSync(fd, Number(like.mode & 0o7777n))
  fs.futimesSync(fd, Number(like.atimeNs) / 1e9, Number(like.mtimeNs) / 1e9)
}

/** The disk itself. */
export const realDisk: Disk = {
  link: fs.linkSync,
  rename: fs.renameSync,
  unlink: fs.unlinkSync,
  makeFolder: (path) => fs.mkdirSync(path),
  removeFolder: (path) => fs.rmdirSync(path),
  createExclusive: (path) => {
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = fs.constants
    return fs.openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600)
  },
  write: writeAll,
  dress,
  copyTimes: (from, to) => {
    const open = `/proc/${process.pid}/fd`
    spawnSync('touch', ['-r', `${open}/${from}`, '--', `${open}/${to}`], { stdio: 'ignore' })
  },
  syncFile: fs.fsyncSync,
  syncFolder: (folder) => folder.sync(),
}
