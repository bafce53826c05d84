/** What a terminal is told: colours where wanted, and never a control sequence that came from a model or a log. */
import type { TextOutput } from './types.ts'

export interface Style {
  dim: (text: string) => string
  bold: (text: string) => string
  accent: (text: string) => string
  warning: (text: string) => string
}

/** Whether to colour: see https://no-color.org. */
export function wantsColour(output: TextOutput, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

export function createStyle(colour: boolean): Style {
  const wrap = (on: number, off: number) => (text: string) => (colour ? `\u001b[${on}m${text}\u001b[${off}m` : text)
  return { dim: wrap(2, 22), bold: wrap(1, 22), accent: wrap(36, 39), warning: wrap(31, 39) }
}

/** Control characters but tab and newline, among them the escape that begins every terminal sequence. */
const CONTROL = /[^\P{Cc}\t\n]/gu

/**
 * A model repeats what it reads, and a log can hold anything: left in, an escape sequence could retitle the terminal,
 * write to its clipboard or hide text.
 */
export function harmless(text: string): string {
  return text.replace(CONTROL, '')
}

/** One line of at most so many characters. */
export function oneLine(text: string, longest: number): string {
  const line = harmless(text).replace(/\s+/g, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}
