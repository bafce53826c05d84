/** Rewrites the retired options of one file. */
import { parseNix } from '#lib/syntax/nix/parser.ts'
import { applyEdits, type Edit } from './edit.ts'
import { findUses, type Use } from './uses.ts'

/** Each pass makes at least one use disappear; no file has more. */
const MOST_PASSES = 1000

/** @returns null when the text cannot be read as Nix */
export function usesIn(text: string): Use[] | null {
  const { expression, faults } = parseNix(text)
  return expression === null || faults.length > 0 ? null : findUses(text, expression)
}

/** What is wrong with a text that was rewritten: mostly that it now defines twice what was set under both names. */
function whyUnreadable(text: string): string {
  const [fault] = parseNix(text).faults
  return `the rewritten file could not be read as Nix${fault === undefined ? '' : `: ${fault.message}`}`
}

const isEmpty = ({ start, end, text }: Edit) => start === end && text === ''

/** The edits of one pass: all that only take a name out of a path, else one that moves lines. */
function nextEdits(uses: readonly Use[]): readonly Edit[] {
  const rewrites = uses.flatMap(({ rewrite }) => rewrite ?? [])
  const simple = rewrites.filter(({ restructures }) => !restructures).flatMap(({ edits }) => edits)
  const wanted = simple.filter((edit) => !isEmpty(edit))
  return wanted.length > 0 ? wanted : (rewrites.find(({ restructures }) => restructures)?.edits ?? [])
}

/**
 * @returns the text with every certain use rewritten; the rest is as it was
 * @throws Error when what comes of it is no Nix, such as an option that is set under both names
 */
export function rewrite(text: string): string {
  let current = text
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const uses = usesIn(current)
    if (uses === null) throw new Error(whyUnreadable(current))
    const edits = nextEdits(uses)
    if (edits.length === 0) return current
    current = applyEdits(current, edits)
  }
  throw new Error('the rewriting does not end')
}
