import type { Node } from 'web-tree-sitter'
import { entryOf } from '../doc/comment.ts'
import { field, namedChildren, tidyCode } from '../tree-sitter/nodes.ts'
import type { SourceText } from '../tree-sitter/nodes.ts'
import type { DocComment, Parameter } from '../types.ts'

/** The type of a `: T` annotation, without its colon. */
export function annotation(source: SourceText, node: Node | null): string | null {
  return node === null ? null : tidyCode(source.of(node).replace(/^\s*:\s*/, ''), node.startPosition.column)
}

const BARE = /^[\w$]+/

function readParameter(source: SourceText, node: Node): Parameter {
  const pattern = field(node, 'pattern') ?? field(node, 'left') ?? node
  const value = field(node, 'value') ?? field(node, 'right')
  return {
    name: tidyCode(source.of(pattern), 0),
    type: annotation(source, field(node, 'type')),
    default: value === null ? null : tidyCode(source.of(value), 0),
    optional: node.type === 'optional_parameter' || value !== null,
  }
}

/**
 * The parameters of a function-like node. Types missing in the code are taken from the comment.
 * @param node anything with `parameters`, or an arrow function with a single bare `parameter`
 */
export function readParameters(source: SourceText, node: Node, doc: DocComment | null): Parameter[] {
  const single = field(node, 'parameter')
  const all = single === null ? namedChildren(field(node, 'parameters')) : [single]
  return all
    .filter((child) => child.type !== 'decorator' && field(child, 'pattern')?.type !== 'this')
    .map((child) => readParameter(source, child))
    .map((parameter) => {
      const name = BARE.exec(parameter.name.replace(/^\.\.\./, ''))?.[0]
      if (parameter.type !== null || doc === null || name === undefined) return parameter
      return { ...parameter, type: entryOf(doc.parameterTypes, name) }
    })
}
