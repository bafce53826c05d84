/** Requests that one key may send: a bucket that holds a minute's worth and fills evenly. */

const MINUTE_MS = 60_000
const MAX_BUCKETS = 10_000

interface Bucket {
  left: number
  at: number
}

export class RateLimit {
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  /** @param now milliseconds, of any clock */
  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * Takes calls out of a bucket.
   * @param perMinute 0: no limit
   * @returns 0 when they may go on, else the seconds after which they may
   */
  take(key: string, perMinute: number, calls: number): number {
    if (perMinute === 0 || calls === 0) return 0
    const now = this.#now()
    const known = this.#buckets.get(key) ?? { left: perMinute, at: now }
    const left = Math.min(perMinute, known.left + ((now - known.at) * perMinute) / MINUTE_MS)
    const wanted = Math.min(calls, perMinute)
    const allowed = left >= wanted
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear()
    this.#buckets.set(key, { left: allowed ? left - wanted : left, at: now })
    return allowed ? 0 : Math.max(1, Math.ceil(((wanted - left) * MINUTE_MS) / perMinute / 1000))
  }
}
