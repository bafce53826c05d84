/** Sizes and durations as people write them in a rules file. */

const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
}

const DAY = 86_400_000
const DURATIONS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  year: 365 * DAY,
}

function parse(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number | null {
  const match = pattern.exec(text.trim().toLowerCase())
  const factor = units[match?.[2] ?? '']
  return match === null || factor === undefined ? null : Math.round(Number(match[1]) * factor)
}

/** Bytes of `20 MB` or `1.5 GiB`; null when it is neither. */
export function parseSize(text: string): number | null {
  return parse(text, /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b)$/, SIZES)
}

/** Milliseconds of `30 days`; months have 30 days and years 365. Null when it is no duration. */
export function parseDuration(text: string): number | null {
  return parse(text, /^(\d+(?:\.\d+)?)\s*(minute|hour|day|week|month|year)s?$/, DURATIONS)
}
