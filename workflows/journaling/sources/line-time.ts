/** When a line of a log file was written, from how it begins. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY_MS = 86_400_000
/** How far into a line its time may begin: after a host, a priority or a file name. */
const WINDOW = 96

const ISO =
  /(?<![\d.])(\d{4})[-/.](\d\d?)[-/.](\d\d?)[T _-]{1,2}(\d\d?)[:.](\d\d)[:.](\d\d)(?:[.,:](\d{1,3})\d*)?(?:\s?(Z|[+-]\d\d:?\d\d))?/
const COMPACT = /^(\d{4})(\d\d)(\d\d)[-T ](\d\d?):(\d\d?):(\d\d?)(?:[.,:](\d{1,3}))?/
const SHORT = /^(\d\d)[-/]?(\d\d)[-/]?(\d\d) (\d\d):?(\d\d):?(\d\d)(?!\d)/
const SYSLOG =
  /(?:^|[>[\s])([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})\d*)?(?: (\d{4}))?/
const ACCESS = /\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]/
const LOGCAT = /^(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?/
const EPOCH = /(?:^|\s)(1\d{9})(?:\.(\d{1,3}))?\d*(?:\s|:|$)/

interface Parts {
  /** Null where the line does not say: the newest year in which the time is not in the future. */
  year: number | null
  month: number
  day: number
  hour: number
  minute: number
  second: number
  ms: number
  /** Offset such as `+02:00` or `Z`; undefined is local time. */
  zone: string | undefined
}

/**
 * @param now for times without a year
 * @returns milliseconds since 1970, or null when the line does not begin with a time
 */
export function lineTime(buffer: Uint8Array, start: number, end: number, now: number): number | null {
  const head = Buffer.from(buffer.buffer, buffer.byteOffset + start, Math.min(end - start, WINDOW)).toString('latin1')
  const parts = partsOf(head)
  if (parts !== null) return toTime(parts, now)
  const epoch = EPOCH.exec(head)
  return epoch?.[1] === undefined ? null : Number(epoch[1]) * 1000 + fraction(epoch[2])
}

const fraction = (digits: string | undefined) => (digits === undefined ? 0 : Number(digits.padEnd(3, '0')))

function partsOf(head: string): Parts | null {
  const access = ACCESS.exec(head)
  if (access !== null) {
    const [, day, month = '', year, hour, minute, second, zone] = access
    return make([year, String(MONTHS.indexOf(month) + 1), day, hour, minute, second], undefined, zone)
  }
  const numeric = ISO.exec(head) ?? COMPACT.exec(head)
  if (numeric !== null) return make(numeric.slice(1, 7), numeric[7], numeric[8])
  const named = SYSLOG.exec(head)
  if (named !== null && MONTHS.includes(named[1] ?? '')) {
    const [, month = '', day, yearBefore, hour, minute, second, ms, yearAfter] = named
    return make([yearBefore ?? yearAfter, String(MONTHS.indexOf(month) + 1), day, hour, minute, second], ms, undefined)
  }
  const short = SHORT.exec(head)
  if (short !== null) return make([`20${short[1] ?? ''}`, ...short.slice(2, 7)], undefined, undefined)
  const logcat = LOGCAT.exec(head)
  return logcat === null ? null : make([undefined, ...logcat.slice(1, 6)], logcat[6], undefined)
}

function make(fields: readonly (string | undefined)[], ms: string | undefined, zone: string | undefined): Parts {
  const [year, month, day, hour, minute, second] = fields.map((value) => (value === undefined ? null : Number(value)))
  return {
    year: year ?? null,
    month: month ?? 1,
    day: day ?? 1,
    hour: hour ?? 0,
    minute: minute ?? 0,
    second: second ?? 0,
    ms: fraction(ms),
    zone,
  }
}

function toTime(parts: Parts, now: number): number | null {
  const { month, day, hour, minute, second, ms, zone } = parts
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return null
  const inYear = (year: number) => {
    if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second, ms).getTime()
    return Date.UTC(year, month - 1, day, hour, minute, second, ms) - zoneMs(zone)
  }
  if (parts.year !== null) return inYear(parts.year)
  const thisYear = new Date(now).getFullYear()
  const time = inYear(thisYear)
  return time > now + DAY_MS ? inYear(thisYear - 1) : time
}

function zoneMs(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.replaceAll(/\D/g, '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
