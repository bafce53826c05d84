/**
 * Paths as bytes. On Linux a name is any bytes but `/` and NUL, so decoding one as UTF-8 loses what does not fit. A
 * {@link RawPath} keeps them in a string of one character a byte (latin1): lossless, comparable, a fraction of a Buffer's
 * memory. It is never shown as it is: {@link showPath} is for people and JSON, {@link fsPath} for `node:fs`.
 */
import { isUtf8 } from 'node:buffer'

declare const raw: unique symbol
export type RawPath = string & { readonly [raw]: true }

const HIGH_BYTE = /[\u0080-\u00ff]/
const NOT_ASCII = /[^\p{ASCII}]/u
const ESCAPE = /\\x([0-9a-f]{2})/g

/** Takes a string that is already one character a byte: what `node:fs` gives with `encoding: 'latin1'`, or a part of one. */
export function rawPath(oneCharacterAByte: string): RawPath {
  return oneCharacterAByte as RawPath
}

export function rawFromBytes(bytes: Uint8Array): RawPath {
  return rawPath(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'))
}

/** The bytes of a path, as they are kept in the store. */
export function rawBytes(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1')
}

/** What `node:fs` takes: the string itself while it is ASCII, which is quicker, else its bytes. */
export function fsPath(path: string): string | Buffer {
  return HIGH_BYTE.test(path) ? Buffer.from(path, 'latin1') : path
}

function characterLength(lead: number): number {
  if (lead < 0x80) return 1
  if (lead >= 0xc2 && lead < 0xe0) return 2
  if (lead >= 0xe0 && lead < 0xf0) return 3
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0
}

/** A backslash that would read as the start of an escape is escaped itself. */
const guardEscapes = (text: string) => (text.includes('\\x') ? text.replace(/\\(?=x[0-9a-f]{2})/g, '\\x5c') : text)

/**
 * A path as text, without loss: each byte that is not UTF-8 becomes `\xNN` (two lower-case hex digits), and a backslash
 * that stands before such digits becomes `\x5c`. {@link parsePath} is its inverse.
 */
export function showPath(path: RawPath): string {
  if (!HIGH_BYTE.test(path)) return guardEscapes(path)
  const bytes = rawBytes(path)
  if (isUtf8(bytes)) return guardEscapes(bytes.toString('utf8'))
  let text = ''
  let valid = ''
  for (let i = 0; i < bytes.length;) {
    const length = characterLength(bytes[i] ?? 0)
    const character = bytes.subarray(i, i + length)
    if (length > 0 && character.length === length && isUtf8(character)) {
      valid += character.toString('utf8')
      i += length
    } else {
      text += `${guardEscapes(valid)}\\x${(bytes[i] ?? 0).toString(16).padStart(2, '0')}`
      valid = ''
      i += 1
    }
  }
  return text + guardEscapes(valid)
}

/** The path that {@link showPath} shows so; ordinary text is taken as UTF-8. */
export function parsePath(text: string): RawPath {
  const bytes = NOT_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
  return rawPath(bytes.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))))
}

/**
 * A path of two parts. `join` makes it one piece at once, where a template would keep both parts, which takes three times the memory
 * for as long as the path is kept.
 */
export function joinPath(folder: RawPath, name: string): RawPath {
  if (folder === '') return rawPath(name)
  if (name === '') return folder
  return rawPath(folder.endsWith('/') ? folder + name : [folder, name].join('/'))
}

/** Folder part of a relative path, `''` at the top. */
export function parentOf(path: RawPath): RawPath {
  const slash = path.lastIndexOf('/')
  return rawPath(slash < 0 ? '' : path.slice(0, slash))
}

export function nameOf(path: RawPath): RawPath {
  return rawPath(path.slice(path.lastIndexOf('/') + 1))
}

/** Whether `path` is `root` or lies below it; both absolute and real (no symlinks, no `..`), and of the same sort. */
export function isWithin<Path extends string>(root: Path, path: Path): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`)
}
