/** Reads the files of a repository that are about Nix. Symlinks are not followed, so nothing outside is read. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, isSystemError } from '#lib/errors/index.ts'

const MOST_FILES = 20_000
const MOST_BYTES = 2 * 1024 * 1024
/** Folders with what others made. */
const SKIPPED = new Set(['node_modules', 'result', 'target', 'dist'])

function assertFolder(directory: string): void {
  try {
    if (statSync(directory).isDirectory()) return
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) throw new AppError('path-not-found', `${directory} does not exist.`, { cause })
    throw new AppError('path-not-readable', `${directory} cannot be read.`, { cause })
  }
  throw new AppError('not-a-directory', `${directory} is not a folder.`)
}

function* pathsBelow(directory: string, below: string): Generator<string> {
  const entries = readdirSync(join(directory, below), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isFile()) yield path
    else if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
      yield* pathsBelow(directory, path)
  }
}

/**
 * The Nix files and the READMEs below a folder.
 * @param directory real path
 * @returns each file's text by its path below the folder, in order
 * @throws AppError `path-not-found`, `path-not-readable`, `not-a-directory`, `file-too-large`
 */
export function readSources(directory: string): Map<string, string> {
  assertFolder(directory)
  const sources = new Map<string, string>()
  for (const path of pathsBelow(directory, '')) {
    if (!/(?:\.nix|(?:^|\/)README\.md)$/.test(path)) continue
    if (sources.size >= MOST_FILES)
      throw new AppError('file-too-large', `${directory} holds more than ${MOST_FILES} Nix files.`, {
        hint: 'Name a folder further down.',
      })
    const file = join(directory, path)
    if (statSync(file).size <= MOST_BYTES) sources.set(path, readFileSync(file, 'utf8'))
  }
  return sources
}
