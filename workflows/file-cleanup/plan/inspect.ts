/** Looks into each file: what it is, and which of them hold the same. */
import { hash } from 'node:crypto'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { hashFile } from '#lib/files/copy.ts'
import { contentType, HEAD_BYTES, type ContentType } from '#lib/files/content-type/index.ts'
import { inodeOfIdentity } from '#lib/files/identity.ts'
import { fsPath, joinPath, type RawPath } from '#lib/files/raw-path.ts'
import { isSystemError } from '#lib/errors/index.ts'
import { pathOf, type Candidate } from './action.ts'

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

export interface InspectOptions {
  /** Files above are not compared. */
  compareUpToBytes: number
  tick: (done: number, total: number) => void
}

/**
 * Reads the head of every file and says in it what it is.
 * @returns for each file a number that is the same for files of one size with the same first bytes; NaN where it is not compared
 */
export function inspect(root: RawPath, files: readonly Candidate[], options: InspectOptions): Float64Array {
  const starts = new Float64Array(files.length).fill(Number.NaN)
  const known = new Map<string, Map<string | null, ContentType>>()
  files.forEach((file, i) => {
    options.tick(i, files.length)
    const bytes = readHead(fsPath(joinPath(root, pathOf(file))))
    if (bytes === null) return
    file.content = intern(known, contentType(bytes, file.name))
    const comparable = file.sizeBytes > 0 && file.sizeBytes <= options.compareUpToBytes && !file.sparse
    if (comparable) starts[i] = startOf(bytes, file.sizeBytes)
  })
  return starts
}

const SIZE_BITS = 2 ** 21

/** The checksum and the lower bits of the size: 53 bits, as many as a number has. */
const startOf = (bytes: Buffer, size: number) => crc32(bytes) * SIZE_BITS + (size % SIZE_BITS)

/** One object for each distinct type, however many files are of it. */
function intern(known: Map<string, Map<string | null, ContentType>>, content: ContentType): ContentType {
  const alike = known.get(content.label) ?? new Map<string | null, ContentType>()
  if (alike.size === 0) known.set(content.label, alike)
  const first = alike.get(content.mismatch) ?? content
  if (first === content) alike.set(content.mismatch, content)
  return first
}

/** Oldest first, then the shortest name: `report.pdf` before `report (1).pdf`. */
function byAge(a: Candidate, b: Candidate): number {
  const [first, second] = [pathOf(a), pathOf(b)]
  return a.modifiedMs - b.modifiedMs || first.length - second.length || (first < second ? -1 : 1)
}

/** Whether two files hold the same bytes; false when either cannot be read. */
export function sameContent(a: string | Buffer, b: string | Buffer): boolean {
  try {
    return hashFile(a) === hashFile(b)
  } catch {
    return false
  }
}

/** Size and SHA-256 of all of a file, or null when it cannot be read. */
function fullDigest(root: RawPath, file: Candidate): string | null {
  const path = fsPath(joinPath(root, pathOf(file)))
  try {
    if (file.sizeBytes > HEAD_BYTES) return `${file.sizeBytes}:${hashFile(path)}`
    const bytes = readHead(path)
    return bytes === null ? null : `${file.sizeBytes}:${hash('sha256', bytes)}`
  } catch {
    return null
  }
}

/** Files of one size whose first bytes are the same as another's, by these; sorted numbers find them without a table of all files. */
function alike(files: readonly Candidate[], starts: Float64Array): Candidate[][] {
  const sorted = starts.toSorted()
  const repeated = new Set(sorted.filter((start, i) => start === sorted[i - 1]))
  const groups = new Map<number, Candidate[]>()
  files.forEach((file, i) => {
    const start = starts[i] ?? Number.NaN
    if (!repeated.has(start)) return
    const group = groups.get(start)
    if (group === undefined) groups.set(start, [file])
    else group.push(file)
  })
  return [...groups.values()]
}

/**
 * Finds files with the same content, by size and first bytes, then by SHA-256 of all of it, and names in each further copy the
 * oldest file with that content.
 * @param starts what {@link inspect} returned
 * @param tick called before each file that is read as a whole
 */
export function findDuplicates(
  root: RawPath,
  files: readonly Candidate[],
  starts: Float64Array,
  tick: () => void,
): void {
  for (const group of alike(files, starts)) {
    const same = Map.groupBy(group, (file) => {
      tick()
      return fullDigest(root, file)
    })
    same.delete(null)
    for (const copies of same.values()) nameOriginals(copies)
  }
}

/** All but the oldest are copies; further names of one file are not, as they take no space. */
function nameOriginals(copies: readonly Candidate[]): void {
  const [first, ...further] = copies.toSorted(byAge)
  if (first === undefined) return
  const inodes = new Set([inodeOfIdentity(first.identity)])
  for (const file of further) {
    const inode = inodeOfIdentity(file.identity)
    if (!inodes.has(inode)) file.original = first
    inodes.add(inode)
  }
}
