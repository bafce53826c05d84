import { describe, expect, it } from 'vitest'
import { availability, slowdown, slowdownText, type TestPoint } from './history.ts'

const HOUR = 3_600_000
const at = (hours: number) => new Date(HOUR * hours)
const point = (hours: number, changes: Partial<TestPoint> = {}): TestPoint => ({
  at: at(hours),
  ok: true,
  digest: 'd1',
  tokens: 32,
  tokensPerSecond: 40,
  gpuPercent: 100,
  ...changes,
})

describe('availability', () => {
  it.each<[string, TestPoint[], number | null]>([
    ['is not known without a test', [], null],
    ['is not known of the time before the first test', [point(24)], null],
    ['is whole while every test was good', [point(-5), point(10)], 1],
    ['counts the time from a bad test to the next good one', [point(-1), point(6, { ok: false }), point(12)], 0.75],
    ['takes what was so before into the time', [point(-100, { ok: false }), point(12)], 0.5],
    ['leaves out the time of which nothing is known', [point(18), point(21, { ok: false })], 0.5],
  ])('%s', (_title, points, expected) => {
    expect(availability(points, at(0), at(24))).toBe(expected)
  })
})

describe('a slowdown', () => {
  const usual = [point(0), point(1, { tokensPerSecond: 44 }), point(2, { tokensPerSecond: 5 }), point(3)]

  it('is a last test three times slower than usual, and says when the card was left', () => {
    const slow = slowdown([...usual, point(4, { tokensPerSecond: 8, gpuPercent: 0 })])
    expect(slow).toMatchObject({ usual: 42, now: 8, leftGpu: true })
    if (slow !== null)
      expect(slowdownText(slow)).toBe(
        '5.3 times slower than usual (42.0 to 8.0 tokens/s); it no longer lies on the graphics card',
      )
  })

  it.each<[string, TestPoint[]]>([
    ['a test that is only twice as slow', [...usual, point(4, { tokensPerSecond: 20 })]],
    ['too short an answer to measure', [...usual, point(4, { tokensPerSecond: 2, tokens: 3 })]],
    ['another version of the model', [...usual, point(4, { tokensPerSecond: 2, digest: 'd2' })]],
    ['too few tests to compare with', [point(0), point(1), point(2, { tokensPerSecond: 2 })]],
    [
      'one that failed since',
      [...usual, point(4, { tokensPerSecond: 2 }), point(5, { ok: false, tokensPerSecond: null })],
    ],
  ])('is not %s', (_title, points) => {
    expect(slowdown(points)).toBeNull()
  })

  it('lasts while the model stays slow', () => {
    const slow = [4, 5, 6, 7, 8].map((hour) => point(hour, { tokensPerSecond: 8 }))
    const fast = [0, 1, 2, 3].map((hour) => point(hour))
    expect(slowdown([...fast, ...slow.slice(0, 4)])).not.toBeNull()
  })
})
