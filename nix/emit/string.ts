/** Texts as Nix writes them: https://nix.dev/manual/nix/latest/language/string-literals */
import { AppError } from '#lib/errors/index.ts'

/** A lone half of a surrogate pair: no text in UTF-8, which is all that a Nix file can hold. */
const LONE_SURROGATE = /\p{Surrogate}/u

function mustBeWritable(text: string): void {
  if (text.includes('\0') || LONE_SURROGATE.test(text))
    throw new AppError('settings-invalid', 'A value holds a character that Nix cannot write.', {
      hint: 'Take the NUL character or the broken Unicode out of it.',
    })
}

/** The text between double quotes. A carriage return is named, since Nix reads a bare one as the end of a line. */
export function escapeText(text: string): string {
  mustBeWritable(text)
  return text
    .replace(/[\\"]|\$(?=\{)/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
}

const quoted = (text: string) => `"${escapeText(text)}"`

/**
 * Whether an indented text gives back exactly this text: Nix takes away the indentation that all its lines share and does
 * not count lines of spaces, and its quotes and dollar signs are read together with their neighbours. What is left over
 * is written between double quotes.
 */
function canBeIndented(text: string): boolean {
  const lines = text.split('\n')
  return (
    lines.length > 1 &&
    !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\n', '')) &&
    !/'\$|\$['$]|['$]$/.test(text) &&
    lines.some((line) => /^[^ ]/.test(line)) &&
    lines.every((line) => line === '' || !/^ +$| $/.test(line))
  )
}

function indented(text: string, indent: string): string {
  const lines = text
    .replaceAll("''", "'''")
    .replaceAll('${', "''${")
    .split('\n')
    .map((line) => (line === '' ? '' : `${indent}  ${line}`))
  const last = lines.at(-1) === '' ? lines.slice(0, -1) : lines
  const close = lines.at(-1) === '' ? `\n${indent}''` : "''"
  return `''\n${last.join('\n')}${close}`
}

/**
 * A text as a Nix expression; lines become an indented text where that says exactly the same.
 * @param indent of the line that the expression begins on
 * @throws AppError `settings-invalid` for what no Nix file can hold: NUL and lone surrogates
 */
export function nixString(text: string, indent = ''): string {
  mustBeWritable(text)
  return canBeIndented(text) ? indented(text, indent) : quoted(text)
}

/** `or` is a word of the language that Nix takes as a name in some places only. */
const KEYWORDS = new Set(['assert', 'else', 'if', 'in', 'inherit', 'let', 'or', 'rec', 'then', 'with'])

/** A name as one step of an attribute path, quoted where it must be. */
export function nixName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) && !KEYWORDS.has(name) ? name : quoted(name)
}

/** `a.b."c d"`. */
export function nixPath(names: readonly string[]): string {
  return names.map(nixName).join('.')
}
