/** Names with a text each, as lines NAME=VALUE. */
import { linesOf } from './lines.ts'

export function pairsText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([name, text]) => `${name}=${String(text)}`)
    .join('\n')
}

/** Only the first `=` of a line divides it; a line without one is a name with an empty text. */
export function pairsFrom(text: string): Record<string, string> {
  return Object.fromEntries(
    linesOf(text).map((line) => {
      const at = line.indexOf('=')
      return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1)]
    }),
  )
}
