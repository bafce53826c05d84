/** A pattern: the tokens of a message with its variable places as {@link VALUE}, and one message it came from. */
import { CLASS, LETTER } from './characters.ts'
import { DOTTED, MANY_DOTS, mixHigh, mixLow, PLAIN, VALUE, type Scanner } from './scanner.ts'

/** What kind of token stands at a place. */
export const KIND_VALUE = 0
export const KIND_WORD = 1
/** `NEW`, `SCREEN_ON`: names of states, which make different messages. */
export const KIND_STATE = 2
/** `mail.example.org`, in lower case. */
export const KIND_HOST = 3
export const KIND_MARK = 4

export interface Pattern {
  /** Number under which lines were counted; patterns merged later point to another one (see `parent` in the miner). */
  id: number
  hashes: Int32Array
  kinds: Uint8Array
  low: number
  high: number
  /** Places that were made variable by merging, ascending: the rest of the values were found by the scanner. */
  merged: readonly number[]
  /** Bytes of the first message, from `starts[0]` on. */
  sample: Uint8Array
  /** Byte ranges of the tokens in the sample. */
  starts: Int32Array
  ends: Int32Array
}

/** What must be kept of a pattern to know it again in a later run. */
export interface StoredPattern {
  hashes: readonly number[]
  kinds: readonly number[]
  merged: readonly number[]
}

/** Makes a pattern of what the scanner holds. */
export function patternOf(scanner: Scanner, buffer: Uint8Array, id: number): Pattern {
  const { count } = scanner
  const base = count === 0 ? 0 : (scanner.starts[0] ?? 0)
  const stop = count === 0 ? 0 : (scanner.ends[count - 1] ?? 0)
  const starts = scanner.starts.slice(0, count).map((at) => Math.min(at - base, SAMPLE_BYTES))
  const ends = scanner.ends.slice(0, count).map((at) => Math.min(at - base, SAMPLE_BYTES))
  const sample = Buffer.from(buffer.subarray(base, Math.min(stop, base + SAMPLE_BYTES)))
  const kinds = new Uint8Array(count)
  for (let i = 0; i < count; i++) kinds[i] = kindOf(scanner, i, buffer)
  return {
    id,
    hashes: scanner.hashes.slice(0, count),
    kinds,
    low: scanner.low,
    high: scanner.high,
    merged: [],
    sample,
    starts,
    ends,
  }
}

/** Makes the pattern of a template that an earlier run found. */
export function knownPattern(known: StoredPattern, id: number): Pattern {
  const hashes = Int32Array.from(known.hashes)
  let low = hashes.length
  let high = 0
  hashes.forEach((hash, place) => {
    low = (low + mixLow(hash, place)) | 0
    high = (high + mixHigh(hash, place)) | 0
  })
  const none = new Int32Array(0)
  const kinds = Uint8Array.from(known.kinds)
  return {
    id,
    hashes,
    kinds,
    low,
    high,
    merged: [...known.merged],
    sample: new Uint8Array(0),
    starts: none,
    ends: none,
  }
}

/** A sample holds a little more than what the scanner looks at, never a whole line of a megabyte. */
const SAMPLE_BYTES = 2048

function kindOf(scanner: Scanner, at: number, buffer: Uint8Array): number {
  if (scanner.hashes[at] === VALUE) return KIND_VALUE
  const trait = scanner.traits[at] ?? PLAIN
  if (trait > 31) return KIND_MARK
  let upper = 0
  let letters = 0
  for (let i = scanner.starts[at] ?? 0; i < (scanner.ends[at] ?? 0); i++) {
    const byte = buffer[i] ?? 0
    if (CLASS[byte] === LETTER) letters++
    if (byte >= 65 && byte <= 90) upper++
  }
  if (letters === 0) return KIND_MARK
  if ((trait === DOTTED || trait === MANY_DOTS) && upper === 0) return KIND_HOST
  return upper === letters && letters > 1 ? KIND_STATE : KIND_WORD
}

/** Makes the given places variable. */
export function generalise(pattern: Pattern, places: readonly number[]): void {
  for (const place of places) {
    const hash = pattern.hashes[place] ?? VALUE
    if (hash === VALUE && pattern.merged.includes(place)) continue
    pattern.low = (pattern.low - mixLow(hash, place) + mixLow(VALUE, place)) | 0
    pattern.high = (pattern.high - mixHigh(hash, place) + mixHigh(VALUE, place)) | 0
    pattern.hashes[place] = VALUE
    pattern.kinds[place] = KIND_VALUE
    pattern.merged = [...pattern.merged, place].sort((a, b) => a - b)
  }
}

/** The pattern as people read it: its first message with `<*>` for what varies. */
export function patternText(pattern: Pattern): string {
  const sample = Buffer.from(pattern.sample.buffer, pattern.sample.byteOffset, pattern.sample.length)
  let text = ''
  let end = 0
  pattern.hashes.forEach((hash, i) => {
    const start = pattern.starts[i] ?? 0
    text += gap(sample.toString('utf8', end, start))
    end = Math.max(end, pattern.ends[i] ?? start)
    const piece = hash === VALUE ? '<*>' : sample.toString('utf8', start, end)
    text += piece
  })
  return text.replaceAll(/(?:<\*>\s*)+<\*>/g, '<*>')
}

/** What the scanner left out between two tokens: blanks, or a folded aside. */
function gap(text: string): string {
  return text.trim() === '' ? (text === '' ? '' : ' ') : ' <*> '
}
