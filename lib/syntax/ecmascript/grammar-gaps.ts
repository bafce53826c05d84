/**
 * TypeScript that version 0.23 of the grammar does not know, blanked out before parsing. Lengths stay the same, so
 * positions and texts taken from the original source are right.
 */
const GAPS: readonly RegExp[] = [
  // `export type * from './x.ts'`
  /(^[ \t]*export[ \t]+)(type)(?=[ \t]+\*)/gm,
  // Variance of type parameters: `<in T, out U>`
  /([<,]\s*)((?:in[ \t]+out|in|out)[ \t])(?=[ \t]*[A-Z$_])/g,
  // `<const T>`
  /([<,]\s*)(const[ \t])(?=[ \t]*[A-Z$_])/g,
]

export const withoutGaps = (source: string) =>
  GAPS.reduce(
    (text, gap) => text.replace(gap, (_match, before: string, blank: string) => before + ' '.repeat(blank.length)),
    source,
  )
