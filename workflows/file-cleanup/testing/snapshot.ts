/** A folder as a value: every entry with its kind, content, time and mode, to compare before and after. */
import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { fsPath, joinPath, rawPath, type RawPath } from '#lib/files/raw-path.ts'
import { namesIn } from '#lib/files/walk.ts'

/** By path, one character a byte. */
export type Snapshot = Record<string, string>

/** Larger files are told by size alone: the sparse ones of the tests. */
const HASHED_UP_TO = 1 << 24

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function describe(path: RawPath): string {
  const stats = lstatSync(fsPath(path), { bigint: true })
  const mode = (stats.mode & 0o7777n).toString(8)
  if (stats.isSymbolicLink()) return `link ${readlinkSync(fsPath(path), 'latin1')}`
  if (stats.isDirectory()) return `folder ${mode}`
  if (!stats.isFile()) return 'special'
  const content = stats.size > HASHED_UP_TO ? 'large' : sha256(readFileSync(fsPath(path)))
  return `file ${mode} ${stats.size.toString()} ${stats.mtimeNs.toString()} ${content}`
}

/** Every entry below a folder. Times of folders are left out: they change with what is in them. */
export function snapshot(root: string): Snapshot {
  const found: Snapshot = {}
  const visit = (folder: RawPath, relative: RawPath) => {
    for (const name of namesIn(folder).sort()) {
      const [path, key] = [joinPath(folder, name), joinPath(relative, name)]
      const entry = describe(path)
      found[key] = entry
      if (entry.startsWith('folder')) visit(path, key)
    }
  }
  visit(rawPath(root), rawPath(''))
  return found
}

/** How often each content is there: nothing may be lost or doubled. */
export function contents(shot: Snapshot): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const entry of Object.values(shot)) if (entry.startsWith('file')) counts[entry] = (counts[entry] ?? 0) + 1
  return counts
}
