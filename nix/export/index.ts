/** The exported tree and a folder it is, or is to be, written to. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import type { Written, FileDiff } from '../operations/schemas.ts'
import type { NixTree } from '../types.ts'
import { makeDirectory } from './directory.ts'
import { MANIFEST, type Manifest, parseManifest } from './manifest.ts'
import { type PlannedFile, planExport, withDiff } from './plan.ts'
import { TargetFolder } from './target-folder.ts'
import { type WriteOptions, writeExport } from './write.ts'

export { archiveOf } from './archive.ts'
export { allowedDirectories, resolveDirectory } from './directory.ts'
export type { DirectoryContext } from './directory.ts'

export interface Comparison {
  exists: boolean
  /** Version of the app that wrote the last export; null before the first. */
  exportedVersion: string | null
  files: PlannedFile[]
}

function isFolder(path: string): boolean {
  try {
    if (statSync(path).isDirectory()) return true
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    throw new AppError('path-not-readable', `${path} cannot be read.`, { cause: error })
  }
  throw new AppError('not-a-directory', `${path} is not a folder.`)
}

function readManifest(target: TargetFolder): Manifest | null {
  const found = target.find(MANIFEST)
  if (found.kind === 'blocked') throw new AppError('conflict', `${join(target.path, MANIFEST)}: ${found.reason}.`)
  return parseManifest(found.kind === 'file' ? found.text : null, target.path)
}

/**
 * What an export would do in a folder.
 * @param directory real path
 * @throws AppError `not-a-directory`, `path-not-readable`, `conflict` when the manifest there is none
 */
export function compare(tree: NixTree, directory: string): Comparison {
  if (!isFolder(directory))
    return { exists: false, exportedVersion: null, files: planExport(tree, null, () => ({ kind: 'absent' })) }
  using target = new TargetFolder(directory)
  const manifest = readManifest(target)
  const files = planExport(tree, manifest, (path) => target.find(path))
  return { exists: true, exportedVersion: manifest?.version ?? null, files }
}

/** The files that differ, with how. */
export function differing({ files }: Comparison): FileDiff[] {
  return files.filter(({ state }) => state !== 'same').map(withDiff)
}

/**
 * Writes the tree into a folder, which is made when it is missing.
 * @param directory real path
 * @throws AppError as {@link compare}, `path-not-readable` where it cannot be written, and `conflict` while another export has the folder
 */
export async function exportTree(tree: NixTree, directory: string, options: WriteOptions): Promise<Written> {
  makeDirectory(directory)
  try {
    using target = new TargetFolder(directory)
    const manifest = readManifest(target)
    const files = planExport(tree, manifest, (path) => target.find(path))
    // Awaited here: the folder is closed when this block ends.
    return await writeExport(files, manifest, target, options)
  } catch (error) {
    throw mayNotWrite(error, directory)
  }
}

/** A refusal of the system in words; any other error as it is. */
function mayNotWrite(error: unknown, directory: string): unknown {
  if (!['EACCES', 'EPERM', 'EROFS'].some((code) => isSystemError(error, code))) return error
  return new AppError('path-not-readable', `${directory} cannot be written to.`, {
    cause: error,
    hint: 'Check who owns it, and that the service may write there.',
  })
}
