/** Outline of a Python file from its tree. */
import type { Node } from 'web-tree-sitter'
import { field, lineCount, linesOf, namedChildren, SourceText, syntaxFaults, tidyCode } from '../tree-sitter/nodes.ts'
import type { ImportedModule, ModuleOutline, OutlineSymbol, SymbolKind } from '../types.ts'
import { docOf, readFunction, signatureOf } from './functions.ts'
import { readImport } from './imports.ts'
import { stringValue } from './strings.ts'

/** Statements whose blocks belong to the scope around them. */
const TRANSPARENT = new Set([
  'if_statement',
  'elif_clause',
  'else_clause',
  'try_statement',
  'except_clause',
  'finally_clause',
  'with_statement',
  'for_statement',
  'while_statement',
  'block',
])

const LONGEST_VALUE = 80

class Scope {
  readonly source: SourceText
  readonly inClass: boolean
  readonly symbols: OutlineSymbol[] = []
  readonly imports: ImportedModule[] = []
  readonly #variables = new Set<string>()
  /** What `__all__` lists; null without one that can be read. */
  all: string[] | null = null

  constructor(source: SourceText, inClass: boolean) {
    this.source = source
    this.inClass = inClass
  }

  read(nodes: readonly Node[]): void {
    for (const node of nodes) this.statement(node)
  }

  private statement(node: Node): void {
    if (TRANSPARENT.has(node.type)) this.read(namedChildren(node))
    else if (node.type === 'function_definition' || node.type === 'class_definition') this.definition(node, [])
    else if (node.type === 'decorated_definition') this.decorated(node)
    else if (node.type === 'expression_statement') for (const child of namedChildren(node)) this.expression(child)
    else if (node.type === 'type_alias_statement') this.typeAlias(node)
    else this.imports.push(...readImport(this.source, node))
  }

  private decorated(node: Node): void {
    const definition = field(node, 'definition')
    const decorators = namedChildren(node).filter((child) => child.type === 'decorator')
    if (definition !== null)
      this.definition(
        definition,
        decorators.map((child) => tidyCode(this.source.of(child), 0)),
      )
  }

  private definition(node: Node, decorators: readonly string[]): void {
    if (node.type === 'class_definition') {
      this.symbols.push(readClass(this.source, node, decorators))
      return
    }
    const accessor = decorators.some((text) => /^@[\w.]+\.(?:setter|deleter)\b/.test(text))
    const symbol = readFunction(this.source, node, decorators, this.inClass)
    if (!accessor || !this.symbols.some((other) => other.name === symbol.name)) this.symbols.push(symbol)
  }

  private expression(node: Node): void {
    if (node.type === 'assignment') this.assignment(node, node)
    else if (node.type === 'augmented_assignment' && this.source.of(field(node, 'left') ?? node) === '__all__')
      this.addAll(field(node, 'right'))
    else if (node.type === 'call') this.extendAll(node)
  }

  /** `a = b = …` nests to the right. */
  private assignment(node: Node, whole: Node): void {
    const left = field(node, 'left')
    const right = field(node, 'right')
    if (left === null) return
    if (left.type === 'identifier' && this.source.of(left) === '__all__') {
      this.all = []
      this.addAll(right)
      return
    }
    for (const name of assignedNames(this.source, left)) this.variable(name, node, whole)
    if (right?.type === 'assignment') this.assignment(right, whole)
  }

  private variable(name: string, node: Node, whole: Node): void {
    // Assigning again defines nothing new.
    if (this.#variables.has(name)) return
    this.#variables.add(name)
    const right = field(node, 'right')
    const type = field(node, 'type')
    const code = tidyCode(this.source.of(whole), whole.startPosition.column)
    const head = type === null ? name : `${name}: ${this.source.of(type)}`
    const signature = code.length <= LONGEST_VALUE && !code.includes('\n') ? code : `${head} = …`
    this.symbols.push(
      this.plain(this.inClass ? 'property' : 'variable', name, right === null ? head : signature, node, type),
    )
  }

  private plain(kind: SymbolKind, name: string, signature: string, node: Node, type: Node | null): OutlineSymbol {
    const exported = this.inClass && !name.startsWith('_')
    return {
      kind,
      name,
      signature,
      exported,
      exportedAs: exported ? [name] : [],
      doc: null,
      parameters: [],
      returnType: type === null ? null : this.source.of(type),
      lines: linesOf(node),
      members: [],
    }
  }

  private typeAlias(node: Node): void {
    const left = field(node, 'left')
    const name = left === null ? '' : (/^\w+/.exec(this.source.of(left))?.[0] ?? '')
    this.symbols.push(this.plain('type', name, tidyCode(this.source.of(node), 0), node, null))
  }

  private addAll(value: Node | null): void {
    if (value === null || (value.type !== 'list' && value.type !== 'tuple')) return
    this.all ??= []
    for (const child of namedChildren(value)) {
      const name = stringValue(this.source, child)
      if (name !== null) this.all.push(name)
    }
  }

  /** `__all__.extend([…])` and `__all__.append(…)`. */
  private extendAll(call: Node): void {
    const target = this.source.of(field(call, 'function') ?? call)
    const [argument] = namedChildren(field(call, 'arguments'))
    if (argument === undefined) return
    if (target === '__all__.extend') this.addAll(argument)
    const appended = target === '__all__.append' ? stringValue(this.source, argument) : null
    if (appended !== null) (this.all ??= []).push(appended)
  }

  /** The symbols of a file with what is exported: what `__all__` says, else every name without an underscore before it. */
  finish(): OutlineSymbol[] {
    const listed = this.all === null ? null : new Set(this.all)
    return this.symbols.map((symbol) => {
      const exported = listed === null ? !symbol.name.startsWith('_') : listed.has(symbol.name)
      return { ...symbol, exported, exportedAs: exported ? [symbol.name] : [] }
    })
  }
}

/** Plain names an assignment defines; attributes and items are no new names. */
function assignedNames(source: SourceText, target: Node): string[] {
  if (target.type === 'identifier') return [source.of(target)]
  if (!/^(pattern_list|tuple_pattern|list_pattern|list_splat_pattern|tuple|list)$/.test(target.type)) return []
  return namedChildren(target).flatMap((child) => assignedNames(source, child))
}

function readClass(source: SourceText, node: Node, decorators: readonly string[]): OutlineSymbol {
  const body = field(node, 'body')
  const inner = new Scope(source, true)
  inner.read(namedChildren(body))
  const name = source.of(field(node, 'name') ?? node)
  return {
    kind: 'class',
    name,
    signature: signatureOf(source, node, decorators),
    exported: !name.startsWith('_'),
    exportedAs: name.startsWith('_') ? [] : [name],
    doc: docOf(source, body),
    parameters: [],
    returnType: null,
    lines: linesOf(node.parent?.type === 'decorated_definition' ? node.parent : node),
    members: inner.symbols,
  }
}

/** @param root of the tree */
export function outlinePython(root: Node, text: string): ModuleOutline {
  const source = new SourceText(text)
  const scope = new Scope(source, false)
  scope.read(namedChildren(root))
  return {
    language: 'python',
    doc: docOf(source, root),
    imports: scope.imports,
    symbols: scope.finish(),
    faults: syntaxFaults(root),
    lines: lineCount(root),
  }
}
