/** Keeping answers small: a model reads every character, and has room for few. */
import { isObject } from '../is-object.ts'

/** Bytes of JSON that an answer may have. */
export const MAX_ANSWER_BYTES = 4096

const CUT = '…'

/** The beginning of a text, ending in `…` where something was left out; never half of a character. */
export function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  return `${text.slice(0, Math.max(0, maxChars - 1)).replace(/[\uD800-\uDBFF]$/, '')}${CUT}`
}

/** The middle of a path is what is missed least: its end says what it is, its beginning where. */
export function shortenPath(path: string, maxChars: number): string {
  if (path.length <= maxChars) return path
  const head = Math.floor((maxChars - 1) / 3)
  const tail = maxChars - 1 - head
  return `${path.slice(0, head).replace(/[\uD800-\uDBFF]$/, '')}${CUT}${path.slice(-tail).replace(/^[\uDC00-\uDFFF]/, '')}`
}

const bytesOf = (value: unknown) => (value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value)))

/** A value at most about this large: what is longest in it gives way first, the end before the beginning. */
function within(value: unknown, maxBytes: number): unknown {
  if (bytesOf(value) <= maxBytes) return value
  if (typeof value === 'string') {
    let chars = Math.min(value.length, maxBytes)
    while (chars > 1 && bytesOf(shorten(value, chars)) > maxBytes) chars = Math.floor(chars * 0.8)
    return shorten(value, chars)
  }
  if (Array.isArray(value)) {
    const kept: unknown[] = []
    let left = maxBytes - 2
    for (const item of value) {
      const small: unknown = within(item, Math.max(16, Math.floor(maxBytes / 2)))
      left -= bytesOf(small) + 1
      if (left < 0) break
      kept.push(small)
    }
    return kept
  }
  if (!isObject(value)) return value
  return withinObject(value, maxBytes)
}

/** Small fields stay whole; the large ones share what is left. Fields beyond any reason are left out, the last first. */
function withinObject(value: Readonly<Record<string, unknown>>, maxBytes: number): Record<string, unknown> {
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => ({ name, inner, bytes: bytesOf(name) + bytesOf(inner) + 2 }))
  // A map, since a field may have any name, that of a method of every object too.
  const result = new Map(fields.map(({ name, inner }) => [name, inner]))
  let left = maxBytes - 2
  fields
    .toSorted((a, b) => a.bytes - b.bytes)
    .forEach(({ name, inner, bytes }, index) => {
      const share = Math.floor(left / (fields.length - index))
      if (bytes <= share) {
        left -= bytes
        return
      }
      const room = share - bytesOf(name) - 2
      const small = room < 2 ? undefined : within(inner, room)
      if (small === undefined || bytesOf(small) > room) {
        result.delete(name)
        return
      }
      result.set(name, small)
      left -= bytesOf(name) + bytesOf(small) + 2
    })
  return Object.fromEntries(result)
}

/**
 * An object as JSON of at most so many bytes, whatever is in it. What a tool answers should be small by itself; this is for
 * the day when a name is four thousand characters long.
 */
export function fit(value: Readonly<Record<string, unknown>>, maxBytes: number): Record<string, unknown> {
  return bytesOf(value) <= maxBytes ? value : withinObject(value, maxBytes)
}
