import type { Node } from 'web-tree-sitter'
import { field, namedChildren } from '../tree-sitter/nodes.ts'
import type { SourceText } from '../tree-sitter/nodes.ts'
import type { ImportedModule } from '../types.ts'

const plainName = (source: SourceText, node: Node) =>
  source.of(node.type === 'aliased_import' ? (field(node, 'name') ?? node) : node)

/** `import a, b as c` and `from a import b`; nothing for other statements. */
export function readImport(source: SourceText, node: Node): ImportedModule[] {
  const line = node.startPosition.row + 1
  const names = node.childrenForFieldName('name')
  if (node.type === 'import_statement')
    return names.map((name) => ({ source: plainName(source, name), names: ['*'], line }))
  if (node.type === 'future_import_statement')
    return [{ source: '__future__', names: names.map((name) => plainName(source, name)), line }]
  const module = node.type === 'import_from_statement' ? field(node, 'module_name') : null
  if (module === null) return []
  const all = namedChildren(node).some((child) => child.type === 'wildcard_import')
  return [{ source: source.of(module), names: all ? ['*'] : names.map((name) => plainName(source, name)), line }]
}

/** Names an import defines in the file. */
export function importedLocals(source: SourceText, node: Node): string[] {
  return node.childrenForFieldName('name').map((name) => {
    const alias = field(name, 'alias')
    return alias === null ? (/^\w+/.exec(plainName(source, name))?.[0] ?? '') : source.of(alias)
  })
}
