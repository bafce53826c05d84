/**
 * When a server that crashes may be started again: after one second, then twice as long each time, up to a minute. A crash in the
 * process of one key is that key's own: others wait only where it does not start for them either.
 */

const FIRST_MS = 1000
const MOST_MS = 60_000
/** One that ran this long is well again, in milliseconds. */
const WELL_MS = 60_000
/** A key that waited so long ago is as one that never did, in milliseconds. */
const FORGET_MS = 600_000

export interface Crash {
  reason: string
  /** How long it ran before, in milliseconds. */
  ranMs: number
  /** Whether it had shaken hands. */
  answered: boolean
}

interface Wait {
  failures: number
  /** Of the clock. */
  until: number
}

export class Backoff {
  readonly #now: () => number
  readonly #ofKeys = new Map<string, Wait>()
  #ofAll: Wait = { failures: 0, until: 0 }
  /** Keys for which it has not started since it last did for anyone. */
  readonly #notStarted = new Set<string>()
  #reason: string | null = null
  #restarts = 0

  /** @param now milliseconds, of any clock */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @param key whose process it was */
  crashed(key: string, { reason, ranMs, answered }: Crash): void {
    this.#reason = reason
    this.#forgetOld()
    this.#ofKeys.set(key, this.#longer(this.#ofKeys.get(key), ranMs))
    if (answered) return
    this.#notStarted.add(key)
    if (this.#notStarted.size > 1) this.#ofAll = this.#longer(this.#ofAll, ranMs)
  }

  #longer(before: Wait | undefined, ranMs: number): Wait {
    const failures = before === undefined || ranMs >= WELL_MS ? 0 : before.failures
    return { failures: failures + 1, until: this.#now() + Math.min(MOST_MS, FIRST_MS * 2 ** failures) }
  }

  #forgetOld(): void {
    const before = this.#now() - FORGET_MS
    for (const [key, { until }] of this.#ofKeys) if (until < before) this.#ofKeys.delete(key)
  }

  /** Counts a start; one after a crash is a restart. */
  starting(): void {
    if (this.#reason !== null) this.#restarts += 1
  }

  /** It answered. */
  answered(): void {
    this.#reason = null
    this.#notStarted.clear()
  }

  /** A person wants it now. */
  forgive(): void {
    this.#ofKeys.clear()
    this.#ofAll = { failures: 0, until: 0 }
    this.#notStarted.clear()
  }

  /** Milliseconds until it may be started for a key; 0: now. */
  waitMs(key: string): number {
    const until = Math.max(this.#ofAll.until, this.#ofKeys.get(key)?.until ?? 0)
    return Math.max(0, until - this.#now())
  }

  /** The longest that any key has to wait. */
  get longestMs(): number {
    return Math.max(this.waitMs(''), ...[...this.#ofKeys.keys()].map((key) => this.waitMs(key)))
  }

  /** Why it crashed, until it answers again. */
  get reason(): string | null {
    return this.#reason
  }

  get restarts(): number {
    return this.#restarts
  }
}
