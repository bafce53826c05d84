/** Unified diffs, as GNU diff writes them and `patch` takes them: https://www.gnu.org/software/diffutils/manual/#Unified-Format */
import { type Edit, editScript } from './edit-script.ts'

const CONTEXT = 3
const MARKS = { same: ' ', removed: '-', added: '+' } as const

export interface TextDiff {
  /** Empty when both are the same. */
  diff: string
  /** Lines that only the new text has. */
  added: number
  /** Lines that only the old text has. */
  removed: number
}

/** Lines with their newline, so that a last line without one differs from one with it. */
function linesOf(text: string): string[] {
  return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? [])
}

/** Parts the edits where more than twice the context is the same in both. */
function hunksOf(edits: readonly Edit[]): Edit[][] {
  const hunks: Edit[][] = []
  let hunk: Edit[] = []
  const close = () => {
    if (hunk.some(({ kind }) => kind !== 'same')) hunks.push(hunk)
    hunk = []
  }
  edits.forEach((edit, index) => {
    const isLast = index === edits.length - 1
    if (edit.kind !== 'same') hunk.push(edit)
    else if (hunk.length === 0) hunk.push(lastOf(edit, CONTEXT))
    else if (isLast || edit.count > 2 * CONTEXT) {
      hunk.push(firstOf(edit, CONTEXT))
      close()
      if (!isLast) hunk.push(lastOf(edit, CONTEXT))
    } else hunk.push(edit)
  })
  close()
  return hunks
}

function firstOf(edit: Edit, most: number): Edit {
  return { ...edit, count: Math.min(edit.count, most) }
}

function lastOf(edit: Edit, most: number): Edit {
  const skipped = Math.max(0, edit.count - most)
  return { ...edit, before: edit.before + skipped, after: edit.after + skipped, count: edit.count - skipped }
}

/** `start,count` of a hunk's header; an empty side names the line before it, and a count of 1 is left out. */
function range(start: number, count: number): string {
  if (count === 1) return String(start + 1)
  return `${count === 0 ? start : start + 1},${count}`
}

function countOf(edits: readonly Edit[], without: Edit['kind']): number {
  return edits.reduce((sum, { kind, count }) => sum + (kind === without ? 0 : count), 0)
}

function renderHunk(hunk: readonly Edit[], before: readonly string[], after: readonly string[]): string {
  const [first] = hunk
  const header = `@@ -${range(first?.before ?? 0, countOf(hunk, 'added'))} +${range(first?.after ?? 0, countOf(hunk, 'removed'))} @@\n`
  const lines = hunk.flatMap(({ kind, before: x, after: y, count }) =>
    (kind === 'added' ? after.slice(y, y + count) : before.slice(x, x + count)).map(
      (line) => MARKS[kind] + (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`),
    ),
  )
  return header + lines.join('')
}

/**
 * The unified diff of one file.
 * @param path shown in the header, below `a/` and `b/`
 * @param before text that is there; null when there is none
 * @param after text that would be there; null when the file would be removed
 */
export function unifiedDiff(path: string, before: string | null, after: string | null): TextDiff {
  if (before === after) return { diff: '', added: 0, removed: 0 }
  const old = linesOf(before ?? '')
  const now = linesOf(after ?? '')
  const edits = editScript(old, now)
  const header = `--- ${before === null ? '/dev/null' : `a/${path}`}\n+++ ${after === null ? '/dev/null' : `b/${path}`}\n`
  const total = (kind: Edit['kind']) => edits.reduce((sum, edit) => sum + (edit.kind === kind ? edit.count : 0), 0)
  return {
    diff:
      header +
      hunksOf(edits)
        .map((hunk) => renderHunk(hunk, old, now))
        .join(''),
    added: total('added'),
    removed: total('removed'),
  }
}
