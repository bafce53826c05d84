/** Splits chunks of bytes into lines without copying them, with bounded memory whatever the lines are. */

/** Bytes of one line that are kept; the rest of a longer line is passed over. */
export const MAX_LINE_BYTES = 65_536

/**
 * Gets one line at `buffer[start, end)`, without its line feed; the bytes are valid only during the call.
 * `offset` is the line's first byte in the whole input, `next` that of the following line.
 */
export type OnLine = (
  buffer: Uint8Array,
  start: number,
  end: number,
  position: { offset: number; next: number },
) => void

/** Feeds chunks in, lines out. */
export class LineSplitter {
  /** Bytes of the line that the last chunk ended in. */
  private carry: Buffer | null = null
  /** Offset of the first byte of the unfinished line. */
  private lineStart: number
  /** Offset of the first byte of the next chunk. */
  private chunkStart: number
  private readonly onLine: OnLine
  private readonly position = { offset: 0, next: 0 }

  /** @param offset of the first chunk in the whole input */
  constructor(onLine: OnLine, offset = 0) {
    this.onLine = onLine
    this.lineStart = offset
    this.chunkStart = offset
  }

  /** Offset after the last whole line. */
  get consumed(): number {
    return this.lineStart
  }

  push(chunk: Buffer): void {
    let at = 0
    let feed = chunk.indexOf(10)
    if (feed >= 0 && this.carry !== null) {
      this.keep(chunk.subarray(0, feed))
      this.emitCarry(this.chunkStart + feed + 1)
      at = feed + 1
      feed = chunk.indexOf(10, at)
    }
    while (feed >= 0) {
      this.emit(chunk, at, feed, this.chunkStart + feed + 1)
      at = feed + 1
      feed = chunk.indexOf(10, at)
    }
    if (at < chunk.length) this.keep(chunk.subarray(at))
    this.chunkStart += chunk.length
  }

  /** Hands out a last line that has no line feed. */
  end(): void {
    if (this.carry !== null) this.emitCarry(this.chunkStart)
  }

  private keep(bytes: Buffer): void {
    const room = MAX_LINE_BYTES - (this.carry?.length ?? 0)
    const kept = bytes.subarray(0, Math.max(0, room))
    this.carry = Buffer.concat(this.carry === null ? [kept] : [this.carry, kept])
  }

  private emitCarry(next: number): void {
    const line = this.carry ?? Buffer.alloc(0)
    this.carry = null
    this.emit(line, 0, line.length, next)
  }

  private emit(buffer: Buffer, start: number, end: number, next: number): void {
    this.position.offset = this.lineStart
    this.position.next = next
    this.lineStart = next
    const trimmed = end > start && buffer[end - 1] === 13 ? end - 1 : end
    this.onLine(buffer, start, Math.min(trimmed, start + MAX_LINE_BYTES), this.position)
  }
}
