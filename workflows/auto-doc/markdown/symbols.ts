/** One symbol as Markdown. */
import type { OutlineSymbol, Parameter } from '#lib/syntax/index.ts'
import type { Explanation } from '../model/types.ts'
import type { Style } from '../schemas.ts'
import { mapInTurns } from './in-turns.ts'
import { codeBlock, inlineCode, safeInline, safeMarkdown, tableCell } from './escape.ts'

export interface RenderOptions {
  language: string
  style: Style
  examples: boolean
  explanation: Explanation | null
}

/** Longest comment that is shown whole, in characters. */
const LONGEST_COMMENT = 20_000

const own = (record: Readonly<Record<string, string>> | undefined, key: string) =>
  record !== undefined && Object.hasOwn(record, key) ? (record[key] ?? '') : ''

const bareName = (name: string) => name.replace(/^(?:\.\.\.|\*{1,2})/, '')

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(tableCell).join(' | ')} |`
  return [line(headings), `|${' --- |'.repeat(headings.length)}`, ...rows.map(line)].join('\n')
}

const parameterText = (symbol: OutlineSymbol, parameter: Parameter) =>
  safeInline(own(symbol.doc?.parameters, parameter.name) || own(symbol.doc?.parameters, bareName(parameter.name)))

function parameterTable(symbol: OutlineSymbol): string {
  const rows = symbol.parameters.map((parameter) => [
    inlineCode(parameter.name),
    parameter.type === null ? '' : inlineCode(parameter.type),
    parameter.default !== null ? inlineCode(parameter.default) : parameter.optional ? 'optional' : 'required',
    parameterText(symbol, parameter),
  ])
  return rows.length === 0 ? '' : table(['Parameter', 'Type', 'Default', 'Description'], rows)
}

/** For readers who call it: only what somebody wrote about a parameter. */
function parameterList(symbol: OutlineSymbol): string {
  return symbol.parameters
    .map((parameter) => {
      const optional = parameter.optional ? ' (optional)' : ''
      const text = parameterText(symbol, parameter)
      return `- ${inlineCode(parameter.name)}${optional}${text === '' ? '' : `: ${text}`}`
    })
    .join('\n')
}

function returnsLine(symbol: OutlineSymbol): string {
  const type = symbol.kind === 'property' ? null : symbol.returnType
  const text = symbol.doc?.returns ?? null
  if (type === null && text === null) return ''
  return `**Returns** ${[type === null ? '' : inlineCode(type), text === null ? '' : safeInline(text)].filter((part) => part !== '').join(': ')}`
}

/** A model's words are always a quotation with its name on it. */
export function quoteModel(model: string, text: string): string {
  return `> **${safeInline(model)} says** (not checked): ${safeInline(text)}`
}

function docParts(symbol: OutlineSymbol, options: RenderOptions): string[] {
  const { doc } = symbol
  if (doc === null) return []
  return [
    doc.deprecated === null
      ? ''
      : `**Deprecated.** ${safeInline(doc.deprecated === 'Deprecated.' ? '' : doc.deprecated)}`.trim(),
    safeMarkdown(doc.text.slice(0, LONGEST_COMMENT), options.language),
  ]
}

function exampleParts(symbol: OutlineSymbol, name: string, options: RenderOptions): string[] {
  if (!options.examples) return []
  const written = (symbol.doc?.examples ?? [])
    // Doctests stand in the text of the comment already.
    .filter(
      (example) =>
        !/^\s*>>> /.test(example) || symbol.doc?.text.includes(example.split('\n', 1)[0]?.trim() ?? '') !== true,
    )
    .filter((example) => symbol.doc?.text.includes(example) !== true)
    .map((example) => `**Example**\n\n${codeBlock(example, options.language)}`)
  const invented = options.explanation?.symbols.get(name)?.example ?? null
  if (invented === null || options.explanation === null) return written
  return [
    ...written,
    `> **Example by ${safeInline(options.explanation.model)}** (it parses and uses only what this file exports; it was not run)\n\n${codeBlock(invented, options.language)}`,
  ]
}

/** Members as a table of their signatures; methods with a comment of their own get a part of their own. */
function memberParts(symbol: OutlineSymbol, name: string, depth: number, options: RenderOptions): string[] {
  const members =
    options.style === 'technical'
      ? symbol.members
      : symbol.members.filter((member) => member.doc !== null || member.kind !== 'signature')
  const visible = members.filter((member) => member.exported)
  const large = visible.filter((member) => isLarge(member))
  const small = visible.filter((member) => !isLarge(member))
  const rows = small.map((member) => [
    inlineCode(member.signature),
    member.doc === null ? '' : safeInline(firstParagraph(member.doc.text)),
  ])
  return [
    small.length === 0 ? '' : table(['Member', 'Description'], rows),
    ...large.map((member) => renderSymbol(member, `${name}.${member.name}`, depth + 1, options)),
  ]
}

const firstParagraph = (text: string) => text.split(/\n\s*\n/, 1)[0] ?? ''

const isLarge = (member: OutlineSymbol) =>
  member.members.length > 0 ||
  (member.parameters.length > 0 && member.doc !== null) ||
  (member.doc?.text.includes('\n\n') ?? false) ||
  (member.doc?.examples.length ?? 0) > 0

/**
 * @param name full name, members as `Class.member`
 * @param depth level of its heading
 */
export function renderSymbol(symbol: OutlineSymbol, name: string, depth: number, options: RenderOptions): string {
  const technical = options.style === 'technical'
  const said = options.explanation?.symbols.get(name)
  const asOther = symbol.exportedAs.filter((other) => other !== symbol.name)
  const parts = [
    `${'#'.repeat(Math.min(depth, 6))} ${inlineCode(name)}`,
    codeBlock(symbol.signature, options.language),
    technical
      ? `${symbol.kind}, ${symbol.lines.start === symbol.lines.end ? `line ${symbol.lines.start}` : `lines ${symbol.lines.start} to ${symbol.lines.end}`}${asOther.length === 0 ? '' : `, exported as ${asOther.map(inlineCode).join(', ')}`}`
      : '',
    ...docParts(symbol, options),
    technical && symbol.doc === null && symbol.exported ? '*Undocumented.*' : '',
    said === undefined || options.explanation === null ? '' : quoteModel(options.explanation.model, said.summary),
    technical ? parameterTable(symbol) : parameterList(symbol),
    returnsLine(symbol),
    ...(symbol.doc?.throws.map((thrown) => `**Throws** ${safeInline(thrown)}`) ?? []),
    ...exampleParts(symbol, name, options),
    ...memberParts(symbol, name, depth, options),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function optionDefault({ option }: OutlineSymbol): string {
  const value = option?.default ?? null
  return value === null ? 'required' : inlineCode(value)
}

/** An option and those of its submodule, under their whole names. */
const withNested = (symbol: OutlineSymbol, prefix = ''): OutlineSymbol[] => [
  { ...symbol, name: prefix + symbol.name },
  ...symbol.members.flatMap((member) => withNested(member, `${prefix}${symbol.name}.<name>.`)),
]

const optionRow = (symbol: OutlineSymbol) => [
  inlineCode(symbol.name),
  inlineCode(symbol.option?.type ?? ''),
  optionDefault(symbol),
  inlineCode(symbol.option?.example ?? ''),
  safeInline(symbol.option?.description ?? symbol.doc?.text ?? ''),
]

/** NixOS options as a table, those of submodules below their option. */
export async function renderOptions(options: readonly OutlineSymbol[], signal: AbortSignal): Promise<string> {
  if (options.length === 0) return ''
  const rows = await mapInTurns(
    options.flatMap((option) => withNested(option)),
    optionRow,
    signal,
  )
  return table(['Option', 'Type', 'Default', 'Example', 'Description'], rows)
}
