import { describe, expect, it } from 'vitest'
import { formatTimeSpan, parseTimeSpan } from './timespan.ts'

describe('time spans', () => {
  it.each([
    ['5min', 300_000],
    ['1h 30min', 5_400_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
    ['20', 20_000],
    ['10ms', 10],
    ['0', 0],
    ['1M', 2_629_800_000],
  ])('"%s" is read', (text, milliseconds) => {
    expect(parseTimeSpan(text)).toBe(milliseconds)
  })

  it.each(['', 'soon', '5 minx', '-5s', '1..5s', '5s,', 'infinity', '300y'])('"%s" is none', (text) => {
    expect(parseTimeSpan(text)).toBeNull()
  })

  it.each([
    [5_400_000, '1h 30min'],
    [0, '0'],
    [1500, '1s 500ms'],
    [0.5, '500us'],
  ])('%d ms are written', (milliseconds, text) => {
    expect(formatTimeSpan(milliseconds)).toBe(text)
  })
})
