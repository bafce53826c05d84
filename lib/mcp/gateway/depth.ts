/**
 * How deep a message is nested. Reading has no limit here, but writing one anew fails after some thousand levels, wherever that
 * happens: a server's message could end the app.
 */

/** No message that means anything is nested as deep. */
export const MAX_DEPTH = 512

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])

/** Whether a quote belongs to the string that it lies in. */
function isEscaped(json: string, quote: number): boolean {
  let from = quote
  while (json.charCodeAt(from - 1) === BACKSLASH) from -= 1
  return (quote - from) % 2 === 1
}

function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (end >= 0 && isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end < 0 ? json.length : end
}

/** Whether JSON is nested deeper than {@link MAX_DEPTH}. Short text cannot be, and strings are passed over as a whole. */
export function isTooDeep(json: string): boolean {
  if (json.length <= 2 * MAX_DEPTH) return false
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const char = json.charCodeAt(at)
    if (char === QUOTE) at = endOfString(json, at)
    else if (CLOSING.has(char)) depth -= 1
    else if (OPENING.has(char) && ++depth > MAX_DEPTH) return true
  }
  return false
}
