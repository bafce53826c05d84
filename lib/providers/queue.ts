/** A bounded queue in front of a backend, first come first served: a home machine answers one question at a time. */
import { AppError } from '../errors/index.ts'
import { cancelled } from './failures.ts'

export interface QueueOptions {
  /** Calls that run at once; default 1. */
  concurrency?: number
  /** Calls that may wait; one more is refused. Default 16. */
  maxWaiting?: number
  /** Monotonic milliseconds, for tests. */
  clock?: () => number
}

export interface QueueStats {
  running: number
  waiting: number
  concurrency: number
  maxWaiting: number
  /** Mean of the last calls in milliseconds; null before the first has ended. */
  meanDurationMs: number | null
}

export interface Queue {
  /**
   * Waits for a turn.
   * @returns gives the turn back; calling it again does nothing
   * @throws AppError `backend-busy` at once when the queue is full, `cancelled` when the signal is aborted while waiting
   */
  enter(signal: AbortSignal): Promise<() => void>
  stats(): QueueStats
}

/** Before the first call has ended nothing is known; a small answer on a processor takes about this long. */
const GUESSED_DURATION_MS = 10_000
const REMEMBERED = 16

export function createQueue({
  concurrency = 1,
  maxWaiting = 16,
  clock = () => performance.now(),
}: QueueOptions = {}): Queue {
  const waiting = new Set<() => void>()
  const durations: number[] = []
  let running = 0

  const meanMs = () => (durations.length === 0 ? null : durations.reduce((sum, ms) => sum + ms, 0) / durations.length)

  const start = (): (() => void) => {
    const started = clock()
    let held = true
    running += 1
    return () => {
      if (!held) return
      held = false
      running -= 1
      durations.push(clock() - started)
      if (durations.length > REMEMBERED) durations.shift()
      const [next] = waiting
      next?.()
    }
  }

  const wait = (signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const leave = () => {
        waiting.delete(proceed)
        signal.removeEventListener('abort', giveUp)
      }
      const proceed = () => {
        leave()
        resolve(start())
      }
      const giveUp = () => {
        leave()
        reject(cancelled(signal.reason))
      }
      waiting.add(proceed)
      signal.addEventListener('abort', giveUp, { once: true })
    })

  /** A place to wait in gets free each time a running call ends. */
  const full = () => {
    const seconds = Math.max(1, Math.ceil((meanMs() ?? GUESSED_DURATION_MS) / concurrency / 1000))
    return new AppError('backend-busy', `The model is busy and ${waiting.size} more questions are waiting already.`, {
      hint: `Try again in about ${seconds} seconds.`,
      retryAfterSeconds: seconds,
      details: { running, waiting: waiting.size },
    })
  }

  return {
    enter: async (signal) => {
      if (signal.aborted) throw cancelled(signal.reason)
      if (running < concurrency) return start()
      if (waiting.size >= maxWaiting) throw full()
      return wait(signal)
    },
    stats: () => ({ running, waiting: waiting.size, concurrency, maxWaiting, meanDurationMs: meanMs() }),
  }
}
