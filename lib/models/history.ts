/** What the tests of a model say over time: how often it was there, and how fast. Pure. */

/** One test, or one time that the model was found missing. */
export interface TestPoint {
  at: Date
  ok: boolean
  digest: string | null
  tokens: number | null
  tokensPerSecond: number | null
  gpuPercent: number | null
}

/**
 * Share of the time in which a model was usable: what a test said holds until the next one.
 * @param points oldest first
 * @returns 0 to 1; null when nothing is known of that time
 */
export function availability(points: readonly TestPoint[], from: Date, to: Date): number | null {
  let known = 0
  let good = 0
  for (const [index, point] of points.entries()) {
    const begin = Math.max(point.at.getTime(), from.getTime())
    const end = Math.min(points[index + 1]?.at.getTime() ?? to.getTime(), to.getTime())
    if (end <= begin) continue
    known += end - begin
    if (point.ok) good += end - begin
  }
  return known === 0 ? null : good / known
}

/** With fewer tokens the time of a single one decides. */
export const FEWEST_TOKENS = 8
const FEWEST_TESTS = 3
const REMEMBERED = 20
const MUCH_SLOWER = 3

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

export interface Slowdown {
  /** How many times slower. */
  factor: number
  usual: number
  now: number
  /** Whether it lay on a graphics card before and does so no longer. */
  leftGpu: boolean
}

/**
 * Whether the last test was three times slower than the same version of the model usually is.
 * @param points oldest first
 */
export function slowdown(points: readonly TestPoint[]): Slowdown | null {
  const measured = points.filter(
    (point): point is TestPoint & { tokensPerSecond: number } =>
      point.ok && (point.tokensPerSecond ?? 0) > 0 && (point.tokens ?? 0) >= FEWEST_TOKENS,
  )
  const last = measured.at(-1)
  if (last === undefined || last.at.getTime() !== points.at(-1)?.at.getTime()) return null
  const before = measured.filter((point) => point !== last && point.digest === last.digest).slice(-REMEMBERED)
  if (before.length < FEWEST_TESTS) return null
  // The faster half: a model that has been slow for a week must not become the measure of itself.
  const speeds = before.map(({ tokensPerSecond }) => tokensPerSecond).sort((a, b) => b - a)
  const usual = median(speeds.slice(0, Math.ceil(speeds.length / 2)))
  if (last.tokensPerSecond * MUCH_SLOWER > usual) return null
  const gpuBefore = before.some(({ gpuPercent }) => (gpuPercent ?? 0) > 50)
  return {
    factor: usual / last.tokensPerSecond,
    usual,
    now: last.tokensPerSecond,
    leftGpu: gpuBefore && last.gpuPercent === 0,
  }
}

/** Why nothing can be said of the speed of a model that answers; null when something can. */
export function unmeasuredText(points: readonly TestPoint[]): string | null {
  const last = points.at(-1)
  if (last?.ok !== true || (last.tokens ?? 0) >= FEWEST_TOKENS) return null
  return `its answers are shorter than ${FEWEST_TOKENS} tokens, too short to tell whether it became slower`
}

/** The slowdown in a sentence. */
export function slowdownText({ factor, usual, now, leftGpu }: Slowdown): string {
  const speeds = `${usual.toFixed(1)} to ${now.toFixed(1)} tokens/s`
  const why = leftGpu ? '; it no longer lies on the graphics card' : '; it may have fallen off the graphics card'
  return `${factor.toFixed(1)} times slower than usual (${speeds})${why}`
}
