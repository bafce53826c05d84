/** Outline of a TypeScript or JavaScript file from its tree. */
import type { Node } from 'web-tree-sitter'
import { field, lineCount, linesOf, namedChildren, SourceText, syntaxFaults, tidyCode } from '../tree-sitter/nodes.ts'
import type { DocComment, ImportedModule, ModuleOutline, OutlineSymbol } from '../types.ts'
import { readCommonJs, readRequires } from './commonjs.ts'
import { readDeclaration, readVariables } from './declarations.ts'
import { Exports, importedLocals, readExportClause, readImport, reExport } from './exports.ts'
import { MODULE_TAGS, parseJsDoc } from './jsdoc.ts'
import { header, mergeOverloads, withDocs } from './members.ts'

/** One file, module block or namespace while it is read. */
class Scope {
  readonly source: SourceText
  readonly exports = new Exports()
  readonly symbols: OutlineSymbol[] = []
  readonly imports: ImportedModule[] = []
  readonly importedNames = new Set<string>()
  /** Everything declared is exported unless an export statement says otherwise. */
  readonly ambient: boolean

  constructor(source: SourceText, ambient: boolean) {
    this.source = source
    this.ambient = ambient
  }

  statement(node: Node, doc: DocComment | null): OutlineSymbol[] {
    switch (node.type) {
      case 'import_statement':
        this.imports.push(...readImport(this.source, node))
        for (const name of importedLocals(this.source, node)) this.importedNames.add(name)
        return []
      case 'export_statement':
        return this.exportStatement(node, doc)
      case 'lexical_declaration':
      case 'variable_declaration':
        this.imports.push(...readRequires(this.source, node))
        return readVariables(this.source, node, doc)
      case 'ambient_declaration':
        return namedChildren(node).flatMap((child) => this.ambientPart(child, doc))
      case 'expression_statement':
        return namedChildren(node).flatMap((child) =>
          child.type === 'internal_module'
            ? [this.namespace(child, doc, this.ambient)]
            : readCommonJs(this.source, child, doc, this.exports),
        )
      case 'internal_module':
      case 'module':
        return [this.namespace(node, doc, this.ambient)]
      case 'import_alias':
        return [alias(this.source, node, doc)]
      default: {
        const symbol = readDeclaration(this.source, node, doc)
        return symbol === null ? [] : [symbol]
      }
    }
  }

  /** What follows `declare`: `declare global { … }` adds to no module's exports. */
  private ambientPart(node: Node, doc: DocComment | null): OutlineSymbol[] {
    if (node.type === 'statement_block') return []
    if (node.type === 'internal_module' || node.type === 'module') return [this.namespace(node, doc, true)]
    return this.statement(node, doc)
  }

  private exportStatement(node: Node, doc: DocComment | null): OutlineSymbol[] {
    const isDefault = node.children.some((child) => child.type === 'default')
    const declaration = field(node, 'declaration')
    if (declaration !== null) {
      const symbols = this.statement(declaration, doc)
      for (const symbol of symbols) this.exports.add(symbol.name, isDefault ? 'default' : symbol.name)
      return symbols.map((symbol) =>
        declaration.type === 'ambient_declaration' || !isDefault ? symbol : { ...symbol, lines: linesOf(node) },
      )
    }
    if (isDefault) return this.exportValue(node, field(node, 'value'), 'default', doc)
    if (node.children.some((child) => child.type === 'namespace')) return []
    if (node.children.some((child) => child.type === '='))
      return this.exportValue(node, namedChildren(node)[0] ?? null, 'export=', doc)
    return readExportClause(this.source, node, this.exports)
  }

  /** `export default <expression>` and `export = <expression>`. */
  private exportValue(node: Node, value: Node | null, exported: string, doc: DocComment | null): OutlineSymbol[] {
    this.exports.explicit = true
    if (value?.type === 'identifier') {
      this.exports.add(this.source.of(value), exported)
      return []
    }
    const declared = value === null ? null : readDeclaration(this.source, value, doc, exported)
    const firstLine = this.source.of(node).split('\n', 1)[0] ?? ''
    const symbol = declared ?? {
      ...reExport(node, exported, [exported], tidyCode(firstLine.slice(0, 100), 0)),
      kind: 'variable' as const,
      doc,
    }
    this.exports.add(symbol.name, exported)
    return [symbol]
  }

  private namespace(node: Node, doc: DocComment | null, ambient: boolean): OutlineSymbol {
    const name = field(node, 'name')
    const body = field(node, 'body')
    const inner = new Scope(this.source, ambient)
    inner.read(body?.namedChildren ?? [])
    return {
      kind: 'namespace',
      name:
        name === null
          ? ''
          : this.source
              .of(name)
              .replace(/^(['"])(.*)\1$/, '$2')
              .replace(/\..*$/s, ''),
      signature: header(this.source, node, body),
      exported: false,
      exportedAs: [],
      doc,
      parameters: [],
      returnType: null,
      lines: linesOf(node),
      members: inner.finish(),
    }
  }

  read(nodes: readonly Node[]): void {
    for (const { node, doc } of withDocs(this.source, nodes)) this.symbols.push(...this.statement(node, doc))
  }

  /** The symbols with what is exported, once everything has been read. */
  finish(): OutlineSymbol[] {
    const all = this.ambient && !this.exports.explicit
    const declared = new Set(this.symbols.map((symbol) => symbol.name))
    const own = mergeOverloads(this.symbols).map((symbol) => {
      if (symbol.kind === 're-export') return symbol
      const named = this.exports.of(symbol.name)
      const names = all && named.length === 0 ? [symbol.name] : named
      return { ...symbol, exported: names.length > 0, exportedAs: names }
    })
    const passedOn = this.exports.locals().filter((name) => !declared.has(name) && this.importedNames.has(name))
    return [...own, ...passedOn.map((name) => this.passedOn(name))]
  }

  /** Something imported and then exported again. */
  private passedOn(name: string): OutlineSymbol {
    return {
      kind: 're-export',
      name,
      signature: `export { ${name} }`,
      exported: true,
      exportedAs: this.exports.of(name),
      doc: null,
      parameters: [],
      returnType: null,
      lines: { start: 1, end: 1 },
      members: [],
    }
  }
}

function alias(source: SourceText, node: Node, doc: DocComment | null): OutlineSymbol {
  const name = namedChildren(node)[0]
  const symbol = reExport(node, name === undefined ? '' : source.of(name), [], tidyCode(source.of(node), 0))
  return { ...symbol, kind: 'variable', exported: false, doc }
}

/**
 * The comment about the file: one that says so, or the first one when something other than a declaration follows it.
 * @param nodes of the file, comments included
 */
function moduleComment(source: SourceText, nodes: readonly Node[]): Node | null {
  const index = nodes.findIndex((node) => isDocComment(source, node))
  const comment = nodes[index]
  if (comment === undefined || !nodes.slice(0, index).every((node) => isPreamble(source, node))) return null
  const next = nodes.slice(index + 1).find((node) => node.type !== 'comment' || isDocComment(source, node))
  const apart =
    next === undefined ||
    next.type === 'comment' ||
    next.type === 'import_statement' ||
    isPreamble(source, next) ||
    isPlainExport(next)
  return apart || MODULE_TAGS.test(source.of(comment)) ? comment : null
}

const isDocComment = (source: SourceText, node: Node) => node.type === 'comment' && source.of(node).startsWith('/**')

/** What may stand before a file's own comment: other comments, `#!`, `'use strict'`. */
const isPreamble = (source: SourceText, node: Node) =>
  node.type === 'comment' ||
  node.type === 'hash_bang_line' ||
  (node.type === 'expression_statement' && /^['"]/.test(source.of(node)))

const isPlainExport = (node: Node) => node.type === 'export_statement' && field(node, 'source') !== null

/**
 * @param root of the tree
 * @param text the file's text
 * @param fileName tells declaration files, whose rules on exports differ
 */
export function outlineEcmascript(root: Node, text: string, language: string, fileName: string): ModuleOutline {
  const source = new SourceText(text)
  const nodes = root.namedChildren
  const isModule = nodes.some((node) => node.type === 'import_statement' || node.type === 'export_statement')
  const scope = new Scope(source, isModule && /\.d\.[cm]?ts$/.test(fileName))
  const comment = moduleComment(source, nodes)
  scope.read(nodes.filter((node) => node.id !== comment?.id))
  const doc = comment === null ? null : parseJsDoc(source.of(comment))
  return {
    language,
    doc,
    imports: scope.imports,
    symbols: scope.finish(),
    faults: syntaxFaults(root),
    lines: lineCount(root),
  }
}
