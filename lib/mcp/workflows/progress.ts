import { shorten } from '../../tools/small.ts'
import type { RunEvent } from '../../operations/types.ts'

const MAX_MESSAGE = 200

/** As the protocol wants it: https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress */
export interface Progress {
  progress: number
  total?: number
  message: string
}

/**
 * Turns a run's events into progress that only ever grows, as the protocol demands, although each step of a run counts from
 * nothing again.
 * @returns null for what tells nothing new
 */
export function progressOf(): (event: RunEvent) => Progress | null {
  let last = 0
  let before = 0
  let step = ''
  return (event) => {
    if (event.type === 'step') {
      step = event.message
      before = last + 1
      last = before
      return { progress: last, message: shorten(step, MAX_MESSAGE) }
    }
    if (event.type !== 'progress') return null
    const progress = before + event.done
    if (progress <= last) return null
    last = progress
    return {
      progress,
      ...(event.total === null ? {} : { total: Math.max(progress, before + event.total) }),
      message: shorten(event.message ?? (step === '' ? event.unit : step), MAX_MESSAGE),
    }
  }
}
