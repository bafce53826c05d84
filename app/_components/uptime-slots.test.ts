import { describe, expect, it } from 'vitest'
import { daySlots, hourSlots } from './uptime-slots.ts'

const bar = (start: string) => ({ start, status: 'ok' as const, up: 1, checks: 12, mean_ms: 3, max_ms: 9 })
const NOON = new Date(2026, 2, 14, 12, 30).getTime()

describe('the bars of a check', () => {
  it('have a place for every hour, the current one last', () => {
    const current = new Date(NOON - 30 * 60_000).toISOString()
    const slots = hourSlots([bar(current)], NOON)
    expect(slots).toHaveLength(24)
    expect(slots.at(-1)).toEqual({ start: current, bar: bar(current) })
    expect(slots.slice(0, -1).every((slot) => slot.bar === null)).toBe(true)
  })

  it('have a place for each of 90 days, gaps too', () => {
    const slots = daySlots([bar('2026-01-05'), bar('2026-03-14')], NOON)
    expect(slots).toHaveLength(90)
    expect([slots[0]?.start, slots.at(-1)?.start]).toEqual(['2025-12-15', '2026-03-14'])
    expect(slots.filter((slot) => slot.bar !== null).map(({ start }) => start)).toEqual(['2026-01-05', '2026-03-14'])
  })

  it('end with the server where it is a day ahead', () => {
    const slots = daySlots([bar('2026-03-15')], NOON)
    expect(slots.at(-1)).toEqual({ start: '2026-03-15', bar: bar('2026-03-15') })
  })
})
