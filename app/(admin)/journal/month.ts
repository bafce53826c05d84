/** Days and months as the calendar of entries counts them: dates are texts such as `2026-03-31`, months `2026-03`. */

const DAY_MS = 86_400_000
/** Every month is drawn with as many weeks as the longest has, so that the page keeps its height. */
const WEEKS = 6

const utc = (date: string) => new Date(`${date}T00:00:00Z`)
const text = (at: Date) => at.toISOString().slice(0, 10)

const DAY = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** e.g. `Tuesday 31 March 2026` */
export const dayName = (date: string): string => DAY.format(utc(date)).replace(',', '')

/** e.g. `March 2026` */
export const monthName = (month: string): string => MONTH.format(utc(`${month}-01`))

export const monthOf = (date: string): string => date.slice(0, 7)

export function addDays(date: string, days: number): string {
  return text(new Date(utc(date).getTime() + days * DAY_MS))
}

/** The same day of another month, or that month's last when it is shorter. */
export function addMonths(date: string, months: number): string {
  const at = utc(date)
  const first = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1))
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months + 1, 0))
  return text(new Date(Math.min(last.getTime(), first.getTime() + (at.getUTCDate() - 1) * DAY_MS)))
}

/** Days since the Monday of a date's week. */
function sinceMonday(date: string): number {
  return (utc(date).getUTCDay() + 6) % 7
}

/** Six weeks from Monday to Sunday that hold a month; null for a day of another month. */
export function weeksOf(month: string): (string | null)[][] {
  const first = `${month}-01`
  const start = addDays(first, -sinceMonday(first))
  return Array.from({ length: WEEKS }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => {
      const date = addDays(start, week * 7 + day)
      return monthOf(date) === month ? date : null
    }),
  )
}

/** Where a key leads from a day; null for keys that lead nowhere. */
export function dayAfterKey(date: string, key: string): string | null {
  switch (key) {
    case 'ArrowLeft':
      return addDays(date, -1)
    case 'ArrowRight':
      return addDays(date, 1)
    case 'ArrowUp':
      return addDays(date, -7)
    case 'ArrowDown':
      return addDays(date, 7)
    case 'PageUp':
      return addMonths(date, -1)
    case 'PageDown':
      return addMonths(date, 1)
    case 'Home':
      return addDays(date, -sinceMonday(date))
    case 'End':
      return addDays(date, 6 - sinceMonday(date))
    default:
      return null
  }
}
