import type { DocComment } from '../types.ts'

export interface DocParts {
  text: string
  parameters?: readonly (readonly [string, string])[]
  parameterTypes?: readonly (readonly [string, string])[]
  returns?: string | null
  returnType?: string | null
  throws?: readonly string[]
  examples?: readonly string[]
  deprecated?: string | null
}

/** A doc comment from what was found in it. Names go through `fromEntries`, so that one called `__proto__` does no harm. */
export function docComment(parts: DocParts): DocComment {
  return {
    text: parts.text.trim(),
    parameters: Object.fromEntries(parts.parameters ?? []),
    parameterTypes: Object.fromEntries(parts.parameterTypes ?? []),
    returns: parts.returns?.trim() ?? null,
    returnType: parts.returnType ?? null,
    throws: parts.throws ?? [],
    examples: parts.examples?.map(trimCode).filter((code) => code !== '') ?? [],
    deprecated: parts.deprecated?.trim() ?? null,
  }
}

/** An own entry of a record, never one of its prototype. */
export const entryOf = (record: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(record, name) ? (record[name] ?? null) : null

/** Takes off the indentation all lines share. The first line may stand at the margin, as in a docstring. */
export function dedent(text: string, firstLineCounts = true): string {
  const lines = text.replace(/\t/g, '        ').split('\n')
  const counted = (firstLineCounts ? lines : lines.slice(1)).filter((line) => line.trim() !== '')
  const indent = Math.min(...counted.map((line) => line.length - line.trimStart().length))
  return lines
    .map((line, index) =>
      (index === 0 && !firstLineCounts ? line.trimStart() : line.slice(indent === Infinity ? 0 : indent)).trimEnd(),
    )
    .join('\n')
}

/** Code without its fence, caption and blank lines around it. */
function trimCode(code: string): string {
  const fenced = /^[^\n]*?(`{3,}|~{3,})[^\n]*\n([^]*?)\n?\s*\1/m.exec(code)
  const body = fenced?.[2] ?? code.replace(/^\s*<caption>.*?<\/caption>/, '')
  return dedent(body.replace(/^(?:[ \t]*\n)+/, '').trimEnd())
}
