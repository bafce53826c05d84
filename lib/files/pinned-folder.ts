/**
 * Folders held open, so that no later rename or symlink can lead a move elsewhere. Names are resolved below
 * `/proc/self/fd/N`, which is the open folder itself wherever it now lies (proc(5)): the `openat` that Node lacks.
 */
import { closeSync, constants, fsyncSync, openSync, readlinkSync, type BigIntStats } from 'node:fs'
import { inodeAt, lstatOrNull } from './identity.ts'
import { fsPath, rawPath, type RawPath } from './raw-path.ts'

export class PinnedFolder {
  readonly path: RawPath
  readonly fd: number
  readonly #itself: string
  readonly #below: string

  /** Opens the folder at an absolute path; fails with `ELOOP` or `ENOTDIR` when that is a symlink or no folder. */
  constructor(path: RawPath) {
    this.path = path
    this.fd = openSync(fsPath(path), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    this.#itself = `/proc/self/fd/${this.fd}`
    this.#below = `${this.#itself}/`
  }

  /** Path for `node:fs` of a name in this folder. */
  child(name: RawPath): string | Buffer {
    const path = fsPath(name)
    return typeof path === 'string' ? this.#below + path : Buffer.concat([Buffer.from(this.#below), path])
  }

  /** Real path of the folder at this moment. */
  whereNow(): RawPath {
    return rawPath(readlinkSync(this.#itself, 'latin1'))
  }

  /** Whether it still lies where it was opened, through no symlink. */
  isInPlace(): boolean {
    return this.whereNow() === this.path
  }

  lstat(name: RawPath): BigIntStats | null {
    return lstatOrNull(this.child(name))
  }

  /** `dev:ino` of what has this name, or null when nothing has. */
  inodeOf(name: RawPath): string | null {
    return inodeAt(this.child(name))
  }

  /** Puts the names in this folder on the disk. */
  sync(): void {
    fsyncSync(this.fd)
  }

  close(): void {
    closeSync(this.fd)
  }
}

/** One file name in an open folder. */
export interface Place {
  folder: PinnedFolder
  name: RawPath
}

/** The folders of one piece of work, opened once each; the ones used longest ago are closed beyond `limit`. */
export class FolderCache implements Disposable {
  readonly #open = new Map<RawPath, PinnedFolder>()
  /** No longer where they were opened. A {@link Place} may still name one, and its number may go to another folder when it is closed. */
  readonly #strayed: PinnedFolder[] = []
  readonly #limit: number

  constructor(limit = 600) {
    this.#limit = limit
  }

  /**
   * The open folder, or null when it is not there, is a symlink, or no longer lies at that path.
   * @param path absolute and real
   */
  get(path: RawPath): PinnedFolder | null {
    let folder = this.#open.get(path)
    if (folder !== undefined && !folder.isInPlace()) {
      this.#open.delete(path)
      this.#strayed.push(folder)
      folder = undefined
    }
    return folder ?? this.#pin(path)
  }

  #pin(path: RawPath): PinnedFolder | null {
    let folder: PinnedFolder
    try {
      folder = new PinnedFolder(path)
    } catch {
      return null
    }
    if (!folder.isInPlace()) {
      folder.close()
      return null
    }
    this.#open.set(path, folder)
    return folder
  }

  /** Closes the oldest folders beyond the limit and those that strayed; call it between batches, when no {@link Place} is held. */
  trim(): void {
    this.#closeStrayed()
    for (const [path, folder] of this.#open) {
      if (this.#open.size <= this.#limit) return
      this.#open.delete(path)
      folder.close()
    }
  }

  #closeStrayed(): void {
    for (const folder of this.#strayed) folder.close()
    this.#strayed.length = 0
  }

  [Symbol.dispose](): void {
    this.#closeStrayed()
    for (const folder of this.#open.values()) folder.close()
    this.#open.clear()
  }
}
