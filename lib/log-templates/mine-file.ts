/** Mines the templates of a whole file, plain or gzip, as a stream. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { LineSplitter } from './lines.ts'
import { TemplateMiner, type Template } from './miner.ts'

const CHUNK_BYTES = 1 << 20

export interface MinedFile {
  /** Lines read. */
  lines: number
  templates: readonly Template[]
  /** Number of the template of each line, in order; null unless asked for. */
  lineTemplates: Int32Array | null
}

export interface MineFileOptions {
  /** Keep the template number of each line: 4 bytes a line. */
  perLine?: boolean
  signal?: AbortSignal
  /** Called about every megabyte with the number of lines read so far. */
  onProgress?: (lines: number) => void
}

/**
 * Reads `path` once and groups its lines.
 * @throws Node's system errors for a file that cannot be read, zlib's for a broken `.gz`, `AbortError`
 */
export async function mineFile(path: string, options: MineFileOptions = {}): Promise<MinedFile> {
  const miner = new TemplateMiner()
  const ids = new NumberList(options.perLine === true)
  let lines = 0
  const splitter = new LineSplitter((buffer, start, end) => {
    ids.push(miner.add(buffer, start, end))
    lines++
  })
  const consume = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      splitter.push(chunk)
      options.onProgress?.(lines)
    }
  }
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  if (path.endsWith('.gz')) await pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), consume, signal)
  else await pipeline(file, consume, signal)
  splitter.end()
  const { templates, numberOf } = miner.finish()
  return { lines, templates, lineTemplates: ids.map(numberOf) }
}

/** A list of 32-bit numbers that grows; holds nothing when switched off. */
class NumberList {
  private items: Int32Array
  private length = 0
  private readonly on: boolean

  constructor(on: boolean) {
    this.on = on
    this.items = new Int32Array(on ? 65_536 : 0)
  }

  push(item: number): void {
    if (!this.on) return
    if (this.length === this.items.length) {
      const larger = new Int32Array(this.items.length * 2)
      larger.set(this.items)
      this.items = larger
    }
    this.items[this.length++] = item
  }

  map(convert: (item: number) => number): Int32Array | null {
    if (!this.on) return null
    const mapped = this.items.subarray(0, this.length)
    for (let i = 0; i < mapped.length; i++) mapped[i] = convert(mapped[i] ?? 0)
    return mapped
  }
}
