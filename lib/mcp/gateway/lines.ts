/** Lines from chunks of bytes. A line is put together once, however many chunks it came in. */

/**
 * @param onLine gets each line without its end
 * @param onTooLong is called once a line passes the limit, and nothing follows; null: such a line comes in pieces
 */
export class LineReader {
  readonly #maxBytes: number
  readonly #onLine: (line: string) => void
  readonly #onTooLong: (() => void) | null
  #parts: Buffer[] = []
  #bytes = 0
  #ended = false

  constructor(maxBytes: number, onLine: (line: string) => void, onTooLong: (() => void) | null) {
    this.#maxBytes = maxBytes
    this.#onLine = onLine
    this.#onTooLong = onTooLong
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0 && !this.#ended; end = chunk.indexOf(10, from)) {
      this.#take(chunk.subarray(from, end))
      from = end + 1
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from))
  }

  #keep(part: Buffer): void {
    if (this.#ended) return
    this.#bytes += part.length
    this.#parts.push(part)
    if (this.#bytes <= this.#maxBytes) return
    if (this.#onTooLong === null) this.#emit()
    else {
      this.#ended = true
      this.#parts = []
      this.#onTooLong()
    }
  }

  #emit(): void {
    const line = Buffer.concat(this.#parts, this.#bytes).toString('utf8')
    this.#parts = []
    this.#bytes = 0
    this.#onLine(line)
  }

  #take(last: Buffer): void {
    if (this.#parts.length === 0 && last.length <= this.#maxBytes) {
      if (last.length > 0) this.#onLine(last.toString('utf8'))
      return
    }
    this.#keep(last)
    if (!this.#ended && this.#bytes > 0) this.#emit()
  }
}
