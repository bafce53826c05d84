import type { Node } from 'web-tree-sitter'
import { namedChildren } from '../tree-sitter/nodes.ts'
import type { SourceText } from '../tree-sitter/nodes.ts'

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/g

function codePoint(digits: string, base: number): string {
  const code = parseInt(digits, base)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

const unescape = (text: string) =>
  text.replace(ESCAPE, (whole: string, x?: string, u?: string, long?: string, octal?: string, other?: string) => {
    const hex = x ?? u ?? long
    if (hex !== undefined) return codePoint(hex, 16)
    if (octal !== undefined) return codePoint(octal, 8)
    return other !== undefined && Object.hasOwn(SIMPLE, other) ? (SIMPLE[other] ?? '') : whole
  })

/**
 * The value of a string literal, or of several in a row.
 * @returns null for bytes, formatted strings and anything else
 */
export function stringValue(source: SourceText, node: Node): string | null {
  if (node.type === 'concatenated_string') {
    const parts = namedChildren(node).map((child) => stringValue(source, child))
    return parts.includes(null) ? null : parts.join('')
  }
  if (node.type === 'parenthesized_expression') {
    const [inner] = namedChildren(node)
    return inner === undefined ? null : stringValue(source, inner)
  }
  const match = node.type === 'string' ? /^([a-zA-Z]*)('''|"""|'|")([^]*)\2$/.exec(source.of(node)) : null
  if (match?.[1] === undefined || match[3] === undefined || /[bft]/i.test(match[1])) return null
  const text = match[3].replace(/\r\n?/g, '\n')
  return /r/i.test(match[1]) ? text : unescape(text)
}
