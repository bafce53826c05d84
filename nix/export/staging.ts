/**
 * Where the files of an export are written in full, and put on the disk, before the first of them is moved to its place: a
 * disk that fills up is noticed before anything has changed. Its owner file keeps a second export out meanwhile.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import { PinnedFolder } from '#lib/files/pinned-folder.ts'
import { rawPath } from '#lib/files/raw-path.ts'
import { isOwnerAlive, processOwner } from '#lib/process/index.ts'

const FOLDER = rawPath('.hwc-ai-export.tmp')
const OWNER = rawPath('owner')
const STAGED = /^(?:\d+|owner)$/

function busy(cause?: unknown): AppError {
  return new AppError('conflict', 'Another export is being written to this folder.', {
    hint: 'Wait until it is done. When none is, remove .hwc-ai-export.tmp there.',
    retryAfterSeconds: 5,
    cause,
  })
}

const namesIn = (folder: PinnedFolder) => readdirSync(folder.child(rawPath('.')), { encoding: 'latin1' })

export class Staging implements Disposable {
  readonly #root: PinnedFolder
  readonly #folder: PinnedFolder
  #files = 0

  /** @throws AppError `conflict` while another export has the folder */
  constructor(root: PinnedFolder) {
    this.#root = root
    try {
      mkdirSync(root.child(FOLDER), 0o755)
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error
      Staging.#reclaim(root)
    }
    this.#folder = new PinnedFolder(rawPath(`/proc/self/fd/${root.fd}/${FOLDER}`))
    try {
      writeFileSync(this.#folder.child(OWNER), processOwner(), { flag: 'wx' })
    } catch (error) {
      this.#folder.close()
      throw isSystemError(error, 'EEXIST') ? busy(error) : error
    }
  }

  /** Removes what an export left that was killed, if one did. */
  static clear(root: PinnedFolder): void {
    if (root.lstat(FOLDER)?.isDirectory() !== true) return
    Staging.#reclaim(root)
    rmdirSync(root.child(FOLDER))
  }

  /** Empties the folder of an export that was killed. */
  static #reclaim(root: PinnedFolder): void {
    let folder: PinnedFolder
    try {
      folder = new PinnedFolder(rawPath(`/proc/self/fd/${root.fd}/${FOLDER}`))
    } catch (error) {
      throw busy(error)
    }
    try {
      if (isOwnerAlive(readFileSync(folder.child(OWNER), 'utf8'))) throw busy()
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) {
        folder.close()
        throw error
      }
    }
    for (const name of namesIn(folder)) if (STAGED.test(name)) unlinkSync(folder.child(rawPath(name)))
    folder.close()
  }

  /**
   * Writes a text to a file here and puts it on the disk.
   * @returns its path for `node:fs`, to be renamed
   */
  async write(text: string): Promise<string | Buffer> {
    const path = this.#folder.child(rawPath(String(this.#files++)))
    const file = await open(path, 'wx', 0o644)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    return path
  }

  /** Removes the folder with what was not moved out of it. */
  [Symbol.dispose](): void {
    for (const name of namesIn(this.#folder)) if (STAGED.test(name)) unlinkSync(this.#folder.child(rawPath(name)))
    this.#folder.close()
    rmdirSync(this.#root.child(FOLDER))
  }
}
