/** When a systemd calendar event happens next. */
import { AppError } from '../errors/index.ts'
import { MAX_YEAR, parseCalendar } from './calendar-parse.ts'
import type { CalendarSpec, Chain, Component } from './calendar-parse.ts'

export { parseCalendar } from './calendar-parse.ts'

export interface Calendar {
  /**
   * The first time after the given one, in whole seconds; null when there is none up to the year 2199.
   *
   * Local time, where clocks change: what falls into the hour that is skipped happens right after it (systemd leaves that
   * day out), and in the hour that comes twice only the first one counts (as in systemd).
   */
  next(after: Date): Date | null
}

/** Smallest value of the chain from `value` on, up to `most`. */
function nextMatch(chain: Chain, value: number, most: number): number | null {
  if (chain === null) return value
  let best: number | null = null
  for (const { start, stop, repeat } of chain) {
    const candidate = start >= value || repeat === 0 ? start : start + Math.ceil((value - start) / repeat) * repeat
    if (candidate < value || candidate > (stop ?? most)) continue
    if (best === null || candidate < best) best = candidate
  }
  return best
}

/** The days of one month, for an event that counts them from its end. */
function fromMonthEnd(component: Component, length: number): Component {
  const start = length + 1 - component.start
  return component.stop === null
    ? { ...component, start }
    : { ...component, start: length + 1 - component.stop, stop: start }
}

/** Local time as if it were UTC, so that calendar arithmetic knows no clock changes. */
type Wall = number

/** First second from `from` on, that and all below it on the wall clock. */
function nextWall(spec: CalendarSpec, from: Wall): Wall | null {
  let at = from
  for (;;) {
    const date = new Date(at)
    const [y, mo, d] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
    const [h, mi, s] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    const year = nextMatch(spec.year, y, MAX_YEAR)
    if (year === null || y > MAX_YEAR) return null
    const length = new Date(Date.UTC(y, mo + 1, 0)).getUTCDate()
    const days = spec.endOfMonth ? (spec.day?.map((component) => fromMonthEnd(component, length)) ?? null) : spec.day
    /** Each unit: what it is, what it should be, its beginning at that value, and the beginning of the next larger unit. */
    const units: readonly [number, number | null, (value: number) => Wall, () => Wall][] = [
      [y, year, (value) => Date.UTC(value, 0), () => at],
      [mo, minusOne(nextMatch(spec.month, mo + 1, 12)), (value) => Date.UTC(y, value), () => Date.UTC(y + 1, 0)],
      [d, atMost(nextMatch(days, d, length), length), (value) => Date.UTC(y, mo, value), () => Date.UTC(y, mo + 1)],
      [d, nextWeekday(spec, date), (value) => Date.UTC(y, mo, value), () => at],
      [h, nextMatch(spec.hour, h, 23), (value) => Date.UTC(y, mo, d, value), () => Date.UTC(y, mo, d + 1)],
      [mi, nextMatch(spec.minute, mi, 59), (value) => Date.UTC(y, mo, d, h, value), () => Date.UTC(y, mo, d, h + 1)],
      [
        s,
        nextMatch(spec.second, s, 59),
        (value) => Date.UTC(y, mo, d, h, mi, value),
        () => Date.UTC(y, mo, d, h, mi + 1),
      ],
    ]
    const off = units.find(([is, wanted]) => is !== wanted)
    if (off === undefined) return at
    const [, wanted, begin, carry] = off
    at = wanted === null ? carry() : begin(wanted)
  }
}

const minusOne = (value: number | null) => (value === null ? null : value - 1)
const atMost = (value: number | null, most: number) => (value === null || value > most ? null : value)

/** Day of the month, possibly past its end, on which the next allowed weekday falls. */
function nextWeekday({ weekdays }: CalendarSpec, date: Date): number {
  const day = date.getUTCDate()
  if (weekdays === null || weekdays.size === 0) return day
  const today = (date.getUTCDay() + 6) % 7
  for (let ahead = 0; ahead < 7; ahead++) if (weekdays.has((today + ahead) % 7)) return day + ahead
  return day
}

function toWall(instant: number): Wall {
  const date = new Date(instant)
  return Date.UTC(
    date.getFullYear(),
    date.getMonth(),
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
  )
}

const HOUR = 3_600_000

/** Moment at which the local clock jumped over this wall time. The longest jump ever was a day (Samoa, 2011). */
function endOfGap(wall: Wall, after: number): number {
  let [low, high] = [after - 25 * HOUR, after]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (toWall(middle) > wall) high = middle
    else low = middle
  }
  return high
}

/** The moment of a local time: the first one when it comes twice, the end of the gap when it is skipped. */
function fromWall(wall: Wall): number {
  const date = new Date(wall)
  const instant = new Date(
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ).getTime()
  return toWall(instant) === wall ? instant : endOfGap(wall, instant)
}

function next(spec: CalendarSpec, after: Date): Date | null {
  const from = (Math.floor(after.getTime() / 1000) + 1) * 1000
  let wall = nextWall(spec, spec.utc ? from : toWall(from))
  while (wall !== null) {
    const instant = spec.utc ? wall : fromWall(wall)
    if (instant >= from) return new Date(instant)
    // Inside the second of two equal hours: what was found already happened in the first.
    wall = nextWall(spec, wall + 1000)
  }
  return null
}

/**
 * @param text a systemd calendar event, see {@link parseCalendar}
 * @throws AppError `invalid-input` when it is none
 */
export function calendar(text: string): Calendar {
  const parsed = parseCalendar(text)
  if (!parsed.ok) throw new AppError('invalid-input', `"${text}" is not a calendar event: ${parsed.reason}.`)
  return { next: (after) => next(parsed.spec, after) }
}

/** Calendar events that name days but no time of day. */
const DAYS_ONLY: Readonly<Record<string, string>> = {
  daily: '*-*-*',
  weekly: 'Mon *-*-*',
  monthly: '*-*-01',
  quarterly: '*-01,04,07,10-01',
  semiannually: '*-01,07-01',
  yearly: '*-01-01',
  annually: '*-01-01',
}

/**
 * Gives an event that names days only (`daily`, `Mon..Fri`) a time of day; one that says a time itself stays as it is.
 * @param onCalendar a valid calendar event @param timeOfDay `HH:MM`
 */
export function withTimeOfDay(onCalendar: string, timeOfDay: string): string {
  const utc = / utc$/i.test(onCalendar) ? ' UTC' : ''
  const days = utc === '' ? onCalendar : onCalendar.slice(0, -4)
  if (days.includes(':') || ['minutely', 'hourly'].includes(days.toLowerCase())) return onCalendar
  return `${DAYS_ONLY[days.toLowerCase()] ?? days} ${timeOfDay}:00${utc}`
}
