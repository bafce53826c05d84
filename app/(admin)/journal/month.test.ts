import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, addMonths, dayAfterKey, dayName, monthName, monthOf, weeksOf } from './month.ts'

const date = fc
  .integer({ min: 0, max: 40_000 })
  .map((days) => new Date(Date.UTC(1990, 0, 1) + days * 86_400_000).toISOString().slice(0, 10))

describe('weeks of a month', () => {
  it('begin on Monday and hold each day of the month once, in order', () => {
    const weeks = weeksOf('2026-11')
    expect(weeks[0]).toEqual([null, null, null, null, null, null, '2026-11-01'])
    expect(weeks[1]?.[0]).toBe('2026-11-02')
    expect(weeks.flat().filter((day) => day !== null)).toHaveLength(30)
  })

  it('are six, whatever the month', () => {
    fc.assert(
      fc.property(date, (day) => {
        const weeks = weeksOf(monthOf(day))
        expect(weeks).toHaveLength(6)
        const days = weeks.flat().filter((each) => each !== null)
        expect(days).toContain(day)
        expect(days).toEqual(days.toSorted())
        expect(days[0]).toBe(`${monthOf(day)}-01`)
        expect(monthOf(addDays(days.at(-1) ?? '', 1))).not.toBe(monthOf(day))
      }),
    )
  })
})

describe('moving by keys', () => {
  it('goes by day, week and month, over the ends of months', () => {
    expect(dayAfterKey('2026-03-01', 'ArrowLeft')).toBe('2026-02-28')
    expect(dayAfterKey('2026-12-31', 'ArrowRight')).toBe('2027-01-01')
    expect(dayAfterKey('2026-11-05', 'ArrowUp')).toBe('2026-10-29')
    expect(dayAfterKey('2026-11-05', 'Home')).toBe('2026-11-02')
    expect(dayAfterKey('2026-11-05', 'End')).toBe('2026-11-08')
    expect(dayAfterKey('2026-11-05', 'x')).toBeNull()
  })

  it('goes to the last day of a shorter month', () => {
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28')
    expect(addMonths('2028-01-31', 1)).toBe('2028-02-29')
    expect(addMonths('2026-12-31', 1)).toBe('2027-01-31')
  })

  it('changes the month by exactly one', () => {
    fc.assert(
      fc.property(date, (day) => {
        expect(monthOf(addMonths(addMonths(day, 1), -1))).toBe(monthOf(day))
        expect(addMonths(day, 1) > day).toBe(true)
      }),
    )
  })
})

it('names days and months', () => {
  expect(dayName('2026-03-31')).toBe('Tuesday 31 March 2026')
  expect(monthName('2026-03')).toBe('March 2026')
})
