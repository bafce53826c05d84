import { describe, expect, it } from 'vitest'
import type { HealthPoint, HealthStatus } from '#app/_client/types.ts'
import { linePath, median, niceTop, thin } from './chart.ts'

const point = (seconds: number, duration_ms: number, status: HealthStatus = 'ok'): HealthPoint => ({
  at: new Date(seconds * 1000).toISOString(),
  status,
  duration_ms,
})

describe('the chart of response times', () => {
  it('keeps the slowest and the worst when there are too many points', () => {
    const many = Array.from({ length: 1000 }, (_, n) => point(n, n === 777 ? 5000 : 3, n === 123 ? 'down' : 'ok'))
    const thinned = thin(many, 100)
    expect(thinned).toHaveLength(100)
    expect(thinned[0]?.at).toBe(many[0]?.at)
    expect(thinned.filter(({ status }) => status === 'down')).toHaveLength(1)
    expect(Math.max(...thinned.map(({ duration_ms }) => duration_ms))).toBe(5000)
  })

  it('ends at a round number above the slowest', () => {
    expect([0, 0.4, 3, 12, 50, 51, 230, 9999].map(niceTop)).toEqual([1, 1, 5, 20, 50, 100, 500, 10_000])
  })

  it('breaks its line where results are missing', () => {
    const frame = { width: 100, height: 10, from: 0, to: 100_000, top: 10 }
    expect(linePath([point(0, 0), point(10, 10), point(60, 5)], frame, 20_000)).toBe(
      'M0.0 10.0h0.5L10.0 0.0M60.0 5.0h0.5',
    )
  })

  it('knows the middle', () => {
    expect(median([])).toBeNull()
    expect(median([point(0, 9), point(1, 1), point(2, 4)])).toBe(4)
  })
})
