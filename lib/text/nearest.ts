/** Levenshtein distance between two short words (Wagner and Fischer 1974, two rows). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      row.push(Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + cost))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}

/**
 * The known word that a mistyped one most likely meant, or null when none is near.
 * @param word what was typed
 * @param known the words there are
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  const typed = word.slice(0, 80).toLowerCase()
  let best: { name: string; distance: number } | null = null
  for (const name of known) {
    const d = distance(typed, name.toLowerCase())
    if (best === null || d < best.distance) best = { name, distance: d }
  }
  return best !== null && best.distance <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : null
}
