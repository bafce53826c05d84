/** systemd time spans such as `1h 30min`, as systemd.time(7) describes them. */

const SECOND = 1_000_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY
/** 365.25 days and a twelfth of it, as in systemd. */
const YEAR = 31_557_600 * SECOND
const MONTH = 2_629_800 * SECOND

/** Microseconds of each unit. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ...['usec', 'us', 'µs', 'μs'].map((name) => [name, 1] as const),
  ...['msec', 'ms'].map((name) => [name, 1000] as const),
  ...['seconds', 'second', 'sec', 's'].map((name) => [name, SECOND] as const),
  ...['minutes', 'minute', 'min', 'm'].map((name) => [name, MINUTE] as const),
  ...['hours', 'hour', 'hr', 'h'].map((name) => [name, HOUR] as const),
  ...['days', 'day', 'd'].map((name) => [name, DAY] as const),
  ...['weeks', 'week', 'w'].map((name) => [name, WEEK] as const),
  ...['months', 'month', 'M'].map((name) => [name, MONTH] as const),
  ...['years', 'year', 'y'].map((name) => [name, YEAR] as const),
])

/** The longest unit name first, so that `min` is not read as `m` and then `in`. */
const NAMES = [...UNITS.keys()].sort((a, b) => b.length - a.length).join('|')
const PART = new RegExp(String.raw`\s*\+?(\d+|(?=\.))(?:\.(\d+))?(?:\s*(${NAMES})|\s+|$)`, 'uy')

/** Digit by digit in whole microseconds, as systemd does: a sum of floating-point numbers would be off by one. */
function fraction(digits: string, unit: number): number {
  let [sum, place] = [0, unit]
  for (const digit of digits) {
    place = Math.floor(place / 10)
    sum += Number(digit) * place
  }
  return sum
}

/**
 * @param text e.g. `5min`, `1h 30min`, `1.5d`; a number without a unit is in seconds
 * @returns milliseconds, with a fraction below one; null when it is not a time span. Neither `infinity` nor more than 285
 *   years (2⁵³ µs) is taken.
 */
export function parseTimeSpan(text: string): number | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  let microseconds = 0
  PART.lastIndex = 0
  while (PART.lastIndex < trimmed.length) {
    const match = PART.exec(trimmed)
    if (match === null) return null
    const unit = UNITS.get(match[3] ?? 's') ?? SECOND
    microseconds += Number(match[1]) * unit + fraction(match[2] ?? '', unit)
    if (!Number.isSafeInteger(microseconds)) return null
  }
  return microseconds / 1000
}

const SHOWN: readonly (readonly [string, number])[] = [
  ['y', YEAR],
  ['month', MONTH],
  ['w', WEEK],
  ['d', DAY],
  ['h', HOUR],
  ['min', MINUTE],
  ['s', SECOND],
  ['ms', 1000],
  ['us', 1],
]

/**
 * The time span as systemd writes it, e.g. `1h 30min`.
 * @param milliseconds at least 0; rounded to microseconds
 */
export function formatTimeSpan(milliseconds: number): string {
  let rest = Math.round(milliseconds * 1000)
  const parts: string[] = []
  for (const [name, size] of SHOWN) {
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count}${name}`)
    rest -= count * size
  }
  return parts.length === 0 ? '0' : parts.join(' ')
}
