import type { Node } from 'web-tree-sitter'
import { field, linesOf, namedChildren, tidyCode } from '../tree-sitter/nodes.ts'
import type { SourceText } from '../tree-sitter/nodes.ts'
import type { ImportedModule, OutlineSymbol } from '../types.ts'

const unquote = (text: string) => text.replace(/^(['"])([^]*)\1$/, '$2')

/** What a file exports, gathered while its statements are read. */
export class Exports {
  /** Exported names of each local name. */
  readonly #names = new Map<string, Set<string>>()
  /** An `export { … }` or `export =` was seen, which ends the implicit exports of declaration files. */
  explicit = false

  add(local: string, exported: string): void {
    const names = this.#names.get(local)
    if (names === undefined) this.#names.set(local, new Set([exported]))
    else names.add(exported)
  }

  of(local: string): string[] {
    return [...(this.#names.get(local) ?? [])]
  }

  locals(): string[] {
    return [...this.#names.keys()]
  }
}

/** A symbol that only passes something on from another module. */
export function reExport(node: Node, name: string, exportedAs: string[], signature: string): OutlineSymbol {
  return {
    kind: 're-export',
    name,
    signature,
    exported: true,
    exportedAs,
    doc: null,
    parameters: [],
    returnType: null,
    lines: linesOf(node),
    members: [],
  }
}

/** `export { a, b as c }`, with or without `from`; `export * from`; `export * as n from`. */
export function readExportClause(source: SourceText, node: Node, exports: Exports): OutlineSymbol[] {
  exports.explicit = true
  const from = field(node, 'source')
  const signature = tidyCode(source.of(node), 0)
  const symbols: OutlineSymbol[] = []
  for (const child of namedChildren(node)) {
    if (child.type === 'namespace_export') {
      const name = unquote(source.of(child).replace(/^\*\s+as\s+/, ''))
      symbols.push(reExport(node, name, [name], signature))
    }
    for (const specifier of child.type === 'export_clause' ? namedChildren(child) : []) {
      const name = unquote(source.of(field(specifier, 'name') ?? specifier))
      const alias = field(specifier, 'alias')
      const exported = alias === null ? name : unquote(source.of(alias))
      if (from === null) exports.add(name, exported)
      else
        symbols.push(
          reExport(specifier, name, [exported], `export { ${source.of(specifier)} } from ${source.of(from)}`),
        )
    }
  }
  if (symbols.length === 0 && from !== null && node.children.some((child) => child.type === '*'))
    symbols.push(reExport(node, '*', [], signature))
  return symbols
}

function namesOfClause(source: SourceText, clause: Node): string[] {
  return namedChildren(clause).flatMap((child) => {
    if (child.type === 'identifier') return ['default']
    if (child.type === 'namespace_import') return ['*']
    return namedChildren(child).map((specifier) => unquote(source.of(field(specifier, 'name') ?? specifier)))
  })
}

/** An `import` statement of any form. */
export function readImport(source: SourceText, node: Node): ImportedModule[] {
  const clause = namedChildren(node).find((child) => child.type === 'import_clause')
  const required = namedChildren(node).find((child) => child.type === 'import_require_clause')
  const from = field(node, 'source') ?? (required === undefined ? null : field(required, 'source'))
  if (from === null) return []
  const names = clause === undefined ? (required === undefined ? [] : ['*']) : namesOfClause(source, clause)
  return [{ source: unquote(source.of(from)), names, line: node.startPosition.row + 1 }]
}

/** Local names an `import` statement defines. */
export function importedLocals(source: SourceText, node: Node): string[] {
  return namedChildren(node).flatMap((clause) => {
    if (clause.type === 'import_require_clause')
      return namedChildren(clause)
        .slice(0, 1)
        .map((name) => source.of(name))
    if (clause.type !== 'import_clause') return []
    return namedChildren(clause).flatMap((child) => {
      if (child.type === 'identifier') return [source.of(child)]
      if (child.type === 'namespace_import') return namedChildren(child).map((name) => source.of(name))
      return namedChildren(child).map((specifier) =>
        source.of(field(specifier, 'alias') ?? field(specifier, 'name') ?? specifier),
      )
    })
  })
}
