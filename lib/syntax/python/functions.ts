import type { Node } from 'web-tree-sitter'
import { entryOf } from '../doc/comment.ts'
import { field, linesOf, namedChildren, tidyCode } from '../tree-sitter/nodes.ts'
import type { SourceText } from '../tree-sitter/nodes.ts'
import type { DocComment, OutlineSymbol, Parameter } from '../types.ts'
import { parseDocstring } from './docstring.ts'
import { stringValue } from './strings.ts'

/** The docstring of a module, class or function body. */
export function docOf(source: SourceText, body: Node | null): DocComment | null {
  const first = namedChildren(body)[0]
  const literal = first?.type === 'expression_statement' ? namedChildren(first)[0] : undefined
  const value = literal === undefined || namedChildren(first ?? null).length > 1 ? null : stringValue(source, literal)
  return value === null ? null : parseDocstring(value)
}

const textOf = (source: SourceText, node: Node | null) =>
  node === null ? null : tidyCode(source.of(node), node.startPosition.column)

function readParameter(source: SourceText, node: Node): Parameter | null {
  const value = textOf(source, field(node, 'value'))
  switch (node.type) {
    case 'keyword_separator':
    case 'positional_separator':
      return null
    case 'typed_parameter':
    case 'typed_default_parameter':
    case 'default_parameter': {
      const name = field(node, 'name') ?? namedChildren(node)[0] ?? node
      return {
        name: source.of(name),
        type: textOf(source, field(node, 'type')),
        default: value,
        optional: value !== null,
      }
    }
    default:
      return { name: source.of(node), type: null, default: null, optional: node.type.endsWith('splat_pattern') }
  }
}

function readParameters(source: SourceText, node: Node, doc: DocComment | null, dropFirst: boolean): Parameter[] {
  const all = namedChildren(field(node, 'parameters')).flatMap((child) => readParameter(source, child) ?? [])
  return all.slice(dropFirst ? 1 : 0).map((parameter) => {
    if (parameter.type !== null || doc === null) return parameter
    return { ...parameter, type: entryOf(doc.parameterTypes, parameter.name.replace(/^\*+/, '')) }
  })
}

/** Decorators longer than this are left out of the signature. */
const LONGEST_DECORATOR = 80

/** `def …` or `class …` up to its colon, decorators on lines of their own above. */
export function signatureOf(source: SourceText, node: Node, decorators: readonly string[]): string {
  const body = field(node, 'body')
  const head = source.between(node.startIndex, body?.startIndex ?? node.endIndex)
  // Between the colon and the body there may be comments.
  const colon = node.children.findLast((child) => child.type === ':')
  const code = colon === undefined ? head : source.between(node.startIndex, colon.startIndex)
  return [
    ...decorators.filter((text) => text.length <= LONGEST_DECORATOR),
    tidyCode(code, node.startPosition.column),
  ].join('\n')
}

const isPublicMember = (name: string) => !name.startsWith('_') || /^__.*__$/.test(name)

/**
 * @param inClass the function is a method
 * @param decorators as written, with their `@`
 */
export function readFunction(
  source: SourceText,
  node: Node,
  decorators: readonly string[],
  inClass: boolean,
): OutlineSymbol {
  const name = source.of(field(node, 'name') ?? node)
  const doc = docOf(source, field(node, 'body'))
  const isStatic = decorators.some((text) => /^@staticmethod\b/.test(text))
  const isProperty = inClass && decorators.some((text) => /^@(?:[\w.]+\.)?(?:cached_)?property\b/.test(text))
  const exported = inClass && isPublicMember(name)
  return {
    kind: !inClass ? 'function' : isProperty ? 'property' : name === '__init__' ? 'constructor' : 'method',
    name,
    signature: signatureOf(source, node, decorators),
    exported,
    exportedAs: exported ? [name] : [],
    doc,
    parameters: readParameters(source, node, doc, inClass && !isStatic),
    returnType: textOf(source, field(node, 'return_type')) ?? doc?.returnType ?? null,
    lines: linesOf(node.parent?.type === 'decorated_definition' ? node.parent : node),
    members: [],
  }
}
