import type { Node } from 'web-tree-sitter'
import { field, namedChildren, SourceText, syntaxFaults } from '../tree-sitter/nodes.ts'
import type { SnippetFacts } from '../types.ts'
import { importedLocals, readImport } from './imports.ts'

/** Names of Python's `builtins` and of every module. */
const BUILT_IN = new Set(
  (
    'abs aiter all any anext ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset ' +
    'getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr reversed ' +
    'round set setattr slice sorted staticmethod str sum super tuple type vars zip __import__ __name__ __file__ __doc__ NotImplemented Ellipsis self cls _ ' +
    'BaseException Exception ArithmeticError AssertionError AttributeError EOFError FileExistsError FileNotFoundError ImportError IndexError KeyError KeyboardInterrupt LookupError MemoryError ' +
    'ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PermissionError RecursionError ReferenceError RuntimeError StopAsyncIteration StopIteration ' +
    'SyntaxError SystemError SystemExit TimeoutError TypeError UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError Warning ZeroDivisionError'
  ).split(' '),
)

/** Fields that define names. */
const DEFINING: Readonly<Record<string, string>> = {
  function_definition: 'name',
  class_definition: 'name',
  assignment: 'left',
  named_expression: 'name',
  for_statement: 'left',
  for_in_clause: 'left',
  default_parameter: 'name',
  typed_default_parameter: 'name',
  as_pattern: 'alias',
}

/** Interactive prompts make a doctest; its code is what follows them. */
export function withoutPrompts(snippet: string): string {
  if (!/^\s*>>> /m.test(snippet)) return snippet
  const lines = snippet.split('\n').flatMap((line) => /^\s*(?:>>>|\.\.\.)(?: (.*)|)$/.exec(line)?.slice(1) ?? [])
  return lines.join('\n')
}

function identifiersIn(source: SourceText, node: Node | null): string[] {
  if (node === null) return []
  if (node.type === 'identifier' || node.type === 'as_pattern_target') return [source.of(node)]
  // `x.y = 1` and `x[0] = 1` define nothing.
  return node.type === 'attribute' || node.type === 'subscript'
    ? []
    : namedChildren(node).flatMap((child) => identifiersIn(source, child))
}

function definedBy(source: SourceText, node: Node): string[] {
  if (/^(import|future_import)/.test(node.type)) return importedLocals(source, node)
  if (node.type === 'parameters' || node.type === 'lambda_parameters')
    return namedChildren(node).flatMap((child) =>
      /default/.test(child.type) ? [] : identifiersIn(source, namedChildren(child)[0] ?? child),
    )
  const name = Object.hasOwn(DEFINING, node.type) ? DEFINING[node.type] : undefined
  return name === undefined ? [] : identifiersIn(source, field(node, name))
}

/** An identifier that names no variable: `x` of `a.x` and of `f(x=1)`. */
function isLabel(node: Node): boolean {
  const parent = node.parent
  if (parent?.type === 'attribute') return field(parent, 'attribute')?.id === node.id
  return parent?.type === 'keyword_argument' && field(parent, 'name')?.id === node.id
}

/** Which names a snippet needs from elsewhere. Scopes are not told apart: a name defined anywhere in it is its own. */
export function inspectPython(root: Node, text: string): SnippetFacts {
  const source = new SourceText(text)
  const defined = new Set<string>()
  const used = new Set<string>()
  const imported: string[] = []
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name of definedBy(source, node)) defined.add(name)
    if (node.type === 'identifier' && !isLabel(node)) used.add(source.of(node))
    const modules = readImport(source, node)
    if (modules.length > 0) imported.push(...modules.flatMap((module) => (module.names[0] === '*' ? [] : module.names)))
    else open.push(...node.namedChildren)
  }
  return {
    faults: syntaxFaults(root),
    free: [...used].filter((name) => !defined.has(name) && !BUILT_IN.has(name)),
    imported,
  }
}
