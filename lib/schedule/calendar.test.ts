import { afterEach, describe, expect, it } from 'vitest'
import { calendar, parseCalendar, withTimeOfDay } from './calendar.ts'

function times(expression: string, from: string, count = 3): string[] {
  const found: string[] = []
  let at: Date | null = new Date(from)
  while (found.length < count && (at = calendar(expression).next(at)) !== null)
    found.push(at.toISOString().replace('.000Z', 'Z'))
  return found
}

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

describe('calendar events', () => {
  it.each([
    ['*:0/30', ['2026-11-23T12:30:00Z', '2026-11-23T13:00:00Z', '2026-11-23T13:30:00Z']],
    ['daily', ['2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z', '2026-11-26T00:00:00Z']],
    ['weekly', ['2026-11-30T00:00:00Z', '2026-12-07T00:00:00Z', '2026-12-14T00:00:00Z']],
    ['Mon..Fri 02:00', ['2026-11-24T02:00:00Z', '2026-11-25T02:00:00Z', '2026-11-26T02:00:00Z']],
    ['*-*-01,15 04:00', ['2026-12-01T04:00:00Z', '2026-12-15T04:00:00Z', '2027-01-01T04:00:00Z']],
    ['*-02-29', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z', '2036-02-29T00:00:00Z']],
    ['*-*~01', ['2026-11-30T00:00:00Z', '2026-12-31T00:00:00Z', '2027-01-31T00:00:00Z']],
    ['Fri *-*-13', ['2027-08-13T00:00:00Z', '2028-10-13T00:00:00Z', '2029-04-13T00:00:00Z']],
    ['*-12-21/5', ['2026-12-21T00:00:00Z', '2026-12-26T00:00:00Z', '2026-12-31T00:00:00Z']],
    ['*-02-30', []],
    ['2020-01-01', []],
  ])('"%s" comes when it says', (expression, expected) => {
    process.env['TZ'] = 'UTC'
    expect(times(expression, '2026-11-23T12:00:00Z')).toEqual(expected)
  })

  it('the next time is after the given one, even within the same second', () => {
    process.env['TZ'] = 'UTC'
    expect(times('12:00', '2026-11-23T11:59:59.999Z', 1)).toEqual(['2026-11-23T12:00:00Z'])
    expect(times('12:00', '2026-11-23T12:00:00.000Z', 1)).toEqual(['2026-11-24T12:00:00Z'])
    expect(times('12:00', '2026-11-23T12:00:00.500Z', 1)).toEqual(['2026-11-24T12:00:00Z'])
  })

  it('an open repetition begins again in the new year', () => {
    process.env['TZ'] = 'UTC'
    expect(times('*-*-1/4', '2028-12-29T00:00:00Z', 2)).toEqual(['2029-01-01T00:00:00Z', '2029-01-05T00:00:00Z'])
  })

  it('a daily run whose hour is skipped by the clock change happens right after the gap, once', () => {
    process.env['TZ'] = 'Europe/Berlin'
    expect(times('02:30', '2027-03-27T12:00:00Z', 2)).toEqual(['2027-03-28T01:00:00Z', '2027-03-29T00:30:00Z'])
    expect(times('02:15,45', '2027-03-27T12:00:00Z', 2)).toEqual(['2027-03-28T01:00:00Z', '2027-03-29T00:15:00Z'])
    process.env['TZ'] = 'America/Santiago'
    expect(times('daily', '2026-09-05T12:00:00Z', 2)).toEqual(['2026-09-06T04:00:00Z', '2026-09-07T03:00:00Z'])
  })

  it('an hour that the clock change repeats has one daily run', () => {
    process.env['TZ'] = 'Europe/Berlin'
    expect(times('02:30', '2027-10-30T12:00:00Z', 2)).toEqual(['2027-10-31T00:30:00Z', '2027-11-01T01:30:00Z'])
    expect(times('*:0/30', '2027-10-31T01:10:00Z', 1)).toEqual(['2027-10-31T02:00:00Z'])
  })

  it('UTC knows no clock changes', () => {
    process.env['TZ'] = 'Europe/Berlin'
    expect(times('02:30 UTC', '2027-03-27T12:00:00Z', 2)).toEqual(['2027-03-28T02:30:00Z', '2027-03-29T02:30:00Z'])
  })

  it.each([
    ['sometimes', 'sometimes is not a day of the week'],
    ['*:*/5', 'use a number, *, 1..5 or 0/30'],
    ['25:00', 'the hour is between 0 and 23'],
    ['12:00 Europe/Berlin', 'of time zones only UTC can follow'],
    ['Fri..Mon', 'earlier one first'],
    ['', 'is not a date'],
  ])('"%s" is refused with the reason', (text, reason) => {
    const parsed = parseCalendar(text)
    expect(parsed).toMatchObject({ ok: false })
    expect(() => calendar(text)).toThrow(reason)
  })

  it('an event that names days only takes a time of day', () => {
    expect(withTimeOfDay('daily', '02:00')).toBe('*-*-* 02:00:00')
    expect(withTimeOfDay('Weekly', '02:00')).toBe('Mon *-*-* 02:00:00')
    expect(withTimeOfDay('Mon..Fri', '02:00')).toBe('Mon..Fri 02:00:00')
    expect(withTimeOfDay('*-*-01 UTC', '02:00')).toBe('*-*-01 02:00:00 UTC')
    for (const fixed of ['hourly', '*:0/30', 'Mon 04:00', 'minutely UTC'])
      expect(withTimeOfDay(fixed, '02:00')).toBe(fixed)
  })
})
