/** The files of entries: written whole or not at all, never over what a person wrote, removed only when they are ours. */
import { createHash, randomBytes } from 'node:crypto'
import { link, open, readFile, rename, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, isDiskFull, isSystemError, toAppError } from '#lib/errors/index.ts'
import { makeFolders } from '#lib/files/make-folders.ts'

export const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex')

export interface WrittenEntry {
  path: string
  sha256: string
  /** Where a file went that was in the way and that this app did not write so; null when there was none. */
  keptPath: string | null
}

/**
 * Writes `<date>.md`: first under another name, synced, then renamed, so that a reader or a crash sees the old or the new
 * entry and never half of one.
 * @param ownHash what this app wrote there last; a file with other content is kept under another name
 * @throws AppError `path-not-readable`, `disk-full`
 */
export async function writeEntryFile(
  folder: string,
  date: string,
  content: string,
  ownHash: string | null,
): Promise<WrittenEntry> {
  const path = join(folder, `${date}.md`)
  const temporary = join(folder, `.${date}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    makeFolders(folder, 0o750)
    await writeSynced(temporary, content)
    const keptPath = await keepForeign(path, ownHash)
    await rename(temporary, path)
    await syncFolder(folder)
    return { path, sha256: sha256(content), keptPath }
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw explain(error, folder)
  }
}

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o640)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Gives a file that is not as this app wrote it a second name, which the rename then leaves. */
async function keepForeign(path: string, ownHash: string | null): Promise<string | null> {
  const hash = await hashOf(path)
  if (hash === null || hash === ownHash) return null
  for (let number = 1; ; number++) {
    const kept = path.replace(/\.md$/, `.kept-${number}.md`)
    try {
      await link(path, kept)
      return kept
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error
    }
  }
}

async function hashOf(path: string): Promise<string | null> {
  try {
    return sha256(await readFile(path))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null
    throw error
  }
}

/**
 * Removes an entry's file if it still is what this app wrote.
 * @returns `edited` when it was changed since and therefore left alone
 */
export async function removeEntryFile(path: string, ownHash: string): Promise<'removed' | 'absent' | 'edited'> {
  const hash = await hashOf(path)
  if (hash === null) return 'absent'
  if (hash !== ownHash || !/^\d{4}-\d\d-\d\d\.md$/.test(basename(path))) return 'edited'
  await unlink(path)
  return 'removed'
}

function explain(error: unknown, folder: string): AppError {
  if (isDiskFull(error)) return toAppError(error)
  return new AppError(
    'path-not-readable',
    `The journal folder ${folder} cannot be written: ${toAppError(error).message}`,
    {
      cause: error,
      hint: 'Check its permissions, or set another folder in local-workflows.journaling.outputDir.',
    },
  )
}
