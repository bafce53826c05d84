import { describe, expect, it } from 'vitest'
import { daySlots, hourSlots, stretches } from './uptime-slots.ts'

describe('the slots of a history', () => {
  it('are the last 24 hours, empty where nothing is known', () => {
    const slots = hourSlots(`${'.'.repeat(22)}ox750`, '2026-03-14T12:00:00.000Z')
    expect(slots).toHaveLength(24)
    expect(slots.at(0)).toEqual({ start: '2026-03-13T13:00:00.000Z', status: null, up: null })
    expect(slots.slice(-2)).toEqual([
      { start: '2026-03-14T11:00:00.000Z', status: 'ok', up: 1 },
      { start: '2026-03-14T12:00:00.000Z', status: 'down', up: 0.75 },
    ])
  })

  it('are the last 90 days, whatever the browser’s day is', () => {
    const slots = daySlots('o'.repeat(90), '2026-03-14')
    expect(slots).toHaveLength(90)
    expect([slots.at(0)?.start, slots.at(-1)?.start]).toEqual(['2025-12-15', '2026-03-14'])
  })

  it('are all empty of a check that never ran', () => {
    expect(stretches(daySlots('', '2026-03-14'))).toEqual([{ look: 'none', from: 0, length: 90 }])
  })

  it('are drawn as stretches of those that look alike', () => {
    const slots = hourSlots(`${'.'.repeat(20)}oxx750o`, '2026-03-14T12:00:00.000Z')
    expect(stretches(slots)).toEqual([
      { look: 'none', from: 0, length: 20 },
      { look: 'ok', from: 20, length: 1 },
      { look: 'down', from: 21, length: 2 },
      { look: 'ok', from: 23, length: 1 },
    ])
  })
})
