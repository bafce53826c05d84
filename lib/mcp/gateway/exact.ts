/**
 * Numbers as they were written. A number of JSON may have more digits than one of JavaScript holds, such as an id of 64 bits, so where a
 * message is written anew they are carried as their text: https://github.com/tc39/proposal-json-parse-with-source
 */
import { isObject, type JsonObject, type MessageId } from './jsonrpc.ts'

declare global {
  interface JSON {
    /** What `JSON.stringify` writes as this text. */
    rawJSON(text: string): object
  }
}

/** Numbers with fewer digits are read as they are: 2 ** 53 has 16. */
const LONG = 16
const ZERO = 0x30
const NINE = 0x39

function isDigit(json: string, at: number): boolean {
  const char = json.charCodeAt(at)
  return char >= ZERO && char <= NINE
}

/** Whether so many digits stand in a row anywhere, if only in a string. Looks at one character of {@link LONG} where there are none. */
export function hasLongNumber(json: string): boolean {
  for (let at = LONG - 1; at < json.length; at += LONG) {
    if (!isDigit(json, at)) continue
    let from = at
    while (isDigit(json, from - 1)) from -= 1
    let to = at + 1
    while (isDigit(json, to)) to += 1
    if (to - from >= LONG) return true
  }
  return false
}

function asWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value
}

/** What JSON says, to be written anew and not to be counted with. @throws SyntaxError */
export function parseExact(json: string): unknown {
  const value: unknown = hasLongNumber(json) ? JSON.parse(json, asWritten) : JSON.parse(json)
  return value
}

/**
 * The same value, whose numbers are written as in its text.
 * @param json what it was read from
 */
export function exactly(json: string, value: JsonObject): JsonObject {
  if (!hasLongNumber(json)) return value
  const exact = parseExact(json)
  return isObject(exact) ? exact : value
}

/** Whether a number may be another than the one that was written. */
export function isInexact(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value)
}

/**
 * A server's message under another id. Where the id is what its text begins or ends with, as libraries write it, the text is cut there:
 * writing a long answer anew would take as long as reading it.
 */
export function withId(text: string, value: JsonObject, id: MessageId): string {
  const [before, after] = [JSON.stringify(value['id']), JSON.stringify(id)]
  const end = `,"id":${before}}`
  if (text.endsWith(end)) return `${text.slice(0, -end.length)},"id":${after}}`
  const begin = `{"jsonrpc":"2.0","id":${before},`
  if (text.startsWith(begin)) return `{"jsonrpc":"2.0","id":${after},${text.slice(begin.length)}`
  return JSON.stringify({ ...exactly(text, value), id })
}
