/** From the bars that have results to a bar for every hour and day. */
import type { HealthBar, HealthStatus } from '#app/_client/types.ts'

export interface Slot {
  /** Its hour (ISO 8601) or day (`YYYY-MM-DD`). */
  start: string
  bar: HealthBar | null
}

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

function fill(starts: readonly string[], bars: readonly HealthBar[]): Slot[] {
  const known = new Map(bars.map((bar) => [bar.start, bar]))
  return starts.map((start) => ({ start, bar: known.get(start) ?? null }))
}

/** The last 24 hours, oldest first. @param now milliseconds since 1970 */
export function hourSlots(hours: readonly HealthBar[], now: number): Slot[] {
  const last = Math.floor(now / HOUR_MS)
  return fill(
    Array.from({ length: 24 }, (_, n) => new Date((last - 23 + n) * HOUR_MS).toISOString()),
    hours,
  )
}

/**
 * The last 90 days, oldest first. The days are those of the server, which may be ahead of the browser's.
 * @param now milliseconds since 1970
 */
export function daySlots(days: readonly HealthBar[], now: number): Slot[] {
  const today = new Date(now)
  const here = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate())
  const latest = days.at(-1)
  const last = Math.max(here, latest === undefined ? 0 : Date.parse(latest.start))
  return fill(
    Array.from({ length: 90 }, (_, n) => new Date(last - (89 - n) * DAY_MS).toISOString().slice(0, 10)),
    days,
  )
}

/** Share of its slot's height that a bar takes: the state shows without its colour too. */
export const BAR_HEIGHT: Readonly<Record<HealthStatus, number>> = { ok: 1, unknown: 1, degraded: 0.65, down: 0.35 }
