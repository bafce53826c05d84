/** How far a pull is: bytes, rate, time left. Pure but for the clock it is given. */
import type { PullStep } from '../providers/ollama/admin.ts'

export interface PullProgress {
  done: number
  /** Null until the registry or Ollama says. */
  total: number | null
  bytesPerSecond: number | null
  secondsLeft: number | null
}

/** The rate is that of the last seconds: a slow start says nothing about the end. */
const WINDOW_MS = 5000
const SHORTEST_MS = 200

/**
 * Adds up what Ollama says of each file.
 * @param expected bytes of all files together, when the manifest is known
 * @param clock milliseconds
 */
export function createPullProgress(expected: number | null, clock: () => number) {
  const files = new Map<string, { total: number; completed: number; before: number }>()
  const marks: { at: number; received: number }[] = []

  const rate = (received: number): number | null => {
    const at = clock()
    marks.push({ at, received })
    while (marks.length > 2 && at - (marks[1]?.at ?? at) >= WINDOW_MS) marks.shift()
    const first = marks[0]
    if (first === undefined || at - first.at < SHORTEST_MS) return null
    return Math.max(0, ((received - first.received) * 1000) / (at - first.at))
  }

  return (step: PullStep): PullProgress => {
    if (step.digest !== null && step.total !== null) {
      const completed = Math.max(0, step.completed)
      // What an earlier pull has left is there at once: it says nothing about the rate.
      const before = files.get(step.digest)?.before ?? completed
      files.set(step.digest, { total: step.total, completed, before })
    }
    let [done, seen, received] = [0, 0, 0]
    for (const file of files.values()) {
      done += file.completed
      seen += file.total
      received += file.completed - file.before
    }
    const total = expected === null ? (files.size === 0 ? null : seen) : Math.max(expected, seen)
    const bytesPerSecond = rate(received)
    const left = total === null ? null : total - done
    const secondsLeft = left === null || bytesPerSecond === null || bytesPerSecond === 0 ? null : left / bytesPerSecond
    return { done, total, bytesPerSecond, secondsLeft }
  }
}

/**
 * Says when a pull has stood still for too long: Ollama tries a connection that went silent again for ever, and goes on
 * telling how far it is.
 * @param clock milliseconds
 */
export function createStallWatch(limitMs: number, clock: () => number) {
  let last = { done: -1, at: clock() }
  return (done: number): boolean => {
    if (done !== last.done) last = { done, at: clock() }
    return clock() - last.at > limitMs
  }
}

/** Seconds as a person says them. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
