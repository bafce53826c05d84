/** The two kinds of Nix string: reading their pieces, and taking the indentation off indented ones. */

/** A piece of an indented string before its indentation is known. Escaped pieces end a line's leading blanks. */
export type IndentedPiece<E> = { type: 'text'; text: string; escaped: boolean } | { type: 'value'; value: E }

/** What stands at a place inside a string. */
export type StringStep =
  | { type: 'text'; text: string; escaped: boolean; end: number }
  | { type: 'interpolation'; end: number }
  | { type: 'close'; end: number }
  | { type: 'unterminated' }

const SIMPLE_TEXT = /(?:[^$"\\]|\$[^{"\\])+/y
const INDENTED_TEXT = /(?:[^$']|\$[^{']|'[^'$])+/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

const unescaped = (character: string) => ESCAPES[character] ?? character

/** One whole character, also when it takes two UTF-16 units. */
function characterAt(source: string, offset: number): string | null {
  const code = source.codePointAt(offset)
  return code === undefined ? null : String.fromCodePoint(code)
}

/** The next step inside `"…"`. Bare carriage returns become newlines there, as in Nix. */
export function simpleStep(source: string, offset: number): StringStep {
  SIMPLE_TEXT.lastIndex = offset
  if (SIMPLE_TEXT.test(source)) {
    const end = SIMPLE_TEXT.lastIndex
    return { type: 'text', text: source.slice(offset, end).replace(/\r\n?/g, '\n'), escaped: false, end }
  }
  if (source[offset] === '"') return { type: 'close', end: offset + 1 }
  if (source.startsWith('${', offset)) return { type: 'interpolation', end: offset + 2 }
  if (source[offset] === '$') return { type: 'text', text: '$', escaped: false, end: offset + 1 }
  const character = source[offset] === '\\' ? characterAt(source, offset + 1) : null
  if (character === null) return { type: 'unterminated' }
  return { type: 'text', text: unescaped(character), escaped: true, end: offset + 1 + character.length }
}

function indentedEscape(source: string, offset: number): StringStep {
  const text = (value: string, length: number): StringStep => ({
    type: 'text',
    text: value,
    escaped: true,
    end: offset + length,
  })
  if (source[offset + 2] === '$') return text('$', 3)
  if (source[offset + 2] === "'") return text("''", 3)
  if (source[offset + 2] !== '\\') return { type: 'close', end: offset + 2 }
  const character = characterAt(source, offset + 3)
  return character === null ? { type: 'unterminated' } : text(unescaped(character), 3 + character.length)
}

/** The next step inside `''…''`. */
export function indentedStep(source: string, offset: number): StringStep {
  INDENTED_TEXT.lastIndex = offset
  if (INDENTED_TEXT.test(source)) {
    const end = INDENTED_TEXT.lastIndex
    return { type: 'text', text: source.slice(offset, end), escaped: false, end }
  }
  if (source.startsWith("''", offset)) return indentedEscape(source, offset)
  if (source.startsWith('${', offset)) return { type: 'interpolation', end: offset + 2 }
  const character = source[offset]
  if (character === undefined) return { type: 'unterminated' }
  return { type: 'text', text: character, escaped: true, end: offset + 1 }
}

/** The smallest indentation of a line that has something on it; a last line of blanks alone does not count. */
function commonIndent<E>(pieces: readonly IndentedPiece<E>[]): number {
  let smallest = Infinity
  let current = 0
  let atStart = true
  for (const piece of pieces) {
    // What is escaped or interpolated ends the blanks of its line, whatever it holds.
    for (const character of piece.type === 'value' || piece.escaped ? ['x'] : piece.text) {
      if (character === '\n') {
        atStart = true
        current = 0
      } else if (atStart && character === ' ') current++
      else if (atStart) {
        smallest = Math.min(smallest, current)
        atStart = false
      }
    }
  }
  return smallest
}

/**
 * Takes the common indentation off an indented string, as Nix does while parsing.
 * @param pieces texts and interpolations in order
 */
export function stripIndentation<E>(pieces: readonly IndentedPiece<E>[]): (string | E)[] {
  const indent = commonIndent(pieces)
  let atStart = true
  let dropped = 0
  return pieces.map((piece, index) => {
    if (piece.type === 'value') {
      atStart = false
      dropped = 0
      return piece.value
    }
    let text = ''
    for (const character of piece.text) {
      if (character === '\n') {
        atStart = true
        dropped = 0
      } else if (atStart && character === ' ') {
        if (dropped++ < indent) continue
      } else atStart = false
      text += character
    }
    return index === pieces.length - 1 ? text.replace(/\n *$/, '\n') : text
  })
}
