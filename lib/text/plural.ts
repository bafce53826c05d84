/**
 * A count with its word, e.g. `1 file`, `12,000 files`.
 * @param many the word for any other count than one; by default with an s
 */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
