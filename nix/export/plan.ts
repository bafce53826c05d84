/** What an export would do with each file, decided from three versions: the last export's, the folder's and the new one. */
import type { FileState } from '../operations/schemas.ts'
import type { NixTree } from '../types.ts'
import { type Manifest, sha256 } from './manifest.ts'
import type { Found } from './target-folder.ts'
import { unifiedDiff } from './unified-diff.ts'

export interface PlannedFile {
  path: string
  state: FileState
  /** What is there; null when nothing is, or nothing that can be read. */
  before: string | null
  /** What the export holds; null when the file is no longer part of it. */
  after: string | null
  /** SHA-256 of what is there; null when nothing is. */
  hash: string | null
  /** Why what is there can be neither compared nor replaced. */
  blocked: string | null
}

/** What the manifest knows of a file. */
interface Known {
  /** What the last completed export wrote. */
  base: string | undefined
  /** What one that was begun and broke off may have written. */
  pending: string | undefined
}

function knownOf(path: string, manifest: Manifest | null): Known {
  const own = (record: Readonly<Record<string, string>> = {}) =>
    Object.hasOwn(record, path) ? record[path] : undefined
  return { base: own(manifest?.files), pending: own(manifest?.pending) }
}

function stateOf(hash: string, after: string, { base, pending }: Known): FileState {
  const wanted = sha256(after)
  if (hash === wanted) return 'same'
  if (hash === base || hash === pending) return 'changed'
  if (base === undefined && pending === undefined) return 'foreign'
  return wanted === base ? 'edited' : 'conflict'
}

function planFile(path: string, after: string | null, found: Found, manifest: Manifest | null): PlannedFile | null {
  const known = knownOf(path, manifest)
  const file = { path, after, blocked: null }
  if (found.kind === 'absent') return after === null ? null : { ...file, state: 'new', before: null, hash: null }
  if (found.kind === 'blocked')
    return {
      ...file,
      state: after === null ? 'left' : 'foreign',
      before: null,
      hash: null,
      blocked: found.reason,
    }
  const { text: before, hash } = found
  if (after === null)
    return { ...file, state: hash === known.base || hash === known.pending ? 'obsolete' : 'left', before, hash }
  return { ...file, state: stateOf(hash, after, known), before, hash }
}

/**
 * Plans an export.
 * @param find what lies at a path of the folder
 * @returns every file of the tree, and those of former exports that are still there, by path
 */
export function planExport(tree: NixTree, manifest: Manifest | null, find: (path: string) => Found): PlannedFile[] {
  const paths = new Set([...tree.keys(), ...Object.keys({ ...manifest?.files, ...manifest?.pending })])
  return [...paths].sort().flatMap((path) => planFile(path, tree.get(path) ?? null, find(path), manifest) ?? [])
}

/** A planned file with its diff, as it is shown. */
export function withDiff({ path, state, before, after, blocked }: PlannedFile) {
  const shown = blocked === null ? unifiedDiff(path, before, after) : { diff: '', added: 0, removed: 0 }
  return { path, state, reason: blocked, ...shown }
}
