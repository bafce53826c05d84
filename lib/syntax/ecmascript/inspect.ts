import type { Node } from 'web-tree-sitter'
import { field, namedChildren, SourceText, syntaxFaults } from '../tree-sitter/nodes.ts'
import type { SnippetFacts } from '../types.ts'
import { boundNames } from './declarations.ts'
import { importedLocals, readImport } from './exports.ts'
import { BUILT_IN } from './built-in.ts'

/** Nodes that define the name in one of their fields. */
const DEFINING: Readonly<Record<string, readonly string[]>> = {
  variable_declarator: ['name'],
  function_declaration: ['name'],
  generator_function_declaration: ['name'],
  function_expression: ['name'],
  class_declaration: ['name'],
  abstract_class_declaration: ['name'],
  interface_declaration: ['name'],
  type_alias_declaration: ['name'],
  enum_declaration: ['name'],
  type_parameter: ['name'],
  arrow_function: ['parameter'],
  required_parameter: ['pattern'],
  optional_parameter: ['pattern'],
  catch_clause: ['parameter'],
  for_in_statement: ['left'],
  labeled_statement: ['label'],
}

const USES = new Set(['identifier', 'type_identifier', 'shorthand_property_identifier'])

function definedBy(source: SourceText, node: Node): string[] {
  if (node.type === 'import_statement') return importedLocals(source, node)
  if (node.type === 'formal_parameters') return namedChildren(node).flatMap((child) => boundNames(source, child))
  const fields = Object.hasOwn(DEFINING, node.type) ? (DEFINING[node.type] ?? []) : []
  return fields.flatMap((name) => {
    const defined = field(node, name)
    if (defined === null) return []
    return defined.type === 'type_identifier' ? [source.of(defined)] : boundNames(source, defined)
  })
}

/** Which names a snippet needs from elsewhere. Scopes are not told apart: a name defined anywhere in it is its own. */
export function inspectEcmascript(root: Node, text: string): SnippetFacts {
  const source = new SourceText(text)
  const defined = new Set<string>()
  const used = new Set<string>()
  const imported: string[] = []
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name of definedBy(source, node)) defined.add(name)
    if (USES.has(node.type)) used.add(source.of(node))
    if (node.type === 'import_statement') imported.push(...readImport(source, node).flatMap((module) => module.names))
    else open.push(...node.namedChildren)
  }
  return {
    faults: syntaxFaults(root),
    free: [...used].filter((name) => !defined.has(name) && !BUILT_IN.has(name)),
    imported,
  }
}
