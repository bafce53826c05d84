/** Which period an entry is for, and from when and where its sources are read. Pure. */
import { AppError } from '#lib/errors/index.ts'
import { parseTimeSpan } from '#lib/schedule/timespan.ts'

/** Longest range, in days: a century, for old logs. */
const MAX_DAYS = 36_500

export interface StoredEntry {
  date: string
  from: Date
  to: Date
  /** What the entry was asked for. */
  timeRange: string
  startCursors: Readonly<Record<string, string>>
  endCursors: Readonly<Record<string, string>>
}

export interface EntryWindow {
  /** Local date of the end, `YYYY-MM-DD`: the period. */
  date: string
  from: Date
  to: Date
  timeRange: string
  /** Where each source is read from; a source that is not here is read by time. */
  cursors: Readonly<Record<string, string>>
}

/** Local date, `YYYY-MM-DD`. */
export function localDate(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/**
 * Milliseconds of a range such as `24h`, `7d`, `90min`.
 * @throws AppError `invalid-input`
 */
export function rangeMs(text: string): number {
  const milliseconds = parseTimeSpan(text)
  if (milliseconds !== null && milliseconds >= 60_000 && milliseconds <= MAX_DAYS * 86_400_000) return milliseconds
  throw new AppError('invalid-input', `The time range ${JSON.stringify(text)} is not valid.`, {
    hint: `Give a span from one minute to ${MAX_DAYS} days, such as 24h, 7d or 90min.`,
    faults: [{ path: 'time_range', message: `is no span from 1min to ${MAX_DAYS}d` }],
  })
}

export interface WindowRequest {
  now: Date
  timeRange: string
  /** Go on where the last entry ended, at most `timeRange` back. */
  sinceLastEntry: boolean
}

/** A clock that was set back must not make a period end before it begins. */
const earlier = (one: Date, other: Date) => (one < other ? one : other)

/**
 * @param same the entry of the same period, if it was written before
 * @param previous the newest entry of an earlier period
 */
export function entryWindow(
  request: WindowRequest,
  same: StoredEntry | null,
  previous: StoredEntry | null,
): EntryWindow {
  const { now, sinceLastEntry } = request
  const oldest = new Date(now.getTime() - rangeMs(request.timeRange))
  const timeRange = sinceLastEntry ? `since the last entry, at most ${request.timeRange}` : request.timeRange
  const base = { date: localDate(now), to: now, timeRange }
  // Written again, an entry begins where it began, so that nothing falls out of it.
  if (same !== null && same.timeRange === timeRange)
    return { ...base, from: earlier(same.from, now), cursors: same.startCursors }
  if (sinceLastEntry && previous !== null && previous.to >= oldest)
    return { ...base, from: earlier(previous.to, now), cursors: previous.endCursors }
  return { ...base, from: oldest, cursors: {} }
}
