/** What a chart of response times draws. Pure. */
import type { HealthPoint } from '#app/_client/types.ts'

/** Most points that are drawn; of more, each keeps the slowest and the worst of its stretch. */
const MOST_POINTS = 400
const WORST_LAST = ['ok', 'unknown', 'degraded', 'down'] as const

/** At most so many points that nothing slow and nothing bad is lost. */
export function thin(points: readonly HealthPoint[], most = MOST_POINTS): HealthPoint[] {
  if (points.length <= most) return [...points]
  const size = Math.ceil(points.length / most)
  return Array.from({ length: Math.ceil(points.length / size) }, (_, n) => {
    const part = points.slice(n * size, (n + 1) * size)
    return part.reduce((kept, point) => ({
      at: kept.at,
      status: WORST_LAST.indexOf(point.status) > WORST_LAST.indexOf(kept.status) ? point.status : kept.status,
      duration_ms: Math.max(point.duration_ms, kept.duration_ms),
    }))
  })
}

/** The next of 1, 2, 5, 10, 20, … that is no smaller. */
export function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

export interface ChartFrame {
  width: number
  height: number
  /** Milliseconds since 1970 at the left and the right edge. */
  from: number
  to: number
  /** Milliseconds at the upper edge. */
  top: number
}

/** An SVG path through the points, broken where results are missing. @param gapMs longest time between two that belong together */
export function linePath(points: readonly HealthPoint[], frame: ChartFrame, gapMs: number): string {
  const { width, height, from, to, top } = frame
  let last = -Infinity
  return points
    .map(({ at, duration_ms }) => {
      const time = Date.parse(at)
      const x = ((time - from) / (to - from)) * width
      const y = height - (Math.min(duration_ms, top) / top) * height
      const command = time - last > gapMs ? 'M' : 'L'
      last = time
      const place = `${x.toFixed(1)} ${y.toFixed(1)}`
      // A point between two gaps would be a line without a length: it gets a short one.
      return command === 'M' ? `M${place}h0.5` : `L${place}`
    })
    .join('')
}

/** The middle of the durations; null without any. */
export function median(points: readonly HealthPoint[]): number | null {
  const sorted = points.map(({ duration_ms }) => duration_ms).sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
}
