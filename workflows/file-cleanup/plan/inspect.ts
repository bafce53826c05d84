/** Looks into each file: what it is, and which of them hold the same. */
import { hash } from 'node:crypto'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { hashFile } from '#lib/files/copy.ts'
import { contentType, HEAD_BYTES, type ContentType } from '#lib/files/content-type/index.ts'
import { inodeOfIdentity } from '#lib/files/identity.ts'
import { fsPath, joinPath, type RawPath } from '#lib/files/raw-path.ts'
import { isSystemError } from '#lib/errors/index.ts'
import type { Candidate } from './action.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOATIME } = constants
const FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK

/** Opens without leaving a trace in the time of access, which only the owner of a file may ask for. */
function openQuietly(path: string | Buffer): number {
  try {
    return openSync(path, FLAGS | O_NOATIME)
  } catch (error) {
    if (isSystemError(error, 'EPERM')) return openSync(path, FLAGS)
    throw error
  }
}

const head = Buffer.alloc(HEAD_BYTES)

/** The first bytes of a file, valid until the next call; null when it cannot be read. */
function readHead(path: string | Buffer): Buffer | null {
  try {
    const fd = openQuietly(path)
    try {
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0))
    } finally {
      closeSync(fd)
    }
  } catch {
    return null
  }
}

export interface Inspected {
  file: Candidate
  content: ContentType
  /** Of the first bytes, where another file has the same size: only then can there be a duplicate. Null once they are compared. */
  digest: string | null
}

export interface InspectOptions {
  /** Files above are not compared. */
  compareUpToBytes: number
  tick: (done: number, total: number) => void
}

/** Reads the head of every file. `null` stands for one that cannot be read. */
export function inspect(root: RawPath, files: readonly Candidate[], options: InspectOptions): (Inspected | null)[] {
  const perSize = new Map<number, number>()
  for (const { sizeBytes } of files) perSize.set(sizeBytes, (perSize.get(sizeBytes) ?? 0) + 1)
  const interned = new Map<string, ContentType>()
  return files.map((file, i) => {
    options.tick(i, files.length)
    const bytes = readHead(fsPath(joinPath(root, file.path)))
    if (bytes === null) return null
    const comparable = file.sizeBytes > 0 && file.sizeBytes <= options.compareUpToBytes && !file.sparse
    const digest = comparable && (perSize.get(file.sizeBytes) ?? 0) > 1 ? hash('sha256', bytes, 'binary') : null
    return { file, content: intern(interned, contentType(bytes, file.name)), digest }
  })
}

/** One object for each distinct type, however many files are of it. */
function intern(known: Map<string, ContentType>, content: ContentType): ContentType {
  const key = `${content.label}|${content.mismatch ?? ''}`
  const first = known.get(key)
  if (first !== undefined) return first
  known.set(key, content)
  return content
}

/** Oldest first, then the shortest name: `report.pdf` before `report (1).pdf`. */
function byAge(a: Inspected, b: Inspected): number {
  return (
    a.file.modifiedMs - b.file.modifiedMs ||
    a.file.path.length - b.file.path.length ||
    (a.file.path < b.file.path ? -1 : 1)
  )
}

/** Whether two files hold the same bytes; false when either cannot be read. */
export function sameContent(a: string | Buffer, b: string | Buffer): boolean {
  try {
    return hashFile(a) === hashFile(b)
  } catch {
    return false
  }
}

function fullDigest(root: RawPath, { file, digest }: Inspected): string | null {
  if (file.sizeBytes <= HEAD_BYTES) return digest
  try {
    return hashFile(fsPath(joinPath(root, file.path)))
  } catch {
    return null
  }
}

/** Files whose first bytes are the same as another's of the same size; nothing is kept for all the others. */
function alike(files: readonly Inspected[]): Inspected[][] {
  const firsts = new Map<string, Inspected>()
  const groups = new Map<string, Inspected[]>()
  for (const item of files) {
    if (item.digest === null) continue
    const first = firsts.get(item.digest)
    if (first === undefined) firsts.set(item.digest, item)
    else
      groups
        .set(item.digest, groups.get(item.digest) ?? [first])
        .get(item.digest)
        ?.push(item)
  }
  return [...groups.values()].flatMap((group) => [...Map.groupBy(group, ({ file }) => file.sizeBytes).values()])
}

/**
 * Finds files with the same content: by size, by their first bytes, then by SHA-256 of all of it.
 * @param tick called before each file that is read as a whole
 * @returns for each further copy, the oldest file with that content
 */
export function findDuplicates(
  root: RawPath,
  files: readonly Inspected[],
  tick: () => void,
): Map<Candidate, Candidate> {
  const duplicates = new Map<Candidate, Candidate>()
  for (const group of alike(files)) {
    if (group.length < 2) continue
    const same = Map.groupBy(group, (item) => {
      tick()
      return fullDigest(root, item)
    })
    same.delete(null)
    for (const copies of same.values()) addCopies(duplicates, copies)
  }
  for (const item of files) item.digest = null
  return duplicates
}

/** All but the oldest are copies; further names of one file are not, as they take no space. */
function addCopies(duplicates: Map<Candidate, Candidate>, copies: readonly Inspected[]): void {
  const [first, ...further] = copies.toSorted(byAge)
  if (first === undefined) return
  const inodes = new Set([inodeOfIdentity(first.file.identity)])
  for (const { file } of further) {
    const inode = inodeOfIdentity(file.identity)
    if (!inodes.has(inode)) duplicates.set(file, first.file)
    inodes.add(inode)
  }
}
