import { dedent, docComment } from '../doc/comment.ts'
import type { DocComment } from '../types.ts'

const COMMENT = /#[^\r\n]*|\/\*(?:[^*]|\*+[^*/])*\*+\//g

interface Comment {
  text: string
  /** Offset of its end in the blanks it lies in. */
  end: number
  block: boolean
}

/** The words of a comment without its marks. */
function strip(comment: string): string {
  if (comment.startsWith('#')) return comment.replace(/^#+ ?/, '')
  const inner = comment.replace(/^\/\*+/, '').replace(/\*+\/$/, '')
  const starred = inner
    .split('\n')
    .slice(1)
    .every((line) => /^\s*(\*|$)/.test(line))
  return starred ? inner.replace(/^[ \t]*\*[ \t]?/gm, '').trim() : dedent(inner, false).trim()
}

/** A line of dashes or the like divides a file; it documents nothing. */
const isRule = (text: string) => /^[\s#*=~_-]*$/.test(text)

/** Sections `# Example`, `# Type`, `# Inputs` of nixpkgs' doc comments hold code; examples of the older `Example:` too. */
function examplesOf(text: string): string[] {
  const section = /^(?:#+ Examples?|Examples?:)[^\n]*\n([^]*?)(?=^#+ |^[A-Z]\w+:\s*$|(?![^]))/m.exec(text)?.[1]
  if (section === undefined) return []
  const fences = [...section.matchAll(/^\s*(`{3,})[^\n]*\n([^]*?)^\s*\1/gm)].map((match) => match[2] ?? '')
  return fences.length > 0 ? fences : [section.replace(/^:::[^\n]*$/gm, '')]
}

function fromTexts(texts: readonly string[]): DocComment | null {
  const text = texts
    .filter((line) => !isRule(line) || line === '')
    .join('\n')
    .trim()
  return text === '' ? null : docComment({ text, examples: examplesOf(text) })
}

function commentsIn(blanks: string): Comment[] {
  return [...blanks.matchAll(COMMENT)].map((match) => ({
    text: strip(match[0]),
    end: match.index + match[0].length,
    block: match[0].startsWith('/*'),
  }))
}

/**
 * The comment that documents what follows: the one right above it, lines of `#` taken together.
 * @param leading blanks and comments before it, from the end of what stands before
 */
export function docAbove(leading: string): DocComment | null {
  const comments = commentsIn(leading)
  // A comment on the line of what stands before belongs to that.
  const firstBreak = leading.indexOf('\n')
  const own = comments.filter(
    (comment, index) => comment.block || index > 0 || firstBreak === -1 || comment.end > firstBreak,
  )
  const texts: string[] = []
  let next = leading.length
  for (const comment of own.toReversed()) {
    const gap = leading.slice(comment.end, next)
    if ((gap.match(/\n/g) ?? []).length > 1) break
    texts.unshift(comment.text)
    if (comment.block) break
    next = leading.lastIndexOf('\n', comment.end - 1) + 1
  }
  return fromTexts(texts)
}

/** The comment a file begins with. */
export function docAtTop(source: string, end: number): DocComment | null {
  const leading = source.slice(0, end)
  const [first, ...more] = commentsIn(leading)
  if (first === undefined) return null
  const texts = [first.text]
  let last = first
  for (const comment of more) {
    if (last.block || comment.block || /\n\s*\n/.test(leading.slice(last.end, comment.end))) break
    texts.push(comment.text)
    last = comment
  }
  return fromTexts(texts)
}
