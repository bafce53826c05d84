/** When a server that crashes may be started again: after one second, then twice as long each time, up to a minute. */

const FIRST_MS = 1000
const MOST_MS = 60_000
/** One that ran this long is well again, in milliseconds. */
const WELL_MS = 60_000

export class Backoff {
  readonly #now: () => number
  #failures = 0
  #until = 0
  #reason: string | null = null
  #restarts = 0

  /** @param now milliseconds, of any clock */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @param ranMs how long it ran before it crashed */
  crashed(reason: string, ranMs: number): void {
    if (ranMs >= WELL_MS) this.#failures = 0
    this.#until = this.#now() + Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures)
    this.#failures += 1
    this.#reason = reason
  }

  /** Counts a start; one after a crash is a restart. */
  starting(): void {
    if (this.#reason !== null) this.#restarts += 1
  }

  /** It answered. */
  answered(): void {
    this.#reason = null
  }

  /** A person wants it now. */
  forgive(): void {
    this.#failures = 0
    this.#until = 0
  }

  /** Milliseconds until it may be started; 0: now. */
  get waitMs(): number {
    return Math.max(0, this.#until - this.#now())
  }

  /** Why it crashed, until it answers again. */
  get reason(): string | null {
    return this.#reason
  }

  get restarts(): number {
    return this.#restarts
  }
}
