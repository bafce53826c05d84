/**
 * Where the message of a log line starts. Nothing here knows a program or a file: a header is what comes before and right
 * after the line's time (host, level, process id, thread, component), as syslog, log4j, Python, Android, klog, Apache and
 * supercomputer logs write it. A line without a time keeps everything but a leading level.
 */
import {
  CLOCK,
  DASH,
  DATE,
  DECIMAL,
  EPOCH,
  LETTER_LEVEL,
  LEVEL,
  MONTH,
  NAME,
  NUMBER,
  SHORT_DATE,
  SOFT_LEVEL,
  tokenKind,
  WEEKDAY,
} from './header-token.ts'

const MAX_TOKENS = 14
/** A bracketed thread or request context is at most this long. */
const MAX_BRACKET = 400
/** Fields between `|` after the time: mostly component and process, and then the message. */
const MAX_FIELDS = 2

/** Recognises headers; holds the token positions of the line at hand, so that nothing is allocated per line. */
export class HeaderReader {
  private readonly starts = new Int32Array(MAX_TOKENS)
  private readonly ends = new Int32Array(MAX_TOKENS)
  private readonly kinds = new Int8Array(MAX_TOKENS)
  private count = 0
  private position = 0
  private buffer: Uint8Array = new Uint8Array(0)
  private end = 0

  /**
   * @param buffer bytes that hold the line at `[start, end)`
   * @returns offset of the first byte of the message; `start` when there is no header
   */
  messageStart(buffer: Uint8Array, start: number, end: number): number {
    this.buffer = buffer
    this.position = start
    this.end = end
    this.count = 0
    const pipe = this.pipedStart(start)
    if (pipe >= 0) return pipe
    const time = this.lastTimeToken()
    if (time < 0) return this.leadingLevel(start)
    const next = this.afterLevel(time + 1)
    if (next >= 0) return next
    const dash = this.afterDash(time + 1)
    if (dash >= 0) return dash
    const tag = this.afterTag(time + 1)
    if (tag >= 0) return tag
    const host = this.kind(0) === MONTH && this.kind(time + 1) === NAME ? 1 : 0
    return this.offset(time + 1 + host)
  }

  /** `time|component|pid|message`: fields before the message hold no blank. Returns -1 for other lines. */
  private pipedStart(start: number): number {
    const { buffer, end } = this
    const limit = Math.min(end, start + 40)
    let i = start
    while (i < limit && buffer[i] !== 124 && buffer[i] !== 32) i++
    if (buffer[i] === 32) {
      i++
      while (i < limit && buffer[i] !== 124 && buffer[i] !== 32) i++
    }
    if (i >= limit || buffer[i] !== 124 || i - start < 8) return -1
    const first = this.kind(0)
    const cut = tokenKind(buffer, start, Math.min(this.ends[0] ?? i, i))
    if (first !== CLOCK && first !== DATE && first !== EPOCH && cut !== CLOCK && cut !== EPOCH && cut !== DATE)
      return -1
    let field = i + 1
    let fields = 0
    for (let j = field; j < end && fields < MAX_FIELDS; j++) {
      const byte = buffer[j]
      if (byte === 124) {
        field = j + 1
        fields++
      } else if (byte === 32 && buffer[j - 1] !== 124 && buffer[j + 1] !== 124) break
    }
    return this.skipBlanks(field)
  }

  /** Index of the last token of the line's time, or -1. */
  private lastTimeToken(): number {
    const numbered = this.kind(0) === NUMBER || this.kind(0) === DASH
    const gapLimit = numbered ? 5 : 3
    let last = -1
    for (let i = 0; i < 10; i++) {
      const kind = this.kind(i)
      if (kind < 0) break
      if (this.isTime(i, kind)) {
        last = i
        continue
      }
      if (last >= 0 ? i - last > 1 : i >= gapLimit || !(numbered || this.isMachineName(i))) break
      if (this.buffer[(this.ends[i] ?? 0) - 1] === 58) break
    }
    if (last < 0) return last
    return this.kind(last + 1) === NUMBER && this.closesBracket(last + 1) ? last + 1 : last
  }

  private isTime(index: number, kind: number): boolean {
    switch (kind) {
      case CLOCK:
      case DATE:
      case EPOCH:
        return true
      case SHORT_DATE:
        return this.kind(index + 1) === CLOCK || this.isBracketTime(index)
      case DECIMAL:
        return this.isBracketTime(index)
      case MONTH:
        return this.kind(index + 1) === NUMBER
      case WEEKDAY:
        return this.kind(index + 1) === MONTH || this.kind(index + 1) === NUMBER
      case NUMBER:
        return this.isTimeNumber(index)
      default:
        return false
    }
  }

  /** A day beside its month, `081109 203615`, or the seconds since boot of a kernel line. */
  private isTimeNumber(index: number): boolean {
    if (index > 0 && (this.kind(index - 1) === MONTH || this.kind(index + 1) === MONTH)) return true
    const length = (this.ends[index] ?? 0) - (this.starts[index] ?? 0)
    if (length === 6 && index > 0 && this.kind(index - 1) === NUMBER) return this.isDay(index - 1)
    return (length === 6 || length === 8) && this.isDay(index) && this.isSixDigits(index + 1)
  }

  private isDay(index: number): boolean {
    const length = (this.ends[index] ?? 0) - (this.starts[index] ?? 0)
    return index === 0 && (length === 6 || length === 8)
  }

  private isSixDigits(index: number): boolean {
    return this.kind(index) === NUMBER && (this.ends[index] ?? 0) - (this.starts[index] ?? 0) === 6
  }

  /** `[    0.000000]`: a lone opening bracket before, a closing one after. */
  private isBracketTime(index: number): boolean {
    return index <= 1 && this.closesBracket(index) && this.buffer[this.starts[0] ?? 0] === 91
  }

  private closesBracket(index: number): boolean {
    return this.buffer[(this.ends[index] ?? 0) - 1] === 93
  }

  /** A word that no sentence holds: with a digit, dot, underscore, slash or upper-case letters only. */
  private isMachineName(index: number): boolean {
    let lower = false
    for (let i = this.starts[index] ?? 0; i < (this.ends[index] ?? 0); i++) {
      const byte = this.buffer[i] ?? 0
      if ((byte >= 48 && byte <= 57) || byte === 46 || byte === 95 || byte === 47 || byte === 45) return true
      if (byte >= 97 && byte <= 122) lower = true
    }
    return !lower
  }

  /** Offset of the message after a level that follows the time, with thread and component; -1 without a level. */
  private afterLevel(from: number): number {
    for (let i = from; i < from + 5; i++) {
      const kind = this.kind(i)
      if (kind < 0) return -1
      if (
        kind === LEVEL ||
        (kind === SOFT_LEVEL && i === from) ||
        (kind === LETTER_LEVEL && this.kind(i - 1) === NUMBER)
      )
        return this.afterComponent(this.ends[i] ?? 0)
      const last = this.buffer[(this.ends[i] ?? 0) - 1]
      if (last === 58 || this.buffer[this.starts[i] ?? 0] === 91) return -1
    }
    return -1
  }

  /** Skips process ids, `[thread]`, `-`, and one component from `position` on. */
  private afterComponent(position: number): number {
    const { buffer, end } = this
    let at = this.skipBlanks(position)
    let tokenEnd = this.tokenEnd(at)
    for (let guard = 0; guard < 6; guard++) {
      const bracket = this.bracketEnd(at)
      const dash = buffer[at] === 45 && (tokenEnd - at === 1 || buffer[at + 1] === 45)
      const skipped = bracket >= 0 ? bracket : dash || this.isDigits(at, tokenEnd) ? tokenEnd : -1
      if (skipped < 0) break
      at = this.skipBlanks(skipped)
      tokenEnd = this.tokenEnd(at)
      if (dash) return at === end || buffer[at] !== 91 ? at : this.afterComponent(at)
    }
    if (!this.isIdentifier(at, tokenEnd)) return at
    const next = this.skipBlanks(tokenEnd)
    if (buffer[tokenEnd - 1] === 58) return next
    // `component : message`, the colon in a column of its own.
    if (buffer[next] === 58 && (buffer[next + 1] ?? 0) <= 32) return this.skipBlanks(next + 1)
    const padded = next - tokenEnd >= 2 && next < end
    const dashed = buffer[next] === 45 && buffer[next + 1] === 32
    if (!padded && !dashed && !this.isDotted(at, tokenEnd)) return at
    const bracket = this.bracketEnd(next)
    return bracket < 0 ? this.skipBlanks(dashed ? next + 1 : next) : this.skipBlanks(bracket)
  }

  /** `name - message`: the message begins after a dash that stands alone among the first tokens. */
  private afterDash(from: number): number {
    for (let i = from; i < from + 3; i++) {
      if (this.kind(i) < 0 || this.buffer[(this.ends[i] ?? 0) - 1] === 58) return -1
      if (this.kind(i) === DASH && this.ends[i] === (this.starts[i] ?? 0) + 1) return this.offset(i + 1)
    }
    return -1
  }

  /** `host program[pid]: message`, as syslog writes it. */
  private afterTag(from: number): number {
    for (let i = from; i < from + 4; i++) {
      if (this.kind(i) < 0) return -1
      const end = this.ends[i] ?? 0
      if (this.buffer[end - 1] !== 58) continue
      // `program[pid] (label):` and `program[pid] <Notice>:` are tags of two tokens.
      const tagged = this.buffer[end - 2] === 93 || (i === from + 2 && this.closesBracket(from + 1))
      return i <= from + 1 || tagged || this.kind(from + 1) === DASH ? this.offset(i + 1) : -1
    }
    return -1
  }

  /** `INFO: message`, `[warn] message`: a line without a time. */
  private leadingLevel(start: number): number {
    const kind = this.kind(0)
    return kind === LEVEL ? this.afterComponent(this.ends[0] ?? start) : this.offset(0)
  }

  /** Kind of the token at `index`, read on demand; -1 past the line or the window. */
  private kind(index: number): number {
    if (index < 0 || index >= MAX_TOKENS) return -1
    while (this.count <= index) {
      const start = this.skipBlanks(this.position)
      if (start >= this.end) return -1
      const end = this.tokenEnd(start)
      this.starts[this.count] = start
      this.ends[this.count] = end
      this.kinds[this.count] = tokenKind(this.buffer, start, end)
      this.count++
      this.position = end
    }
    return this.kinds[index] ?? -1
  }

  private offset(index: number): number {
    return this.kind(index) < 0 ? this.end : (this.starts[index] ?? this.end)
  }

  private skipBlanks(at: number): number {
    while (at < this.end && (this.buffer[at] ?? 0) <= 32) at++
    return at
  }

  private tokenEnd(at: number): number {
    while (at < this.end && (this.buffer[at] ?? 0) > 32) at++
    return at
  }

  /** End of the bracketed group that starts at `at`, brackets inside it counted; -1 when there is none. */
  private bracketEnd(at: number): number {
    if (this.buffer[at] !== 91) return -1
    let depth = 0
    for (let i = at; i < Math.min(this.end, at + MAX_BRACKET); i++) {
      if (this.buffer[i] === 91) depth++
      else if (this.buffer[i] === 93 && --depth === 0) return i + 1
    }
    return -1
  }

  private isDigits(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if ((this.buffer[i] ?? 0) < 48 || (this.buffer[i] ?? 0) > 57) return false
    return end > start
  }

  /** Letters, digits and `. _ $ - / @`, with at most a colon at the end. */
  private isIdentifier(start: number, end: number): boolean {
    for (let i = start; i < end; i++) {
      const byte = this.buffer[i] ?? 0
      const letter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57)
      if (letter || byte === 46 || byte === 95 || byte === 36 || byte === 45 || byte === 47 || byte === 64) continue
      if (byte === 58 && i === end - 1 && i > start) continue
      return false
    }
    return end > start
  }

  /** `nova.compute.manager`: dots between letters, none at the end. */
  private isDotted(start: number, end: number): boolean {
    let dots = 0
    for (let i = start; i < end; i++) {
      const byte = this.buffer[i] ?? 0
      if (byte === 46) dots++
      else if (byte >= 48 && byte <= 57) return false
    }
    return dots > 0 && this.buffer[end - 1] !== 46 && this.buffer[start] !== 46
  }
}
