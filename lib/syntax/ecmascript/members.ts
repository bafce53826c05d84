import type { Node } from 'web-tree-sitter'
import { field, linesOf, tidyCode } from '../tree-sitter/nodes.ts'
import type { SourceText } from '../tree-sitter/nodes.ts'
import type { DocComment, OutlineSymbol, SymbolKind } from '../types.ts'
import { parseJsDoc } from './jsdoc.ts'
import { annotation, readParameters } from './parameters.ts'

const KINDS: Readonly<Record<string, SymbolKind>> = {
  method_definition: 'method',
  method_signature: 'method',
  abstract_method_signature: 'method',
  public_field_definition: 'property',
  field_definition: 'property',
  property_signature: 'property',
  call_signature: 'signature',
  construct_signature: 'signature',
  index_signature: 'signature',
  property_identifier: 'enum-member',
  enum_assignment: 'enum-member',
}

/** Nodes between a comment and what it documents. */
const TRANSPARENT = new Set(['decorator'])

export interface Documented {
  node: Node
  doc: DocComment | null
}

/** Pairs each child with the doc comment right before it. */
export function withDocs(source: SourceText, nodes: readonly Node[]): Documented[] {
  const documented: Documented[] = []
  let comment: string | null = null
  for (const node of nodes) {
    if (node.type === 'comment') {
      const text = source.of(node)
      if (text.startsWith('/**') && text.length > 4) comment = text
    } else if (!TRANSPARENT.has(node.type)) {
      documented.push({ node, doc: comment === null ? null : parseJsDoc(comment) })
      comment = null
    }
  }
  return documented
}

/** Source from a declaration to its body or, when it has none, to its end. */
export function header(source: SourceText, node: Node, body: Node | null): string {
  const first = node.children.find((child) => child.type !== 'decorator' && child.type !== 'comment') ?? node
  const code = source.between(first.startIndex, body?.startIndex ?? node.endIndex)
  return tidyCode(code.replace(/[\s;,]+$/, ''), node.startPosition.column)
}

/** The return type of a function-like node, from its annotation or its comment. */
export const returnTypeOf = (source: SourceText, node: Node, doc: DocComment | null) =>
  annotation(source, field(node, 'return_type')) ?? doc?.returnType ?? null

const memberName = (source: SourceText, node: Node): string => {
  const name = field(node, 'name') ?? field(node, 'property')
  if (node.type === 'property_identifier') return source.of(node)
  if (node.type === 'call_signature') return '(call)'
  if (node.type === 'construct_signature') return 'new'
  if (node.type === 'index_signature') return `[${name === null ? 'index' : source.of(name)}]`
  return name === null ? '' : source.of(name).replace(/^(['"])(.*)\1$/, '$2')
}

function kindOf(node: Node, name: string): SymbolKind | undefined {
  const kind = Object.hasOwn(KINDS, node.type) ? KINDS[node.type] : undefined
  if (kind !== 'method') return kind
  if (name === 'constructor') return 'constructor'
  const accessor = node.children.some((child) => child.type === 'get' || child.type === 'set')
  return accessor ? 'property' : kind
}

const isPrivate = (source: SourceText, node: Node, name: string) =>
  name.startsWith('#') ||
  node.children.some((child) => child.type === 'accessibility_modifier' && source.of(child) === 'private')

function readMember(source: SourceText, { node, doc }: Documented): OutlineSymbol[] {
  const name = memberName(source, node)
  const kind = kindOf(node, name)
  if (kind === undefined) return []
  const visible = !isPrivate(source, node, name)
  const value = field(node, 'value')
  const fn = value !== null && (value.type === 'arrow_function' || value.type === 'function_expression') ? value : node
  const member: OutlineSymbol = {
    kind: fn === node ? kind : 'method',
    name,
    signature: header(source, node, field(fn, 'body')),
    exported: visible,
    exportedAs: visible ? [name] : [],
    doc,
    parameters: readParameters(source, fn, doc),
    returnType: returnTypeOf(source, fn, doc) ?? annotation(source, field(node, 'type')),
    lines: linesOf(node),
    members: [],
  }
  return kind === 'constructor' ? [member, ...parameterProperties(source, node, doc)] : [member]
}

/** `constructor(private readonly x: string)` declares properties as well. */
function parameterProperties(source: SourceText, node: Node, doc: DocComment | null): OutlineSymbol[] {
  const parameters = field(node, 'parameters')?.namedChildren ?? []
  return parameters.flatMap((parameter) => {
    const pattern = field(parameter, 'pattern')
    const declares = parameter.children.some(
      (child) => child.type === 'accessibility_modifier' || child.type === 'readonly',
    )
    if (!declares || pattern === null) return []
    const name = source.of(pattern)
    const description = doc !== null && Object.hasOwn(doc.parameters, name) ? doc.parameters[name] : undefined
    const visible = !isPrivate(source, parameter, name)
    return [
      {
        kind: 'property',
        name,
        signature: tidyCode(source.of(parameter), 0),
        exported: visible,
        exportedAs: visible ? [name] : [],
        doc: description === undefined ? null : parseJsDoc(`/** ${description} */`),
        parameters: [],
        returnType: annotation(source, field(parameter, 'type')),
        lines: linesOf(parameter),
        members: [],
      } satisfies OutlineSymbol,
    ]
  })
}

/** Members of the same name in a row, as overloads and accessor pairs are, become one with all signatures. */
export function mergeOverloads(symbols: readonly OutlineSymbol[]): OutlineSymbol[] {
  const merged: OutlineSymbol[] = []
  for (const symbol of symbols) {
    const last = merged.at(-1)
    const callable =
      symbol.kind === 'function' ||
      symbol.kind === 'method' ||
      symbol.kind === 'property' ||
      symbol.kind === 'constructor'
    if (last?.name !== symbol.name || last.kind !== symbol.kind || !callable) {
      merged.push(symbol)
      continue
    }
    merged[merged.length - 1] = {
      ...last,
      signature: `${last.signature}\n${symbol.signature}`,
      doc: last.doc ?? symbol.doc,
      parameters: last.parameters.length >= symbol.parameters.length ? last.parameters : symbol.parameters,
      lines: { start: last.lines.start, end: symbol.lines.end },
    }
  }
  return merged
}

/** Members of a class, interface, object type or enum body. */
export function readMembers(source: SourceText, body: Node | null): OutlineSymbol[] {
  if (body === null) return []
  return mergeOverloads(withDocs(source, body.namedChildren).flatMap((child) => readMember(source, child)))
}
