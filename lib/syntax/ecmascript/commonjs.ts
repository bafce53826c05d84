import type { Node } from 'web-tree-sitter'
import { field, linesOf, namedChildren, tidyCode } from '../tree-sitter/nodes.ts'
import type { SourceText } from '../tree-sitter/nodes.ts'
import type { DocComment, ImportedModule, OutlineSymbol } from '../types.ts'
import { readDeclaration } from './declarations.ts'
import type { Exports } from './exports.ts'
import { parseJsDoc } from './jsdoc.ts'

/** `exports.x` and `module.exports.x` give `x`; `module.exports` gives an empty name. */
function exportTarget(text: string): string | null {
  const match = /^(?:module\s*\.\s*exports|exports)(?:\s*\.\s*([\w$]+))?$/.exec(text)
  return match === null || text === 'exports' ? null : (match[1] ?? '')
}

function exportValue(
  source: SourceText,
  value: Node,
  name: string,
  doc: DocComment | null,
  exports: Exports,
): OutlineSymbol[] {
  if (value.type === 'identifier') {
    exports.add(source.of(value), name)
    return []
  }
  const declared = readDeclaration(source, value, doc, name)
  const symbol = declared ?? {
    kind: 'variable' as const,
    name,
    signature: tidyCode(`exports.${name} = ${source.of(value).split('\n', 1)[0]?.slice(0, 80) ?? ''}`, 0),
    exported: true,
    exportedAs: [name],
    doc,
    parameters: [],
    returnType: null,
    lines: linesOf(value),
    members: [],
  }
  exports.add(symbol.name, name)
  return [symbol]
}

function exportObject(source: SourceText, object: Node, exports: Exports): OutlineSymbol[] {
  let comment: DocComment | null = null
  return object.namedChildren.flatMap((child) => {
    if (child.type === 'comment') {
      comment = source.of(child).startsWith('/**') ? parseJsDoc(source.of(child)) : null
      return []
    }
    const doc = comment
    comment = null
    if (child.type === 'shorthand_property_identifier') {
      exports.add(source.of(child), source.of(child))
      return []
    }
    const key = field(child, 'key') ?? field(child, 'name')
    const value = child.type === 'pair' ? field(child, 'value') : child
    if (key === null || value === null) return []
    return exportValue(source, value, source.of(key).replace(/^(['"])(.*)\1$/, '$2'), doc, exports)
  })
}

/** Reads `module.exports = …` and `exports.x = …`; nothing for other expressions. */
export function readCommonJs(
  source: SourceText,
  expression: Node,
  doc: DocComment | null,
  exports: Exports,
): OutlineSymbol[] {
  const left = expression.type === 'assignment_expression' ? field(expression, 'left') : null
  const target = left === null ? null : exportTarget(source.of(left))
  const right = field(expression, 'right')
  if (target === null || right === null) return []
  // `exports.a = exports.b = …` exports one value under two names.
  const inner = right.type === 'assignment_expression' ? field(right, 'right') : null
  const outer = inner === null ? [] : readCommonJs(source, right, doc, exports)
  if (target === '' && right.type === 'object') return exportObject(source, right, exports)
  return [...outer, ...exportValue(source, inner ?? right, target === '' ? 'module.exports' : target, doc, exports)]
}

/** `const x = require('y')` of a variable statement. */
export function readRequires(source: SourceText, statement: Node): ImportedModule[] {
  return namedChildren(statement).flatMap((declarator) => {
    const value = field(declarator, 'value')
    const name = field(declarator, 'name')
    if (value?.type !== 'call_expression' || name === null || field(value, 'function')?.type !== 'identifier') return []
    const match = /^require\(\s*(['"])(.*?)\1\s*\)$/.exec(source.of(value))
    if (match?.[2] === undefined) return []
    return [
      {
        source: match[2],
        names:
          name.type === 'identifier'
            ? ['*']
            : namedChildren(name).map((child) => source.of(field(child, 'key') ?? child)),
        line: statement.startPosition.row + 1,
      },
    ]
  })
}
