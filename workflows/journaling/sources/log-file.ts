/**
 * One log file, with what rotation made of it. Since the last entry it is read from a byte offset (its inode tells whether
 * it is still the same file); for a range of time, by the times of its lines.
 */
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import * as z from 'zod'
import { isSystemError, messageOf } from '#lib/errors/index.ts'
import { LineSplitter, type OnLine } from '#lib/log-templates/index.ts'
import { lineTime } from './line-time.ts'
import {
  unavailable,
  type LogSource,
  type OnRecord,
  type ReadContext,
  type ReadResult,
  type ReadWindow,
} from './types.ts'

const CHUNK_BYTES = 1 << 18
const HEAD_BYTES = 256
/** A last line without a line feed counts as whole when nothing was written for so long, in milliseconds. */
const SETTLED_MS = 60_000

/** `head` is a digest of the first bytes: the kernel gives the inode of a removed file to the next one. */
const cursorSchema = z.object({ inode: z.string(), offset: z.number().int().min(0), head: z.string() })
type Cursor = z.infer<typeof cursorSchema>

/** A file on disk that belongs to the log: itself or a rotated piece. */
interface Piece {
  path: string
  inode: string
  size: number
  modified: number
}

/** A piece and the byte to begin at, counted in its uncompressed content. */
interface Stretch {
  piece: Piece
  from: number
  /** Whether it is the live file, whose last line may be half written. */
  live: boolean
}

/** @param path absolute, already found to be allowed */
export function logFile(path: string, id: string = path): LogSource {
  return {
    id,
    title: path,
    async read(window, onRecord, context) {
      try {
        return await readLog(path, window, onRecord, context)
      } catch (error) {
        context.signal.throwIfAborted()
        if (isSystemError(error, 'ENOENT')) return unavailable(`${path} does not exist.`)
        if (isSystemError(error, 'EACCES') || isSystemError(error, 'EPERM'))
          return unavailable(`${path} may not be read by this user.`)
        return unavailable(`${path} could not be read: ${messageOf(error)}`)
      }
    },
  }
}

async function readLog(
  path: string,
  window: ReadWindow,
  onRecord: OnRecord,
  context: ReadContext,
): Promise<ReadResult> {
  const current = await pieceAt(path)
  if (current === null) return unavailable(`${path} is not a file.`)
  const rotated = await rotatedPieces(path)
  const cursor = parseCursor(window.cursor)
  const plan = cursor === null ? byTime(current, rotated, window) : await sinceCursor(current, rotated, cursor, window)
  const times = cursor === null ? new TimeFilter(window) : null
  let end = 0
  for (const stretch of plan.stretches) {
    times?.startFile()
    const consumed = await readStretch(path, stretch, times, onRecord, context)
    if (stretch.live) end = consumed
  }
  const reasons = [plan.note, times?.remark() ?? null].filter((reason) => reason !== null)
  const next: Cursor = { inode: current.inode, offset: end, head: await headDigest(path, end) }
  return {
    state: plan.note === null ? 'read' : 'partly',
    reason: reasons.length === 0 ? null : reasons.join(' '),
    cursor: JSON.stringify(next),
  }
}

function parseCursor(text: string | null): Cursor | null {
  if (text === null) return null
  try {
    return cursorSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

interface Plan {
  stretches: Stretch[]
  note: string | null
}

function byTime(current: Piece, rotated: readonly Piece[], window: ReadWindow): Plan {
  const older = rotated
    .filter((piece) => piece.modified >= window.from.getTime())
    .map((piece) => ({ piece, from: 0, live: false }))
  return { stretches: [...older, { piece: current, from: 0, live: true }], note: null }
}

async function sinceCursor(
  current: Piece,
  rotated: readonly Piece[],
  cursor: Cursor,
  window: ReadWindow,
): Promise<Plan> {
  const whole = { piece: current, from: 0, live: true }
  const sameInode = current.inode === cursor.inode && current.size >= cursor.offset
  if (sameInode && (await headDigest(current.path, cursor.offset)) === cursor.head)
    return { stretches: [{ ...whole, from: cursor.offset }], note: null }
  const moved = rotated.findIndex((piece) => piece.inode === cursor.inode)
  // Compressed or copied, a piece has a new inode but the same content: the first one written to since the last entry.
  const at = moved >= 0 ? moved : rotated.findIndex((piece) => piece.modified >= window.from.getTime())
  const first = rotated[at]
  if (first === undefined)
    return {
      stretches: [whole],
      note: 'It was cut short or replaced since the last entry, and the rest of the old file is gone.',
    }
  const rest = rotated.slice(at + 1).map((piece) => ({ piece, from: 0, live: false }))
  return { stretches: [{ piece: first, from: cursor.offset, live: false }, ...rest, whole], note: null }
}

/** Digest of the first bytes of a file, at most {@link HEAD_BYTES} and no further than `limit`. */
async function headDigest(path: string, limit: number): Promise<string> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(Math.min(limit, HEAD_BYTES)),
      0,
      Math.min(limit, HEAD_BYTES),
      0,
    )
    return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex').slice(0, 16)
  } finally {
    await handle.close()
  }
}

const isCompressed = (path: string) => path.endsWith('.gz')

async function pieceAt(path: string): Promise<Piece | null> {
  const stats = await lstat(path)
  return stats.isFile() ? { path, inode: `${stats.dev}:${stats.ino}`, size: stats.size, modified: stats.mtimeMs } : null
}

/** `name.1`, `name.2.gz`, `name-20240101`, `name-20240101.gz`: oldest first. */
async function rotatedPieces(path: string): Promise<Piece[]> {
  const name = basename(path)
  const names = (await readdir(dirname(path))).filter(
    (other) => other.startsWith(name) && /^(?:\.\d{1,3}|-\d{8}(?:-?\d+)?)(?:\.gz)?$/.test(other.slice(name.length)),
  )
  const pieces = await Promise.all(names.map((other) => pieceAt(join(dirname(path), other)).catch(() => null)))
  return pieces
    .filter((piece) => piece !== null)
    .sort((a, b) => a.modified - b.modified || b.path.localeCompare(a.path))
}

/**
 * Reads one piece.
 * @param times null: every line from where the stretch begins
 * @returns the offset after its last whole line
 */
async function readStretch(
  name: string,
  { piece, from, live }: Stretch,
  times: TimeFilter | null,
  onRecord: OnRecord,
  context: ReadContext,
): Promise<number> {
  const talker = basename(name)
  const onLine: OnLine = (buffer, start, end, { offset }) => {
    if (offset < from || start === end || times?.admits(buffer, start, end) === false) return
    const at = () => (times === null ? lineTime(buffer, start, end, Date.now()) : times.last)
    onRecord({ buffer, start, end, at, severity: null, talker, reference: () => `${piece.path}, byte ${offset}` })
  }
  const begin = isCompressed(piece.path) ? 0 : from
  const splitter = new LineSplitter(onLine, begin)
  await readChunks(piece.path, begin, (chunk) => splitter.push(chunk), context.signal)
  if (!live || isCompressed(piece.path) || Date.now() - piece.modified > SETTLED_MS) splitter.end()
  return splitter.consumed
}

/** Which lines fall into a window; a line without a time belongs to the one before it. */
class TimeFilter {
  /** Time of the line at hand. */
  last: number | null = null
  private newest = Number.NEGATIVE_INFINITY
  private admitted = 0
  private untimed = 0
  private readonly from: number
  private readonly to: number

  constructor(window: ReadWindow) {
    this.from = window.from.getTime()
    this.to = window.to.getTime()
  }

  startFile(): void {
    this.last = null
  }

  admits(buffer: Uint8Array, start: number, end: number): boolean {
    this.last = lineTime(buffer, start, end, this.to) ?? this.last
    if (this.last === null) this.untimed++
    else if (this.last > this.newest) this.newest = this.last
    const admitted = this.last === null || (this.last > this.from && this.last <= this.to)
    if (admitted) this.admitted++
    return admitted
  }

  /** What a person should know of how the lines were chosen, or null. */
  remark(): string | null {
    if (this.untimed > 0) return `${this.untimed} lines before the first readable time were counted too.`
    if (this.admitted > 0 || !Number.isFinite(this.newest)) return null
    return `Its lines are all outside this range; the newest is of ${new Date(this.newest).toISOString()}.`
  }
}

/** Reads a file from a byte on, uncompressed. Not through a symlink, and without waiting should it have become a pipe. */
async function readChunks(
  path: string,
  start: number,
  onChunk: (chunk: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const file = createReadStream('', { fd: handle, autoClose: false, highWaterMark: CHUNK_BYTES, start })
    const consume = async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) onChunk(chunk)
    }
    if (isCompressed(path)) await pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), consume, { signal })
    else await pipeline(file, consume, { signal })
  } finally {
    await handle.close()
  }
}
