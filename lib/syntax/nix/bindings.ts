import { MAX_FAULTS } from '../types.ts'
import type { NixBinding } from './ast.ts'
import { NixFault } from './cursor.ts'
import type { NixCursor } from './cursor.ts'
import { parseAttrName, parseAttrPath, parseExpression } from './parser.ts'
import { AttributeScope } from './scope.ts'

/**
 * The bindings of a set or a `let`, up to but without its end. A faulty one is noted and skipped.
 * @param end token that ends them
 */
export function parseBindings(cursor: NixCursor, end: '}' | 'in'): { bindings: NixBinding[]; scope: AttributeScope } {
  const bindings: NixBinding[] = []
  const scope = new AttributeScope()
  while (!cursor.at(end)) {
    try {
      bindings.push(cursor.at('inherit') ? parseInherit(cursor, scope) : parseAttribute(cursor, scope))
    } catch (error) {
      if (!(error instanceof NixFault) || cursor.peek().type === 'end' || cursor.faults.length >= MAX_FAULTS)
        throw error
      cursor.faults.push(error)
      skipBinding(cursor, end)
    }
  }
  return { bindings, scope }
}

function noteDuplicate(cursor: NixCursor, clash: string | null, offset: number): void {
  if (clash !== null) cursor.faults.push(new NixFault(offset, `the attribute '${clash}' is defined twice`))
}

function parseAttribute(cursor: NixCursor, scope: AttributeScope): NixBinding {
  const before = cursor.position
  const { start } = cursor.peek()
  const path = parseAttrPath(cursor)
  cursor.expect('=')
  const value = parseExpression(cursor)
  const { end } = cursor.expect(';')
  const nested = value.kind === 'set' ? (cursor.scopes.get(value) ?? null) : null
  noteDuplicate(cursor, scope.add(path, nested), start)
  return { kind: 'attribute', path, value, start, end, leading: cursor.source.slice(before, start) }
}

function parseInherit(cursor: NixCursor, scope: AttributeScope): NixBinding {
  const before = cursor.position
  const { start } = cursor.expect('inherit')
  let from = null
  if (cursor.accept('(')) {
    from = parseExpression(cursor)
    cursor.expect(')')
  }
  const names: string[] = []
  while (!cursor.at(';')) {
    const offset = cursor.peek().start
    const name = parseAttrName(cursor)
    if (name.kind === 'dynamic') throw new NixFault(offset, 'dynamic attributes are not allowed in inherit')
    noteDuplicate(cursor, scope.add([name], null), offset)
    names.push(name.name)
  }
  const { end } = cursor.take()
  return { kind: 'inherit', from, names, start, end, leading: cursor.source.slice(before, start) }
}

const OPENING = new Set(['{', '(', '[', '${'])
const CLOSING = new Set(['}', ')', ']'])

/** Goes past the `;` that ends a faulty binding, or up to the brace or `in` that ends them all. */
function skipBinding(cursor: NixCursor, end: '}' | 'in'): void {
  let depth = 0
  for (let token = cursor.peek(); token.type !== 'end'; token = cursor.peek()) {
    if (depth === 0 && token.text === end) return
    cursor.take()
    if (OPENING.has(token.text)) depth++
    // Brackets opened before the fault are closed at depth 0: they are part of the binding.
    else if (CLOSING.has(token.text)) depth = Math.max(0, depth - 1)
    else if (token.text === ';' && depth === 0) return
    else if (token.text === '"' || token.text === "''") skipString(cursor, token.text)
  }
}

/** Strings are skipped as plain text up to their end: what is inside cannot end a binding. */
function skipString(cursor: NixCursor, quote: string): void {
  const end = quote === '"' ? /(?:[^"\\]|\\[\s\S])*"/y : /(?:[^']|'[^']|''[$'\\])*''/y
  end.lastIndex = cursor.position
  cursor.moveTo(end.test(cursor.source) ? end.lastIndex : cursor.source.length)
}
