/** Counts of durations by bucket; observing one costs tens of nanoseconds, so that every request can be. */

/** Counts by bucket, as Prometheus adds them up, made only when asked for. */
export interface BucketCounts {
  /** Upper bound and the observations at or below it; the last bound is infinite. */
  buckets: readonly (readonly [number, number])[]
  sum: number
  count: number
}

export class Buckets {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** @param bounds upper bounds in rising order */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  observe(value: number): void {
    let i = 0
    while (i < this.#bounds.length && value > (this.#bounds[i] ?? Infinity)) i += 1
    this.#counts[i] = (this.#counts[i] ?? 0) + 1
    this.#sum += value
  }

  read(): BucketCounts {
    let count = 0
    const buckets = this.#counts.map((one, i) => {
      count += one
      return [this.#bounds[i] ?? Infinity, count] as const
    })
    return { buckets, sum: this.#sum, count }
  }
}
