/** Telling text from other bytes, and a few sorts of text from each other by how they begin. */
import { isUtf8 } from 'node:buffer'
import type { Claim } from './extensions.ts'

const claim = (type: string, kind: Claim['kind'], label: string): Claim => ({ type, kind, label, content: 'text' })

const BEGINNINGS: readonly (readonly [RegExp, Claim])[] = [
  [/^\s*<(?:!doctype\s+html|html|head|body)\b/i, claim('text/html', 'document', 'web page')],
  [/^(?:\s|<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE svg[^>]*>)*<svg\b/i, claim('image/svg+xml', 'image', 'SVG image')],
  [/^\s*<\?xml\b/, claim('application/xml', 'data', 'XML data')],
  [/^#!.*\b(?:sh|bash|zsh|python|python3|perl|ruby|node|env)\b/, claim('text/x-shellscript', 'code', 'script')],
  [/^BEGIN:VCALENDAR/, claim('text/calendar', 'message', 'calendar entry')],
  [/^BEGIN:VCARD/, claim('text/vcard', 'message', 'contact')],
  [/^(?:From |Received:|Return-Path:|Delivered-To:|MIME-Version:)/, claim('message/rfc822', 'message', 'e-mail')],
  [/^solid [^\n]*\n\s*facet /, claim('model/stl', 'model', '3D model')],
  [/^\s*\{\s*"[^"]*"\s*:|^\s*\[\s*[[{"]/, claim('application/json', 'data', 'JSON data')],
]

const UTF16 = /^(?:\xff\xfe|\xfe\xff)/
/** Control characters that text may hold: backspace, tab, line feed, form feed, carriage return, escape. */
const TEXT_CONTROLS = new Set([8, 9, 10, 12, 13, 27])
const IS_BINARY = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 32 && !TEXT_CONTROLS.has(byte) ? 1 : 0))

/** A plain loop: this looks at every byte of every file. */
function hasBinary(head: Buffer): boolean {
  for (let i = 0; i < head.length; i++) if (IS_BINARY[head[i] ?? 0] === 1) return true
  return false
}

/**
 * Whether these first bytes are text: UTF-8, UTF-16 with its mark, or one of the eight-bit encodings.
 * @param latin1 the same bytes, one character each
 */
export function isText(head: Buffer, latin1: string): boolean {
  if (UTF16.test(latin1)) return true
  if (hasBinary(head)) return false
  if (isUtf8(head)) return true
  // A character may be cut off at the end of the head.
  for (let cut = 1; cut <= 3; cut++) if (isUtf8(head.subarray(0, head.length - cut))) return true
  const high = latin1.replace(/[^\x80-\xff]/g, '').length
  return high / latin1.length < 0.3 && !/[\x80-\x9f]{2}/.test(latin1)
}

/** What the beginning of a text says it is, or null. */
export function textByBeginning(latin1: string): Claim | null {
  const start = latin1.startsWith('\xef\xbb\xbf') ? latin1.slice(3) : latin1
  return BEGINNINGS.find(([pattern]) => pattern.test(start))?.[1] ?? null
}
