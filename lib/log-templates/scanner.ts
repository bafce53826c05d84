/**
 * The hand-written scanner: one pass over the bytes of a message, no strings, no regular expressions. It yields tokens as
 * hashes, with every value (numbers, paths, addresses, anything with a digit) already the same {@link VALUE} token, and
 * folds what varies in number rather than in kind: runs and lists of values, written dates, object dumps, short quotations
 * and brackets that hold nothing but a value.
 */
import { BLANK, CLASS, DIGIT, JOINER, MARK } from './characters.ts'
import { calendarWord, NAME } from './header-token.ts'

/** Tokens of a message that are kept; the rest of it counts as one trailing value. */
export const MAX_TOKENS = 128
/** Bytes of a message that are looked at. */
export const MAX_BYTES = 2048
/** Hash of a value token: no word has it. */
export const VALUE = 0

/** Traits of a word; the trait of a mark is its byte, which is above 31. */
export const PLAIN = 0
/** Month or weekday. */
const CALENDAR = 1
/** One dot inside: `example.org`. */
export const DOTTED = 2
/** Several dots inside: `mail.example.org`, `org.example.Name`. */
export const MANY_DOTS = 3
/** Two or four hexadecimal letters: a piece of a hardware or IPv6 address beside other pieces. */
const HEXISH = 4

const QUOTE = 34
const APOSTROPHE = 39
const OPEN_ROUND = 40
const CLOSE_ROUND = 41
const COMMA = 44
const DOT = 46
const COLON = 58
const OPEN_ANGLE = 60
const EQUALS = 61
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
/** An object dump or a quotation is looked for this far, in bytes. */
const MAX_DUMP = 600
const MAX_QUOTED = 80

/** Units that belong to the number before them: `1.00 KB`, `<1 sec`. */
const UNITS = hashSet('B KB MB GB TB KiB MiB GiB kB sec secs ms s min us')
/** Words that are values after `=` or `:`. */
const LITERALS = hashSet('null NULL nil none None true false True False TRUE FALSE yes no')

/** Hash of a word, as the scanner computes it over its bytes. */
export function hashOf(word: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(word)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash | 1
}

/** Hashes of the words of a blank-separated list. */
export function hashSet(words: string): Set<number> {
  return new Set(words.split(' ').map(hashOf))
}

/** What one token at one place adds to the fingerprint of its message; a sum, so that a place can be taken out again. */
export function mixLow(hash: number, place: number): number {
  let mixed = Math.imul(hash ^ Math.imul(place + 1, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** The second, independent half of {@link mixLow}. */
export function mixHigh(hash: number, place: number): number {
  const mixed = Math.imul(hash + Math.imul(place + 7, 0x27d4eb2f), 0x165667b1)
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
}

const isHexLetter = (byte: number) => (byte >= 97 && byte <= 102) || (byte >= 65 && byte <= 70)

/** Scans messages into reusable arrays; valid until the next {@link scan}. */
export class Scanner {
  /** Hash of each token; {@link VALUE} for a value. */
  readonly hashes = new Int32Array(MAX_TOKENS + 4)
  /** Where each token starts and ends in the buffer; a folded value spans all it stands for. */
  readonly starts = new Int32Array(MAX_TOKENS + 4)
  readonly ends = new Int32Array(MAX_TOKENS + 4)
  /** Trait of a word, or the byte of a mark. */
  readonly traits = new Uint8Array(MAX_TOKENS + 4)
  count = 0
  /** The two halves of the fingerprint of the whole sequence of tokens. */
  low = 0
  high = 0
  private structured = false

  /** Scans `buffer[start, end)`. */
  scan(buffer: Uint8Array, start: number, end: number): void {
    this.count = 0
    this.structured = buffer[start] === OPEN_BRACE
    const stop = end - start > MAX_BYTES ? start + MAX_BYTES : end
    let i = start
    while (i < stop && this.count < MAX_TOKENS) {
      const kind = CLASS[buffer[i] ?? 0]
      if (kind === BLANK) i++
      else if (kind === MARK) i = this.mark(buffer, i, stop)
      else i = this.word(buffer, i, stop)
    }
    if (i < end) this.cut(i, end)
    this.fingerprint()
  }

  /** What lies past the limits becomes one value, with the word that the limit cuts in two. */
  private cut(at: number, end: number): void {
    const last = this.count - 1
    const cutInTwo = last >= 0 && this.ends[last] === at
    if (cutInTwo) this.count = last
    this.value(cutInTwo ? (this.starts[last] ?? at) : at, end)
  }

  /** One word; returns where it ends. */
  private word(buffer: Uint8Array, start: number, stop: number): number {
    let hash = 0x811c9dc5
    let digits = 0
    let dots = 0
    let i = start
    let byte = buffer[i] ?? 0
    let kind = CLASS[byte] ?? BLANK
    const path = byte === 47 || byte === 92
    while (kind <= JOINER) {
      if (kind === DIGIT) digits = 1
      else if (byte === DOT) {
        if (buffer[i + 1] === DOT && buffer[i + 2] === DOT) break
        dots++
      }
      hash = Math.imul(hash ^ byte, 0x01000193)
      if (++i >= stop) break
      byte = buffer[i] ?? 0
      kind = CLASS[byte] ?? BLANK
    }
    if (i === start) return this.skipDots(buffer, i, stop)
    hash |= 1
    if (digits === 1 || (path && i - start > 2)) this.value(start, i)
    else this.plainWord(buffer, start, i, hash, dots)
    return i
  }

  /** `field.....0`: a leader of dots separates, as blanks do. */
  private skipDots(buffer: Uint8Array, start: number, stop: number): number {
    let i = start
    while (i < stop && buffer[i] === DOT) i++
    return i
  }

  private plainWord(buffer: Uint8Array, start: number, end: number, hash: number, dots: number): void {
    const last = this.count - 1
    const trait = this.traitOf(buffer, start, end, dots)
    if (this.hashes[last] === VALUE && last >= 0 && UNITS.has(hash)) this.ends[last] = end
    else if (trait === HEXISH && this.hashes[last - 1] === VALUE && this.isGluedColon(last, start) && last >= 1)
      this.value(start, end)
    else if (end - start >= 8 && this.isHex(buffer, start, end)) this.value(start, end)
    else if (last >= 0 && (this.traits[last] === EQUALS || this.traits[last] === COLON) && LITERALS.has(hash))
      this.value(start, end)
    else this.push(hash, start, end, trait)
  }

  private isHex(buffer: Uint8Array, start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (!isHexLetter(buffer[i] ?? 0)) return false
    return true
  }

  private traitOf(buffer: Uint8Array, start: number, end: number, dots: number): number {
    if (dots > 0) return buffer[end - 1] === DOT || buffer[start] === DOT ? PLAIN : dots > 1 ? MANY_DOTS : DOTTED
    const length = end - start
    const first = buffer[start] ?? 0
    if (length === 3) return first >= 65 && first <= 90 && calendarWord(buffer, start) !== NAME ? CALENDAR : PLAIN
    return (length === 2 || length === 4) && this.isHex(buffer, start, end) ? HEXISH : PLAIN
  }

  private mark(buffer: Uint8Array, start: number, stop: number): number {
    const byte = buffer[start] ?? 0
    const end = start + 1
    const before = CLASS[buffer[start - 1] ?? 32]
    if (byte === OPEN_ANGLE && end < stop && CLASS[buffer[end] ?? 0] === DIGIT && before === BLANK)
      return this.word(buffer, end, stop)
    if (byte === CLOSE_ROUND && this.foldBracket(buffer, end)) return end
    if ((byte === QUOTE || (byte === APOSTROPHE && before !== undefined && before >= MARK)) && !this.structured) {
      const close = this.quotationEnd(buffer, end, Math.min(stop, end + MAX_QUOTED), byte)
      if (close > 0) {
        this.value(start, close)
        return close
      }
    }
    if (
      byte === OPEN_BRACE &&
      this.count > 0 &&
      this.ends[this.count - 1] === start &&
      before !== undefined &&
      before <= JOINER
    ) {
      const close = this.dumpEnd(buffer, start, Math.min(stop, start + MAX_DUMP))
      if (close > 0) {
        const name = this.starts[--this.count] ?? start
        this.value(name, close)
        return close
      }
    }
    this.push(byte | 1 | (byte << 8), start, end, byte)
    return end
  }

  /** Where a quotation of one or two words ends; 0 when it is longer, or begins like a request (`"GET /`). */
  private quotationEnd(buffer: Uint8Array, from: number, limit: number, quote: number): number {
    let blanks = 0
    for (let i = from; i < limit; i++) {
      const byte = buffer[i] ?? 0
      if (byte === quote) return i > from && buffer[i + 1] !== COLON ? i + 1 : 0
      if (byte === 32 && (++blanks > 1 || this.isUpper(buffer, from, i))) return 0
    }
    return 0
  }

  private isUpper(buffer: Uint8Array, start: number, end: number): boolean {
    for (let i = start; i < end; i++) if ((buffer[i] ?? 0) < 65 || (buffer[i] ?? 0) > 90) return false
    return true
  }

  /** Where the braces of `Name{…}` close; 0 when they do not. */
  private dumpEnd(buffer: Uint8Array, from: number, limit: number): number {
    let depth = 0
    for (let i = from; i < limit; i++) {
      if (buffer[i] === OPEN_BRACE) depth++
      else if (buffer[i] === CLOSE_BRACE && --depth === 0) return i + 1
    }
    return 0
  }

  private push(hash: number, start: number, end: number, trait: number): void {
    const at = this.count++
    this.hashes[at] = hash
    this.starts[at] = start
    this.ends[at] = end
    this.traits[at] = trait
  }

  /** Adds a value, joined with the value before it when nothing or only a separator lies between. */
  private value(from: number, end: number): void {
    let start = from
    let last = this.count - 1
    while (last >= 0 && this.traits[last] === CALENDAR) {
      start = this.starts[last] ?? start
      this.count = last--
    }
    while (last >= 1 && this.isGluedColon(last, start) && this.isAddressPart(last - 1)) {
      start = this.starts[last - 1] ?? start
      this.count = last - 1
      last -= 2
    }
    if (last >= 0 && this.hashes[last] === VALUE) this.ends[last] = end
    else if (last >= 1 && this.hashes[last - 1] === VALUE && this.joins(last, start)) {
      this.count = last
      this.ends[last - 1] = end
    } else this.push(VALUE, start, end, PLAIN)
  }

  /** Whether token `at` is a colon with no blank on either side of it, the next token starting at `next`. */
  private isGluedColon(at: number, next: number): boolean {
    return this.traits[at] === COLON && this.ends[at] === next && this.starts[at] === this.ends[at - 1]
  }

  /** A dotted name or hexadecimal pair: with a colon and a number after it, it is an address. */
  private isAddressPart(at: number): boolean {
    const trait = this.traits[at]
    return trait === DOTTED || trait === MANY_DOTS || trait === HEXISH
  }

  /** `,` between values joins them anywhere; `: ; | # =` only where they touch both. */
  private joins(at: number, next: number): boolean {
    const mark = this.traits[at] ?? 0
    if (mark === COMMA) return true
    if (mark !== COLON && mark !== 59 && mark !== 124 && mark !== 35 && mark !== EQUALS) return false
    return this.ends[at] === next && this.starts[at] === this.ends[at - 1]
  }

  /** ` (12.5 KB)` and ` ()` are asides that come and go: they do not make another message. */
  private foldBracket(buffer: Uint8Array, end: number): boolean {
    const last = this.count - 1
    const open =
      this.traits[last] === OPEN_ROUND
        ? last
        : this.traits[last - 1] === OPEN_ROUND && this.isAside(last)
          ? last - 1
          : -1
    if (open < 1 || CLASS[buffer[(this.starts[open] ?? 0) - 1] ?? 0] !== BLANK) return false
    this.count = open
    if (this.hashes[open - 1] === VALUE) this.ends[open - 1] = end
    return true
  }

  /** A value, or the full name of a host after its address. */
  private isAside(at: number): boolean {
    return this.hashes[at] === VALUE || (this.traits[at] === MANY_DOTS && this.hashes[at - 2] === VALUE)
  }

  private fingerprint(): void {
    let low = this.count
    let high = 0
    for (let i = 0; i < this.count; i++) {
      const hash = this.hashes[i] ?? 0
      low = (low + mixLow(hash, i)) | 0
      high = (high + mixHigh(hash, i)) | 0
    }
    this.low = low
    this.high = high
  }
}
