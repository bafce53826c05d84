/** A clock for tests: time passes only when told to, timers go by elapsed time, and the clock on the wall can be set. */
import type { Clock } from '../run-check.ts'

interface Timer {
  due: number
  callback: () => void
}

export interface FakeClock extends Clock {
  /** Lets time pass, with every timer at its moment. */
  pass(milliseconds: number): Promise<void>
  /** Lets time pass in which the process does nothing: timers that fall into it come late, together. */
  block(milliseconds: number): Promise<void>
  /** Sets the clock on the wall; elapsed time does not notice. */
  jump(milliseconds: number): void
  readonly timers: number
}

/** Lets everything that waits for nothing but promises and the database go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve))
}

export function createFakeClock(start = '2026-11-23T08:00:00Z'): FakeClock {
  let elapsed = 1000
  let wallOffset = Date.parse(start) - elapsed
  const timers = new Set<Timer>()

  const firstUntil = (end: number): Timer | null => {
    let first: Timer | null = null
    for (const timer of timers) if (timer.due <= end && (first === null || timer.due < first.due)) first = timer
    return first
  }

  return {
    now: () => new Date(wallOffset + elapsed),
    monotonic: () => elapsed,
    setTimer: (callback, milliseconds) => {
      const timer = { due: elapsed + milliseconds, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pass: async (milliseconds) => {
      const end = elapsed + milliseconds
      for (let timer = firstUntil(end); timer !== null; timer = firstUntil(end)) {
        timers.delete(timer)
        elapsed = Math.max(elapsed, timer.due)
        timer.callback()
        await settle()
      }
      elapsed = end
    },
    block: async (milliseconds) => {
      elapsed += milliseconds
      const late = [...timers].filter((timer) => timer.due <= elapsed).sort((a, b) => a.due - b.due)
      for (const timer of late) {
        if (!timers.delete(timer)) continue
        timer.callback()
      }
      await settle()
    },
    jump: (milliseconds) => void (wallOffset += milliseconds),
    get timers() {
      return timers.size
    },
  }
}
