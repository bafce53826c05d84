/** Reads systemd calendar events (systemd.time(7), "CALENDAR EVENTS") the way systemd's own parser does. */
import { isDeepStrictEqual } from 'node:util'

/** A value, a range, or a start with a repetition; `stop` is null when it is open. `repeat` 0: the start alone. */
export interface Component {
  start: number
  stop: number | null
  repeat: number
}

/** Null stands for any value. */
export type Chain = readonly Component[] | null

export interface CalendarSpec {
  /** Bit 0 is Monday; null means every day. */
  weekdays: ReadonlySet<number> | null
  year: Chain
  month: Chain
  day: Chain
  /** Days count from the end of the month: 1 is the last. */
  endOfMonth: boolean
  hour: Chain
  minute: Chain
  second: Chain
  utc: boolean
}

/** Last year that a schedule can name, as in systemd. */
export const MAX_YEAR = 2199
const MIN_YEAR = 1970

const SHORTHANDS: Readonly<Record<string, string>> = {
  minutely: '*-*-* *:*:00',
  hourly: '*-*-* *:00:00',
  daily: '*-*-* 00:00:00',
  weekly: 'Mon *-*-* 00:00:00',
  monthly: '*-*-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  semiannually: '*-01,07-01 00:00:00',
  'semi-annually': '*-01,07-01 00:00:00',
  biannually: '*-01,07-01 00:00:00',
  'bi-annually': '*-01,07-01 00:00:00',
  yearly: '*-01-01 00:00:00',
  annually: '*-01-01 00:00:00',
}

const DAY_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

class NotACalendar extends Error {}

function dayNumber(name: string): number {
  const lower = name.toLowerCase()
  const index = DAY_NAMES.findIndex((day) => day === lower || day.slice(0, 3) === lower)
  if (index < 0) throw new NotACalendar(`${name} is not a day of the week`)
  return index
}

function parseWeekdays(text: string): Set<number> {
  const days = new Set<number>()
  for (const part of text.replace(/,$/, '').split(',')) {
    const [from = '', to = from, ...more] = part.split(/\.\.|-/)
    const [first, last] = [dayNumber(from), dayNumber(to)]
    if (more.length > 0 || first > last) throw new NotACalendar(`${part} is not a range of days, earlier one first`)
    for (let day = first; day <= last; day++) days.add(day)
  }
  return days
}

const COMPONENT = /^(\d+)(?:\.\.(\d+))?(?:\/(\d+))?$/

function parseChain(text: string, what: string): Chain {
  if (text === '*') return null
  const components = text.split(',').map((part): Component => {
    const match = COMPONENT.exec(part)
    if (match === null) throw new NotACalendar(`"${part}" is not a ${what}: use a number, *, 1..5 or 0/30`)
    const start = Number(match[1])
    const stop = match[2] === undefined ? null : Number(match[2])
    if (match[3] !== undefined && Number(match[3]) === 0) throw new NotACalendar(`"${part}" repeats every 0`)
    if (stop === null) return { start, stop, repeat: Number(match[3] ?? 0) }
    if (what === 'second' && match[3] === undefined && stop === start)
      throw new NotACalendar(`"${part}" is a range of no length`)
    const repeat = Number(match[3] ?? 1)
    return stop === start || (stop > start && start + repeat > stop)
      ? { start, stop: null, repeat: 0 }
      : { start, stop: stop > start ? stop - ((stop - start) % repeat) : stop, repeat }
  })
  const sorted = components.sort((a, b) => a.start - b.start || (a.stop ?? -1) - (b.stop ?? -1) || a.repeat - b.repeat)
  return sorted.filter((component, index) => !isDeepStrictEqual(component, sorted[index - 1]))
}

/** Refuses what can never happen or never repeat, as systemd does. */
function checkChain(chain: Chain, from: number, to: number, what: string, backwards = false): Chain {
  for (const [index, { start, stop, repeat }] of (chain ?? []).entries()) {
    // systemd takes 3 off for each value of a list (28, 25, 22, …); what a timer would refuse is refused here too.
    const last = backwards ? to - 3 * (index + 1) : to
    if (start < from || start > last || (stop !== null && (stop < from || stop > last)))
      throw new NotACalendar(`the ${what} is between ${from} and ${last}`)
    if (stop !== null && stop < start) throw new NotACalendar(`the range of the ${what} runs backwards`)
    const fits = backwards && stop === null ? start - repeat >= from : start + repeat <= (stop ?? last)
    if (repeat > last - from || !fits) throw new NotACalendar(`the ${what} never repeats within its range`)
  }
  return chain
}

function fullYear(year: number): number {
  return year < 70 ? year + 2000 : year < 100 ? year + 1900 : year
}

const DATE = /^(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)$/

function parseDate(text: string): Pick<CalendarSpec, 'year' | 'month' | 'day' | 'endOfMonth'> {
  const match = DATE.exec(text)
  if (match === null) throw new NotACalendar(`"${text}" is not a date: write *-*-01 or 01-15`)
  const [, year = '*', month = '', separator, day = ''] = match
  const years = parseChain(year, 'year')?.map((c) => ({
    ...c,
    start: fullYear(c.start),
    stop: c.stop === null ? null : fullYear(c.stop),
  }))
  const endOfMonth = separator === '~' && day !== '*'
  return {
    year: checkChain(years ?? null, MIN_YEAR, MAX_YEAR, 'year'),
    month: checkChain(parseChain(month, 'month'), 1, 12, 'month'),
    day: checkChain(parseChain(day, 'day'), 1, 31, 'day', endOfMonth),
    endOfMonth,
  }
}

function parseTime(text: string): Pick<CalendarSpec, 'hour' | 'minute' | 'second'> {
  const [hour = '', minute = '', second = '0', ...more] = text.split(':')
  if (more.length > 0) throw new NotACalendar(`"${text}" is not a time: write 02:00`)
  return {
    hour: checkChain(parseChain(hour, 'hour'), 0, 23, 'hour'),
    minute: checkChain(parseChain(minute, 'minute'), 0, 59, 'minute'),
    second: checkChain(parseChain(second, 'second'), 0, 59, 'second'),
  }
}

const ANY_DATE = { year: null, month: null, day: null, endOfMonth: false }

function parse(text: string): CalendarSpec {
  const utc = / utc$/i.test(text)
  const body = utc ? text.slice(0, -4) : text
  const words = (SHORTHANDS[body.toLowerCase()] ?? body).split(/ +/)
  const weekdays = /^[a-z]/i.test(words[0] ?? '') ? parseWeekdays(words.shift() ?? '') : null
  const date = words[0] !== undefined && !words[0].includes(':') ? parseDate(words.shift() ?? '') : ANY_DATE
  const time = parseTime(words.shift() ?? '0:0')
  if (words.length > 0)
    throw new NotACalendar(`"${words.join(' ')}" is too much after the time; of time zones only UTC can follow`)
  return { weekdays, ...date, ...time, utc }
}

/**
 * @param text a calendar event such as `*:0/30`, `daily` or `Mon..Fri 02:00`, in local time unless it ends in ` UTC`.
 *   Not taken, unlike in systemd: time zones by name, fractions of a second, `@` timestamps.
 * @returns the event, or in plain words why it is none
 */
export function parseCalendar(text: string): { ok: true; spec: CalendarSpec } | { ok: false; reason: string } {
  try {
    return { ok: true, spec: parse(text) }
  } catch (error) {
    if (error instanceof NotACalendar) return { ok: false, reason: error.message }
    throw error
  }
}
