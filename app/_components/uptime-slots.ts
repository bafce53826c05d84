/** From the text of a row of bars to what stands at each of its places. */
import { parseStrip, type StripBar } from '#lib/health/strip-text.ts'
import type { HealthStatus } from '#app/_client/types.ts'

export interface Slot extends StripBar {
  /** Its hour (ISO 8601) or day (`YYYY-MM-DD`). */
  start: string
}

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

function slots(text: string, count: number, startOf: (back: number) => string): Slot[] {
  const bars = parseStrip(text)
  return Array.from({ length: count }, (_, n) => ({
    ...(bars[n] ?? { status: null, up: null }),
    start: startOf(count - 1 - n),
  }))
}

/** The last 24 hours, oldest first. @param end the last of them, ISO 8601 */
export function hourSlots(text: string, end: string): Slot[] {
  const last = Date.parse(end)
  return slots(text, 24, (back) => new Date(last - back * HOUR_MS).toISOString())
}

/** The last 90 days, oldest first. @param end the last of them, `YYYY-MM-DD` */
export function daySlots(text: string, end: string): Slot[] {
  const last = Date.parse(end)
  return slots(text, 90, (back) => new Date(last - back * DAY_MS).toISOString().slice(0, 10))
}

/** Neighbours that look alike, as one: two hundred checks with a node for each bar would be slow. */
export interface Stretch {
  look: HealthStatus | 'none'
  from: number
  length: number
}

export function stretches(row: readonly Slot[]): Stretch[] {
  const found: Stretch[] = []
  for (const [n, { status }] of row.entries()) {
    const last = found.at(-1)
    const look = status ?? 'none'
    if (last?.look === look) last.length += 1
    else found.push({ look, from: n, length: 1 })
  }
  return found
}

/** Share of its slot's height that a bar takes: the state shows without its colour too. */
export const BAR_HEIGHT: Readonly<Record<HealthStatus, number>> = { ok: 1, unknown: 1, degraded: 0.65, down: 0.35 }
