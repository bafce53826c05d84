/** Finds what a misspelt name was probably meant to be. */

/** Number of letters to add, drop or change to get from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const above = row
    row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
  }
  return row[b.length] ?? 0
}

/**
 * The known name nearest to a wrong one, upper and lower case and separators aside.
 * @returns null when none is near enough to be worth naming
 */
export function nearest(wrong: string, known: Iterable<string>): string | null {
  const fold = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '')
  const folded = fold(wrong.slice(0, 200))
  let best: string | null = null
  let least = Math.max(2, Math.floor(folded.length * 0.4)) + 1
  for (const name of known) {
    const away = distance(folded, fold(name))
    if (away < least) [best, least] = [name, away]
  }
  return best
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(wrong: string, known: Iterable<string>): string {
  const name = nearest(wrong, known)
  return name === null ? '' : ` Did you mean "${name}"?`
}
