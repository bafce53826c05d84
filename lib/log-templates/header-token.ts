/** What one blank-separated token at the start of a log line is: part of a time, a level, a number, or a name. */

export const NAME = 0
/** A clock time, alone or with its date: `18:01:47,978`, `2015-10-18T18:01:47Z`, `2005-06-03-15.42.50.675872`. */
export const CLOCK = 1
/** A calendar date: `2015-10-18`, `17/06/09`, `2005.06.03`. */
export const DATE = 2
/** Digits with one separator, a date only beside a clock: `03-17`, `10.30`. */
export const SHORT_DATE = 3
/** Seconds or milliseconds since 1970. */
export const EPOCH = 4
export const NUMBER = 5
/** `Jan` to `Dec`. */
export const MONTH = 6
/** `Mon` to `Sun`. */
export const WEEKDAY = 7
/** A level that cannot be mistaken for prose: upper case, or in brackets. */
export const LEVEL = 8
/** A level as a plain word (`Info,`, `warning:`), believed only right after the time. */
export const SOFT_LEVEL = 9
/** One of `V D I W E F`, a level only after a time (Android). */
export const LETTER_LEVEL = 10
/** `-`, `--`, `---`, `|`. */
export const DASH = 11
/** Digits with one dot; a time when a kernel writes it in brackets. */
export const DECIMAL = 12

const MONTHS = new Set(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map(threeBytes),
)
const WEEKDAYS = new Set(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map(threeBytes))
/** Hashes of the names of levels in lower case. */
const LEVELS = new Set(
  [
    ...['trace', 'debug', 'verbose', 'fine', 'finer', 'finest', 'config', 'info', 'information', 'notice'],
    ...['warn', 'warning', 'error', 'err', 'severe', 'failure'],
    ...['crit', 'critical', 'fatal', 'alert', 'emerg', 'emergency', 'panic'],
  ].map((word) => [...Buffer.from(word)].reduce(addLetter, 0)),
)

function threeBytes(text: string): number {
  return (text.charCodeAt(0) << 16) | (text.charCodeAt(1) << 8) | text.charCodeAt(2)
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57

/** Month, weekday or name of the three bytes at `start`. */
export function calendarWord(buffer: Uint8Array, start: number): number {
  const key = ((buffer[start] ?? 0) << 16) | ((buffer[start + 1] ?? 0) << 8) | (buffer[start + 2] ?? 0)
  if (MONTHS.has(key)) return MONTH
  return WEEKDAYS.has(key) ? WEEKDAY : NAME
}

/**
 * Classifies the token `buffer[start, end)`. Brackets and commas around it do not count.
 * @returns one of the constants of this module
 */
export function tokenKind(buffer: Uint8Array, start: number, end: number): number {
  const bracketed = buffer[start] === 91 || buffer[start] === 60
  while (start < end && (buffer[start] === 91 || buffer[start] === 40 || buffer[start] === 60)) start++
  while (end > start && isTrailer(buffer[end - 1])) end--
  const length = end - start
  const first = buffer[start] ?? 0
  if (length === 0) return DASH
  if (isDigit(first)) return numericKind(buffer, start, end)
  if (first === 45 && (length === 1 || buffer[start + 1] === 45)) return DASH
  if (length === 1) return 'VDIWEF'.includes(String.fromCharCode(first)) ? LETTER_LEVEL : first === 124 ? DASH : NAME
  if (length === 3 && first >= 65 && first <= 90) {
    const calendar = calendarWord(buffer, start)
    if (calendar !== NAME) return calendar
  }
  return length <= 11 ? levelKind(buffer, start, end, bracketed) : NAME
}

/** `]`, `)`, `,`, `:`, `>` after a token. */
function isTrailer(byte: number | undefined): boolean {
  return byte === 93 || byte === 41 || byte === 44 || byte === 58 || byte === 62
}

function addLetter(hash: number, letter: number): number {
  return Math.imul(hash ^ letter, 0x01000193) + letter
}

function levelKind(buffer: Uint8Array, start: number, end: number, bracketed: boolean): number {
  let upper = true
  let hash = 0
  for (let i = start; i < end; i++) {
    const byte = buffer[i] ?? 0
    if (byte >= 97 && byte <= 122) upper = false
    else if (byte < 65 || byte > 90) return NAME
    hash = addLetter(hash, byte | 32)
  }
  if (!LEVELS.has(hash)) return NAME
  return upper || bracketed ? LEVEL : SOFT_LEVEL
}

/** Kind of a token that starts with a digit. */
function numericKind(buffer: Uint8Array, start: number, end: number): number {
  let colons = 0
  let separators = 0
  let digits = 0
  let others = 0
  let firstGroup = 0
  for (let i = start; i < end; i++) {
    const byte = buffer[i]
    if (isDigit(byte)) digits++
    else if (byte === 58) colons++
    else if (byte === 45 || byte === 47 || byte === 46) {
      if (separators === 0 && colons === 0) firstGroup = digits
      separators++
    } else if (byte !== 44 && byte !== 84 && byte !== 90 && byte !== 43 && byte !== 95) others++
  }
  if (others > 0) return NAME
  if (colons >= 2 && colons <= 4 && digits >= 4 && clockAt(buffer, start, end)) return CLOCK
  if (colons > 0) return NAME
  if (separators >= 4 && digits >= 14 && firstGroup === 4) return CLOCK
  const length = end - start
  if (separators === 2)
    return digits === 8 || (digits === 6 && firstGroup === 2) ? DATE : digits === 7 && firstGroup === 4 ? DATE : NAME
  if (separators === 1)
    return epochDigits(firstGroup, buffer[start]) ? EPOCH : digits <= 4 && firstGroup <= 2 ? SHORT_DATE : DECIMAL
  if (separators > 0) return NAME
  return length === digits && epochDigits(digits, buffer[start]) ? EPOCH : NUMBER
}

const epochDigits = (digits: number, first: number | undefined) =>
  (digits === 10 || digits === 13 || digits === 16) && first === 49

/** Whether `d:d:d` with one or two digits each lies in the token, before at most a fraction and a zone. */
function clockAt(buffer: Uint8Array, start: number, end: number): boolean {
  let i = start
  while (i < end && buffer[i] !== 58) i++
  const hour = i - start
  if (!isDigit(buffer[i - 1]) || (hour > 2 && isDigit(buffer[i - 3]) && isDigit(buffer[i - 2]) && hour < 9))
    return false
  let j = i + 1
  while (j < end && isDigit(buffer[j])) j++
  const minute = j - i - 1
  return minute >= 1 && minute <= 2 && buffer[j] === 58 && isDigit(buffer[j + 1])
}
