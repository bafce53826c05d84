/** Makes text from logs harmless: nothing in it can act on a terminal, a Markdown reader or the order of characters. */

/** Longest text of a log line that is kept. */
export const MAX_TEXT = 300

/** Control and format characters, line separators, private and unassigned ones, lone surrogates. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Control and invisible characters as `\x1b` or `\u{202e}`, cut to `limit` characters. */
export function visible(text: string, limit: number = MAX_TEXT): string {
  // Cut first: a line can have a megabyte.
  const cut = text.length > limit * 2 ? text.slice(0, limit * 2) : text
  const shown = cut.replaceAll(HIDDEN, (character) => {
    if (character === '\t') return ' '
    const code = character.codePointAt(0) ?? 0
    return code < 256 ? String.raw`\x${code.toString(16).padStart(2, '0')}` : String.raw`\u{${code.toString(16)}}`
  })
  if (shown.length <= limit && cut.length === text.length) return shown
  // Not between the halves of a character outside the basic plane.
  return `${shown.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** {@link visible} for bytes, which need not be UTF-8. */
export function visibleBytes(buffer: Uint8Array, start: number, end: number, limit: number = MAX_TEXT): string {
  const bytes = Buffer.from(buffer.buffer, buffer.byteOffset + start, Math.max(0, Math.min(end - start, limit * 4)))
  const text = visible(bytes.toString('utf8').trim(), limit)
  return bytes.length < end - start && !text.endsWith('…') ? `${text}…` : text
}

/** Text as Markdown code: inert whatever it holds, backticks too. */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = text === '' || /^[` ]|[` ]$/.test(text) ? ' ' : ''
  return `${fence}${pad}${text}${pad}${fence}`
}

/** Text as Markdown prose in which nothing is markup. */
export function prose(text: string): string {
  return visible(text, 2000).replaceAll(/[\\`*_{}[\]<>#|~&!]/g, String.raw`\$&`)
}
