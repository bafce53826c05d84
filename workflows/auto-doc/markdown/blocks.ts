/** The parts of a document that a template puts together; each is Markdown with its own heading, or empty. */
import type { ModuleOutline, OutlineSymbol } from '#lib/syntax/index.ts'
import { plural } from '#lib/text/plural.ts'
import type { Coverage } from '../facts.ts'
import type { Check } from '../schemas.ts'
import type { PlaceholderName } from '../template.ts'
import { codeBlock, inlineCode, safeInline, safeMarkdown } from './escape.ts'
import { mapInTurns } from './in-turns.ts'
import { quoteModel, renderOptions, renderSymbol, type RenderOptions } from './symbols.ts'

export interface DocumentFacts extends RenderOptions {
  fileName: string
  languageTitle: string
  outline: ModuleOutline
  coverage: Coverage
  checks: readonly Check[]
  /** Why there is no explanation by a model; null when there is. */
  modelNote: string | null
  signal: AbortSignal
}

const section = (title: string, ...parts: readonly string[]) => {
  const body = parts.filter((part) => part !== '')
  return body.length === 0 ? '' : `## ${title}\n\n${body.join('\n\n')}`
}

/** What more than one of a kind are called, where that is not its name with an s. */
const MANY: ReadonlyMap<OutlineSymbol['kind'], string> = new Map([
  ['class', 'classes'],
  ['property', 'properties'],
])

/** `3 functions, 1 class` */
function inventory(symbols: readonly OutlineSymbol[]): string {
  const counts = new Map<OutlineSymbol['kind'], number>()
  for (const { kind } of symbols) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => plural(count, kind, MANY.get(kind))).join(', ')
}

function overview({ outline, languageTitle, explanation, language, coverage, style }: DocumentFacts): string {
  const exported = outline.symbols.filter((symbol) => symbol.exported)
  const contents = exported.length === 0 ? 'It exports nothing.' : `It offers ${inventory(exported)}.`
  const covered = coverage.total === 0 ? '' : ` ${coverage.documented} of ${coverage.total} are documented.`
  return section(
    'Overview',
    outline.doc === null ? '' : safeMarkdown(outline.doc.text, language),
    explanation === null || explanation.purpose === null ? '' : quoteModel(explanation.model, explanation.purpose),
    style === 'technical' ? `${languageTitle}, ${plural(outline.lines, 'line')}. ${contents}${covered}` : contents,
  )
}

function faults({ outline }: DocumentFacts): string {
  const lines = outline.faults.map(
    (fault) => `- line ${fault.line}, column ${fault.column}: ${safeInline(fault.message)}`,
  )
  return lines.length === 0
    ? ''
    : section(
        'Syntax errors',
        'These places could not be read, so what stands there may be missing below.',
        lines.join('\n'),
      )
}

const optionsOf = (outline: ModuleOutline) => outline.symbols.filter((symbol) => symbol.kind === 'option')

async function api(facts: DocumentFacts): Promise<string> {
  const symbols = facts.outline.symbols
    .filter((symbol) => symbol.exported && symbol.kind !== 'option')
    // A Nix file is one function: its comment is the file's, and stands in the overview.
    .map((symbol) => (symbol.doc?.text === facts.outline.doc?.text ? withoutText(symbol) : symbol))
  const large = await mapInTurns(
    symbols.filter((symbol) => !isBrief(symbol)),
    (symbol) => renderSymbol(symbol, symbol.name, 3, facts),
    facts.signal,
  )
  const brief = await mapInTurns(symbols.filter(isBrief), briefLine, facts.signal)
  return section(facts.style === 'technical' ? 'API' : 'What it offers', ...large, brief.join('\n'))
}

const briefLine = (symbol: OutlineSymbol) =>
  `- ${inlineCode(symbol.signature)}${symbol.doc === null ? '' : `: ${safeInline(symbol.doc.text)}`}`

const withoutText = (symbol: OutlineSymbol): OutlineSymbol =>
  symbol.doc === null ? symbol : { ...symbol, doc: { ...symbol.doc, text: '', examples: [] } }

/** Passed on from elsewhere, or a plain attribute: a line each says enough. */
const isBrief = (symbol: OutlineSymbol) =>
  symbol.kind === 're-export' || (symbol.kind === 'attribute' && (symbol.doc?.text.length ?? 0) < 200)

async function internals({ outline, style, signal }: DocumentFacts): Promise<string> {
  const own = outline.symbols.filter((symbol) => !symbol.exported)
  if (style !== 'technical' || own.length === 0) return ''
  const each = (symbol: OutlineSymbol) => {
    const text = symbol.doc?.text.split(/\n\s*\n/, 1)[0] ?? ''
    return `- ${inlineCode(symbol.signature)} (line ${symbol.lines.start})${text === '' ? '' : `: ${safeInline(text)}`}`
  }
  return section('Internals', (await mapInTurns(own, each, signal)).join('\n'))
}

function imports({ outline, style }: DocumentFacts): string {
  if (style !== 'technical') return ''
  const lines = outline.imports.map((entry) => {
    const names = entry.names
      .filter((name) => name !== '*')
      .map(inlineCode)
      .join(', ')
    return `- ${inlineCode(entry.source)}${names === '' ? '' : `: ${names}`}`
  })
  return section('Imports', lines.join('\n'))
}

async function undocumented({ coverage, signal }: DocumentFacts): Promise<string> {
  const lines = await mapInTurns(coverage.undocumented, (name) => `- ${inlineCode(name)}`, signal)
  return section('Undocumented', lines.join('\n'))
}

function checks(facts: DocumentFacts): string {
  return section(
    'Checks',
    facts.checks.map((check) => `- ${check.ok ? 'OK' : 'Look at'}: ${safeInline(check.message)}`).join('\n'),
  )
}

function moduleExamples({ outline, examples, language }: DocumentFacts): string {
  const written = examples
    ? (outline.doc?.examples ?? []).filter((example) => outline.doc?.text.includes(example) !== true)
    : []
  return section('Examples', ...written.map((example) => codeBlock(example, language)))
}

function footer({ explanation, modelNote }: DocumentFacts): string {
  if (explanation !== null)
    return `---\n\nSignatures, types, defaults and comments come from the source itself. What is quoted as said by ${safeInline(explanation.model)} was written by that model and not checked.`
  return `---\n\nEverything here comes from the source itself.${modelNote === null ? '' : ` ${safeInline(modelNote)}`}`
}

/** Renders every block once; a template takes what it wants. */
export async function renderBlocks(facts: DocumentFacts): Promise<Record<PlaceholderName, string>> {
  return {
    title: inlineCode(facts.fileName),
    language: safeInline(facts.languageTitle),
    overview: overview(facts),
    syntax_errors: faults(facts),
    examples: moduleExamples(facts),
    options: section('Options', await renderOptions(optionsOf(facts.outline), facts.signal)),
    api: await api(facts),
    internals: await internals(facts),
    imports: imports(facts),
    undocumented: await undocumented(facts),
    checks: checks(facts),
    footer: footer(facts),
  }
}

/** Titles of the sections of a rendered document: its headings of the second level outside code. */
export function sectionsOf(markdown: string): string[] {
  const titles: string[] = []
  let fence: string | null = null
  for (const line of markdown.split('\n')) {
    const marker = /^(`{3,}|~{3,})/.exec(line)?.[1]
    if (marker !== undefined && fence === null) fence = marker
    else if (fence !== null && line.trim() === fence) fence = null
    else if (fence === null && line.startsWith('## ')) titles.push(line.slice(3).trim())
  }
  return titles
}
