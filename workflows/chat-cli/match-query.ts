/** Full-text queries from what people type: each word is quoted, so nothing in it is FTS5 syntax. */

const quoted = (word: string) => `"${word.replaceAll('"', '""')}"`

/** The parts of a text that hold a letter or digit; the index knows nothing else. */
function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
}

/**
 * Finds messages with all these words; the last may be unfinished, as while typing.
 * @returns null when there is no word to search for
 */
export function searchQuery(text: string): string | null {
  const terms = words(text).map(quoted)
  return terms.length === 0 ? null : `${terms.join(' ')}*`
}

/** English words that say nothing of a message's subject. */
const COMMON = new Set(
  `about after again also because been before being best between both can could did does doing done each even explain
  find first from get give good had has have help her here him his how into its just know last like list long look make
  many may more most much must need new not now off one only other our out over please said same say see she should show
  some such take tell than that the their them then there these they thing things this those through time too two under
  use used using very want was way well were what when where which while who why will with without work would write yes
  you your`.split(/\s+/),
)

/** The words of a question that say what it is about, at most 12, in lower case. */
export function subjectWords(text: string): string[] {
  const folded = words(text).map((word) => word.toLowerCase())
  const telling = folded.filter((word) => (word.length > 2 || /\p{N}{2}/u.test(word)) && !COMMON.has(word))
  return [...new Set(telling)].slice(0, 12)
}

/** Finds messages with any of these words. */
export function anyOf(terms: readonly string[]): string {
  return terms.map(quoted).join(' OR ')
}
