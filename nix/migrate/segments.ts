/** Where the single names of an attribute path stand in the text. */
import { tokenAt } from '#lib/syntax/nix/lexer.ts'

export interface Segment {
  /** Null for a name that is put together while Nix evaluates; what follows it is not read. */
  name: string | null
  start: number
  end: number
}

const QUOTED = /"((?:[^"\\$]|\\.)*)"/y

function segmentAt(text: string, offset: number): Segment | null {
  const { type, text: token, start, end } = tokenAt(text, offset)
  if (type === 'id' || token === 'or') return { name: token, start, end }
  if (token !== '"') return token === '${' ? { name: null, start, end } : null
  QUOTED.lastIndex = start
  const quoted = QUOTED.exec(text)
  return { name: quoted?.[1] ?? null, start, end: quoted === null ? end : QUOTED.lastIndex }
}

/**
 * Reads an attribute path.
 * @param offset where it begins; blanks and comments are skipped
 */
export function segmentsAt(text: string, offset: number): Segment[] {
  const segments: Segment[] = []
  for (let at = offset; ;) {
    const segment = segmentAt(text, at)
    if (segment === null) return segments
    segments.push(segment)
    if (segment.name === null) return segments
    const dot = tokenAt(text, segment.end)
    if (dot.text !== '.') return segments
    at = dot.end
  }
}
