import type { Node } from 'web-tree-sitter'
import { field, linesOf, namedChildren, tidyCode } from '../tree-sitter/nodes.ts'
import type { SourceText } from '../tree-sitter/nodes.ts'
import type { DocComment, OutlineSymbol, SymbolKind } from '../types.ts'
import { header, readMembers, returnTypeOf } from './members.ts'
import { annotation, readParameters } from './parameters.ts'

const KINDS: Readonly<Record<string, SymbolKind>> = {
  function_declaration: 'function',
  generator_function_declaration: 'function',
  function_signature: 'function',
  function_expression: 'function',
  generator_function: 'function',
  arrow_function: 'function',
  method_definition: 'function',
  class_declaration: 'class',
  abstract_class_declaration: 'class',
  class: 'class',
  interface_declaration: 'interface',
  type_alias_declaration: 'type',
  enum_declaration: 'enum',
}

/** Values longer than this are cut in a variable's signature. */
const LONGEST_VALUE = 80

const FUNCTIONS = new Set(['arrow_function', 'function_expression', 'generator_function'])

const kindOf = (type: string) => (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined)

/** What the declaration is called; null for anonymous ones. */
const nameOf = (source: SourceText, node: Node) => {
  const name = field(node, 'name')
  return name === null ? null : source.of(name)
}

/** A function, class, interface, type or enum; null for other statements. */
export function readDeclaration(
  source: SourceText,
  node: Node,
  doc: DocComment | null,
  fallback = 'default',
): OutlineSymbol | null {
  const kind = kindOf(node.type)
  if (kind === undefined) return null
  const body = field(node, 'body')
  const value = node.type === 'type_alias_declaration' ? field(node, 'value') : null
  const members = kind === 'function' ? [] : readMembers(source, value?.type === 'object_type' ? value : body)
  return {
    kind,
    name: nameOf(source, node) ?? fallback,
    signature:
      kind === 'type'
        ? tidyCode(source.of(node).replace(/[\s;]+$/, ''), node.startPosition.column)
        : header(source, node, body),
    exported: false,
    exportedAs: [],
    doc,
    parameters: kind === 'function' ? readParameters(source, node, doc) : [],
    returnType: kind === 'function' ? returnTypeOf(source, node, doc) : null,
    lines: linesOf(node),
    members,
  }
}

/** Names a destructuring pattern binds. */
export function boundNames(source: SourceText, pattern: Node): string[] {
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      return [source.of(pattern)]
    case 'pair_pattern':
      return boundFrom(source, field(pattern, 'value'))
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      return boundFrom(source, field(pattern, 'left'))
    case 'object_pattern':
    case 'array_pattern':
    case 'rest_pattern':
      return namedChildren(pattern).flatMap((child) => boundNames(source, child))
    default:
      return []
  }
}

const boundFrom = (source: SourceText, node: Node | null) => (node === null ? [] : boundNames(source, node))

function variableSignature(source: SourceText, keyword: string, declarator: Node, value: Node | null): string {
  const start = declarator.startPosition.column
  if (value !== null && FUNCTIONS.has(value.type)) {
    const head = source.between(declarator.startIndex, field(value, 'body')?.startIndex ?? value.endIndex)
    return `${keyword} ${tidyCode(head.replace(/\s*=>\s*$/, ''), start)}`
  }
  const whole = tidyCode(source.of(declarator), start)
  if (value === null || (whole.length <= LONGEST_VALUE && !whole.includes('\n'))) return `${keyword} ${whole}`
  const head = source.between(declarator.startIndex, value.startIndex).replace(/\s*=\s*$/, '')
  return `${keyword} ${tidyCode(head, start)} = …`
}

/** `const a = …, { b } = …`: one symbol for each name. */
export function readVariables(source: SourceText, node: Node, doc: DocComment | null): OutlineSymbol[] {
  const keyword = node.children[0] === undefined ? 'const' : source.of(node.children[0])
  return namedChildren(node).flatMap((declarator) => {
    const pattern = field(declarator, 'name')
    if (declarator.type !== 'variable_declarator' || pattern === null) return []
    const value = field(declarator, 'value')
    const kind = (value === null ? undefined : kindOf(value.type)) ?? 'variable'
    const fn = kind === 'function' ? value : null
    return boundNames(source, pattern).map((name): OutlineSymbol => ({
      kind,
      name,
      signature: variableSignature(source, keyword, declarator, value),
      exported: false,
      exportedAs: [],
      doc,
      parameters: fn === null ? [] : readParameters(source, fn, doc),
      returnType: fn === null ? annotation(source, field(declarator, 'type')) : returnTypeOf(source, fn, doc),
      lines: linesOf(declarator),
      members: kind === 'class' && value !== null ? readMembers(source, field(value, 'body')) : [],
    }))
  })
}
