/** Takes the part `ai` out of `server = { … }`, with its comments and its own layout. */
import type { NixAttribute, NixSet } from '#lib/syntax/nix/ast.ts'
import { type Edit, indentAt, outdent } from './edit.ts'
import { segmentsAt } from './segments.ts'

const COMMENT = /#[^\n]*|\/\*[\s\S]*?\*\//g

/** Comments between two places, each on a line of its own. */
const commentsIn = (blanks: string): string[] => blanks.match(COMMENT) ?? []

/** Where the lines of a binding begin: with the comments right above it, but not one at the end of the line before. */
function startWithComments(text: string, binding: NixAttribute): number {
  const from = binding.start - binding.leading.length
  const firstBreak = binding.leading.indexOf('\n')
  if (firstBreak < 0) return binding.start
  const own = binding.leading.slice(firstBreak)
  const comment = own.search(/#|\/\*/)
  // An empty line parts what documents the binding from what does not.
  const block = comment < 0 ? own.length : Math.max(comment, own.lastIndexOf('\n\n') + 2)
  const start = from + firstBreak + (comment < 0 ? own.length : block)
  return start + (/^[ \t]*/.exec(text.slice(start, binding.start))?.[0].length ?? 0)
}

/** Name of the path that goes before the part's own: that of the binding around it, without its last name. */
function prefixOf(text: string, around: NixAttribute): string {
  const names = segmentsAt(text, around.start)
  const server = names.at(-1)
  return server === undefined ? '' : text.slice(around.start, server.start)
}

/**
 * `hwc.server = { ai = …; other = …; };` becomes `hwc.ai = …; hwc.server = { other = …; };`.
 * @returns null where lines are shared so that it could not be told apart what belongs to whom
 */
export function hoist(text: string, around: NixAttribute, _set: NixSet, part: NixAttribute): Edit[] | null {
  const outer = indentAt(text, around.start)
  const start = startWithComments(text, part)
  const inner = indentAt(text, start)
  const prefix = prefixOf(text, around)
  if (outer === null || inner === null) {
    const moved = `${prefix}${text.slice(part.start, part.end)} `
    if (commentsIn(part.leading).length > 0) return null
    return [
      { start: around.start, end: around.start, text: moved },
      { start: part.start, end: part.end, text: '' },
    ]
  }
  const rest = /^[ \t]*(?:#[^\n]*)?/.exec(text.slice(part.end))?.[0] ?? ''
  const end = part.end + rest.length
  if (text[end] !== '\n') return null
  const comments = text.slice(start, part.start)
  const moved = outdent(`${comments}${prefix}${text.slice(part.start, end).trimEnd()}`, inner, outer)
  const lineStart = start - inner.length
  return [
    { start: around.start, end: around.start, text: `${moved}\n${outer}` },
    { start: lineStart, end: end + 1, text: '' },
  ]
}

/** `server = { ai = …; };` becomes `ai = …;`, all that was in the set moved out of it. */
export function unwrap(text: string, around: NixAttribute, set: NixSet): Edit[] | null {
  const [first, last] = [set.bindings[0], set.bindings.at(-1)]
  if (first === undefined || last === undefined) return null
  const outer = indentAt(text, around.start)
  const inner = indentAt(text, first.start)
  const blanksBefore = commentsIn(text.slice(set.start + 1, first.start))
  const blanksAfter = commentsIn(text.slice(last.end, set.end - 1))
  if (outer === null || inner === null) {
    if (blanksBefore.length + blanksAfter.length > 0) return null
    return [{ start: around.start, end: around.end, text: text.slice(first.start, last.end) }]
  }
  const body = outdent(text.slice(first.start, last.end), inner, outer)
  const lines = [...blanksBefore, body, ...blanksAfter]
  return [{ start: around.start, end: around.end, text: lines.join(`\n${outer}`) }]
}
