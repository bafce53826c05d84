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

/**
 * Adds up what Ollama says of each file.
 * @param expected bytes of all files together, when the manifest is known
 * @param clock milliseconds
 */
export function createPullProgress(expected: number | null, clock: () => number) {
  const files = new Map<string, { total: number; completed: number }>()
  const marks: { at: number; done: number }[] = []

  const rate = (done: number): number | null => {
    const at = clock()
    marks.push({ at, done })
    while (marks.length > 2 && at - (marks[1]?.at ?? at) > WINDOW_MS) marks.shift()
    const first = marks[0]
    if (first === undefined || at - first.at < 200) return null
    return Math.max(0, ((done - first.done) * 1000) / (at - first.at))
  }

  return (step: PullStep): PullProgress => {
    if (step.digest !== null && step.total !== null)
      files.set(step.digest, { total: step.total, completed: Math.max(0, step.completed) })
    let [done, seen] = [0, 0]
    for (const file of files.values()) {
      done += file.completed
      seen += file.total
    }
    const total = expected === null ? (files.size === 0 ? null : seen) : Math.max(expected, seen)
    const bytesPerSecond = rate(done)
    const left = total === null ? null : total - done
    const secondsLeft = left === null || bytesPerSecond === null || bytesPerSecond === 0 ? null : left / bytesPerSecond
    return { done, total, bytesPerSecond, secondsLeft }
  }
}

/** Seconds as a person says them. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
