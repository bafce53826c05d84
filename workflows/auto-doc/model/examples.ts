import { FILE_FUNCTION } from '#lib/syntax/nix/outline.ts'
import type { Language, ModuleOutline } from '#lib/syntax/index.ts'
import { everySymbol } from '../facts.ts'

/** Longest example kept, in characters. */
const LONGEST = 1500

/** Names a caller of the file can know: what it exports, by every name, and for Nix the parts of option paths. */
function knownNames(outline: ModuleOutline): Set<string> {
  const names = everySymbol(outline.symbols).flatMap(({ symbol }) =>
    symbol.exported ? [symbol.name, ...symbol.exportedAs] : [],
  )
  return new Set(names.filter((name) => name !== FILE_FUNCTION))
}

const withoutFence = (text: string) => /^\s*(`{3,}|~{3,})[^\n]*\n([^]*?)\n?\s*\1\s*$/.exec(text)?.[2] ?? text

/**
 * Whether an example of a model can be shown: it parses, uses something of the file, and takes nothing from it that is not there.
 * @returns the code without a fence, or null
 */
export async function acceptExample(
  text: string,
  symbolName: string,
  outline: ModuleOutline,
  language: Language,
): Promise<string | null> {
  const code = withoutFence(text).trim()
  if (code === '' || code.length > LONGEST) return null
  const facts = await language.inspect(code)
  if (facts.faults.length > 0) return null
  const known = knownNames(outline)
  const invented = [
    ...facts.free,
    ...(language.id === 'nix' ? [] : facts.imported.filter((name) => name !== '*' && name !== 'default')),
  ].filter((name) => !known.has(name))
  const own = symbolName.split('.')[0] ?? symbolName
  const uses = [...facts.free, ...facts.imported].some(
    (name) => name === symbolName || name === own || name.endsWith(`.${symbolName}`),
  )
  return uses && invented.length === 0 ? code : null
}
