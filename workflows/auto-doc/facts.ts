/** What can be said of an outline without any model: coverage, and what does not fit together. */
import type { Language, ModuleOutline, OutlineSymbol } from '#lib/syntax/index.ts'
import { plural } from '#lib/text/plural.ts'
import type { Check } from './schemas.ts'

export interface Coverage {
  documented: number
  total: number
  /** Names that have no doc comment, members as `Class.member`. */
  undocumented: string[]
}

/** Kinds whose name says it all, or that nobody documents one by one. */
const UNCOUNTED = new Set(['re-export', 'attribute', 'signature', 'enum-member', 'constructor'])

const isDunder = (name: string) => /^__.*__$/.test(name)

/** Every symbol with its members, under its full name. */
export function everySymbol(symbols: readonly OutlineSymbol[], prefix = ''): { name: string; symbol: OutlineSymbol }[] {
  return symbols.flatMap((symbol) => {
    const name = prefix + symbol.name
    return [{ name, symbol }, ...everySymbol(symbol.members, `${name}.`)]
  })
}

/** The exported symbols, and the public members of theirs. */
export function exportedSymbols(symbols: readonly OutlineSymbol[]): OutlineSymbol[] {
  return symbols
    .filter((symbol) => symbol.exported)
    .map((symbol) => ({ ...symbol, members: exportedSymbols(symbol.members) }))
}

export function coverageOf(outline: ModuleOutline): Coverage {
  const counted = everySymbol(exportedSymbols(outline.symbols)).filter(
    ({ symbol }) => !UNCOUNTED.has(symbol.kind) && !isDunder(symbol.name),
  )
  const undocumented = counted.filter(({ symbol }) => symbol.doc === null).map(({ name }) => name)
  return { documented: counted.length - undocumented.length, total: counted.length, undocumented }
}

/** The bare name of a parameter: `...rest`, `*args` and `a.b` are documented as `rest`, `args` and `a`. */
const bareName = (name: string) => name.replace(/^(?:\.\.\.|\*{1,2})/, '').split('.', 1)[0] ?? ''

/** Parameters that a comment describes and the code does not have: left behind by a change. */
function strayParameters(symbols: readonly OutlineSymbol[]): string[] {
  return everySymbol(symbols).flatMap(({ name, symbol }) => {
    if (symbol.doc === null || symbol.parameters.length === 0) return []
    // Patterns have no name of their own, so what a comment calls them cannot be judged.
    if (symbol.parameters.some((parameter) => /^[{[]/.test(parameter.name))) return []
    const known = new Set(symbol.parameters.map((parameter) => bareName(parameter.name)))
    return Object.keys(symbol.doc.parameters)
      .filter((parameter) => !known.has(bareName(parameter)))
      .map((parameter) => `${name}(${parameter})`)
  })
}

const listed = (names: readonly string[]) =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')

/** Examples in comments that do not parse. */
async function brokenExamples(
  outline: ModuleOutline,
  language: Language,
): Promise<{ total: number; broken: string[] }> {
  let total = 0
  const broken: string[] = []
  for (const { name, symbol } of everySymbol(outline.symbols).slice(0, 200))
    for (const example of symbol.doc?.examples ?? []) {
      total++
      if ((await language.inspect(example.slice(0, 10_000))).faults.length > 0) broken.push(name)
    }
  return { total, broken }
}

/** The checks on a file that its document states. */
export async function checksOf(outline: ModuleOutline, coverage: Coverage, language: Language): Promise<Check[]> {
  const [first] = outline.faults
  const stray = strayParameters(outline.symbols)
  const examples = await brokenExamples(outline, language)
  return [
    {
      id: 'syntax',
      ok: first === undefined,
      message:
        first === undefined
          ? 'The whole file could be read.'
          : `${plural(outline.faults.length, 'place')} could not be read, the first in line ${first.line}: ${first.message}.`,
    },
    {
      id: 'coverage',
      ok: coverage.documented === coverage.total,
      message:
        coverage.total === 0
          ? 'Nothing is exported that needs documenting.'
          : `${coverage.documented} of ${coverage.total} exported symbols are documented.`,
    },
    {
      id: 'parameters',
      ok: stray.length === 0,
      message:
        stray.length === 0
          ? 'Every parameter that a comment describes exists.'
          : `Comments describe parameters that do not exist: ${listed(stray)}.`,
    },
    {
      id: 'examples',
      ok: examples.broken.length === 0,
      message:
        examples.total === 0
          ? 'The comments give no examples.'
          : examples.broken.length === 0
            ? `All ${examples.total} examples of the comments parse.`
            : `Examples that do not parse: ${listed(examples.broken)}.`,
    },
  ]
}
