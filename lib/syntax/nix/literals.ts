/** Strings and paths: what may hold interpolated expressions. */
import type { NixExpr, StringPart } from './ast.ts'
import { NixFault } from './cursor.ts'
import type { NixCursor } from './cursor.ts'
import { PATH_REST } from './lexer.ts'
import { parseExpression } from './parser.ts'
import { indentedStep, simpleStep, stripIndentation } from './strings.ts'
import type { IndentedPiece } from './strings.ts'

/** The rest of `${ … }` after its opening. */
export function parseInterpolation(cursor: NixCursor): NixExpr {
  const value = parseExpression(cursor)
  cursor.expect('}')
  return value
}

function parsePieces(cursor: NixCursor, step: typeof simpleStep): IndentedPiece<NixExpr>[] {
  const pieces: IndentedPiece<NixExpr>[] = []
  const opened = cursor.position
  for (;;) {
    const next = step(cursor.source, cursor.position)
    if (next.type === 'unterminated') throw new NixFault(opened, 'this string is never closed')
    cursor.moveTo(next.end)
    if (next.type === 'close') return pieces
    if (next.type === 'text') pieces.push(next)
    else pieces.push({ type: 'value', value: parseInterpolation(cursor) })
  }
}

/** `"…"` */
export function parseString(cursor: NixCursor): NixExpr {
  const { start } = cursor.expect('"')
  const parts = parsePieces(cursor, simpleStep).map((piece) => (piece.type === 'text' ? piece.text : piece.value))
  return { kind: 'string', parts: joinTexts(parts), start, end: cursor.position }
}

/** `''…''`, its indentation taken off. */
export function parseIndentedString(cursor: NixCursor): NixExpr {
  const { start, end } = cursor.expect("''")
  const firstLine = /^ *\n/.exec(cursor.source.slice(end, end + 1000))
  if (firstLine !== null) cursor.moveTo(end + firstLine[0].length)
  const parts = stripIndentation(parsePieces(cursor, indentedStep))
  return { kind: 'string', parts: joinTexts(parts), start, end: cursor.position }
}

function joinTexts(parts: readonly StringPart[]): StringPart[] {
  const joined: StringPart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part
    else joined.push(part)
  }
  return joined
}

/** A path, with what is interpolated. */
export function parsePath(cursor: NixCursor): NixExpr {
  const { start, text } = cursor.take()
  const parts: StringPart[] = [text]
  for (;;) {
    PATH_REST.lastIndex = cursor.position
    if (PATH_REST.test(cursor.source)) {
      parts.push(cursor.source.slice(cursor.position, PATH_REST.lastIndex))
      cursor.moveTo(PATH_REST.lastIndex)
    } else if (cursor.source.startsWith('${', cursor.position)) {
      cursor.moveTo(cursor.position + 2)
      parts.push(parseInterpolation(cursor))
    } else break
  }
  const last = parts.at(-1)
  if (typeof last === 'string' && last.endsWith('/')) throw new NixFault(start, 'a path may not end in a slash')
  // `./a//b` is refused, `./a//${b}` is not.
  if (parts.length > 1 && parts.every((part) => typeof part === 'string'))
    throw new NixFault(start, 'a path may not have an empty part')
  return { kind: 'path', parts: joinTexts(parts), start, end: cursor.position }
}
