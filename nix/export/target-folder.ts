/**
 * The folder an export is written to. Every folder on the way to a file is held open and no symlink is followed, so that
 * nothing outside can be read, written or removed, whatever else happens there meanwhile.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import { PinnedFolder } from '#lib/files/pinned-folder.ts'
import { parsePath, type RawPath, rawPath } from '#lib/files/raw-path.ts'
import { isCleanPath, sha256 } from './manifest.ts'

const syncToDisk = promisify(fsync)

/** A larger file is none of ours; it is not read at all. */
const MOST_BYTES = 4 * 1024 * 1024

/** What lies at a path. */
export type Found =
  | { kind: 'absent' }
  | { kind: 'file'; text: string; hash: string }
  /** Something that is never replaced: a symlink, a folder, a file that cannot be read. */
  | { kind: 'blocked'; reason: string }

const ABSENT: Found = { kind: 'absent' }

function split(path: string): { parents: string[]; name: RawPath } {
  if (!isCleanPath(path)) throw new Error(`${JSON.stringify(path)} is no path of an export`)
  const parts = path.split('/')
  return { name: parsePath(parts.pop() ?? ''), parents: parts }
}

function blockedBy(error: unknown, what: string): Found {
  if (isSystemError(error, 'ENOENT')) return ABSENT
  if (isSystemError(error, 'ELOOP')) return { kind: 'blocked', reason: `${what} is a symlink, which is never followed` }
  if (isSystemError(error, 'ENOTDIR')) return { kind: 'blocked', reason: `${what} is a symlink or no folder` }
  if (isSystemError(error, 'EACCES')) return { kind: 'blocked', reason: `${what} cannot be read` }
  throw error
}

export class TargetFolder implements Disposable {
  /** In full, without symlinks. */
  readonly path: string
  readonly #root: PinnedFolder
  readonly #open = new Map<string, PinnedFolder>()

  /**
   * @param path absolute and real
   * @throws AppError `conflict` when it no longer is: a folder on the way was replaced since it was looked at
   */
  constructor(path: string) {
    this.path = path
    this.#root = new PinnedFolder(parsePath(path))
    if (this.#root.isInPlace()) return
    this.#root.close()
    throw new AppError('conflict', `${path} was moved, or leads elsewhere now.`, { hint: 'Try again.' })
  }

  get root(): PinnedFolder {
    return this.#root
  }

  /** The open folder of a path's parents; fails as the system does where there is none. */
  #folder(parents: readonly string[], create: boolean): PinnedFolder {
    let folder = this.#root
    let at = ''
    for (const part of parents) {
      at += `${part}/`
      const known = this.#open.get(at)
      folder = known ?? this.#openBelow(folder, parsePath(part), create)
      if (known === undefined) this.#open.set(at, folder)
    }
    return folder
  }

  #openBelow(folder: PinnedFolder, name: RawPath, create: boolean): PinnedFolder {
    if (create)
      try {
        mkdirSync(folder.child(name), 0o755)
      } catch (error) {
        if (!isSystemError(error, 'EEXIST')) throw error
      }
    return new PinnedFolder(rawPath(`/proc/self/fd/${folder.fd}/${name}`))
  }

  /** What lies at a path. */
  find(path: string): Found {
    const { parents, name } = split(path)
    let folder: PinnedFolder
    try {
      folder = this.#folder(parents, false)
    } catch (error) {
      return blockedBy(error, `a folder above ${path}`)
    }
    let fd: number
    try {
      // Without waiting: a pipe would keep the reader until someone writes.
      fd = openSync(folder.child(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    } catch (error) {
      return blockedBy(error, path)
    }
    try {
      const stats = fstatSync(fd)
      if (stats.isDirectory()) return { kind: 'blocked', reason: `${path} is a folder` }
      if (!stats.isFile()) return { kind: 'blocked', reason: `${path} is no ordinary file` }
      if (stats.size > MOST_BYTES) return { kind: 'blocked', reason: `${path} is too large to compare` }
      const bytes = readFileSync(fd)
      return { kind: 'file', text: bytes.toString('utf8'), hash: sha256(bytes) }
    } finally {
      closeSync(fd)
    }
  }

  /** The open folder of a file that is about to be put there; its parents are made where they are missing. */
  folderFor(path: string): { folder: PinnedFolder; name: RawPath } {
    const { parents, name } = split(path)
    return { folder: this.#folder(parents, true), name }
  }

  /** Takes a file away, and the folders above it that are empty then. */
  remove(path: string): void {
    const { parents, name } = split(path)
    unlinkSync(this.#folder(parents, false).child(name))
    while (parents.length > 0) {
      const at = `${parents.join('/')}/`
      const last = parsePath(parents.pop() ?? '')
      try {
        rmdirSync(this.#folder(parents, false).child(last))
      } catch (error) {
        if (isSystemError(error, 'ENOTEMPTY') || isSystemError(error, 'EEXIST') || isSystemError(error, 'EBUSY')) return
        throw error
      }
      this.#open.get(at)?.close()
      this.#open.delete(at)
    }
  }

  /** Puts every name that was changed on the disk; all at once, since the disk then has one thing to wait for. */
  async sync(): Promise<void> {
    await Promise.all([this.#root, ...this.#open.values()].map(({ fd }) => syncToDisk(fd)))
  }

  [Symbol.dispose](): void {
    for (const folder of this.#open.values()) folder.close()
    this.#open.clear()
    this.#root.close()
  }
}
