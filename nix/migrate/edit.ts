/** Changes of a text that leave everything around them as it is. */
import type { Segment } from './segments.ts'

export interface Edit {
  start: number
  end: number
  text: string
}

/** @param edits that do not overlap */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text
  for (const { start, end, text: inserted } of [...edits].sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + inserted + result.slice(end)
  return result
}

/** Takes one name out of a path of several, with one of its dots. */
export function withoutSegment(segments: readonly Segment[], index: number): Edit | null {
  const [segment, next, before] = [segments[index], segments[index + 1], segments[index - 1]]
  if (segment === undefined) return null
  if (next !== undefined) return { start: segment.start, end: next.start, text: '' }
  return before === undefined ? null : { start: before.end, end: segment.end, text: '' }
}

/** Blanks at the beginning of the line on which an offset lies; null when something else stands before it there. */
export function indentAt(text: string, offset: number): string | null {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return before.trim() === '' ? before : null
}

/**
 * Moves the lines of a binding to the left, when each of them is indented by more.
 * @param text from the binding's first character on, which is not indented
 */
export function outdent(text: string, from: string, to: string): string {
  const lines = text.split('\n')
  const extra = from.startsWith(to) ? from.slice(to.length) : ''
  const isInside = lines.slice(1).every((line) => line.trim() === '' || line.startsWith(from))
  if (extra === '' || !isInside) return text
  return lines.map((line, index) => (index === 0 || line.trim() === '' ? line : line.slice(extra.length))).join('\n')
}
