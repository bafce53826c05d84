/**
 * Recursive-descent parser for Nix expressions, with Nix's own precedences. It goes on after a faulty binding, so that a
 * file with a mistake can still be documented. Judged against `nix-instantiate --parse` in `parser.test.ts`.
 */
import type { AttrName, NixExpr, NixFormals } from './ast.ts'
import { parseBindings } from './bindings.ts'
import { NixCursor, NixFault } from './cursor.ts'
import { HAS_LEVEL, isBinaryOperator, NEGATE_LEVEL, NOT_LEVEL, ruleOf } from './operators.ts'
import { parseIndentedString, parseInterpolation, parsePath, parseString } from './literals.ts'
import type { Token } from './lexer.ts'
import { attrName } from './scope.ts'

export interface NixParse {
  /** Null when nothing could be made of the file. */
  expression: NixExpr | null
  faults: readonly NixFault[]
}

/** @param source text of a whole `.nix` file */
export function parseNix(source: string): NixParse {
  const cursor = new NixCursor(source)
  let expression: NixExpr | null = null
  try {
    expression = parseExpression(cursor)
    if (cursor.peek().type !== 'end') throw cursor.unexpected('expected the end of the file')
  } catch (error) {
    if (!(error instanceof NixFault)) throw error
    cursor.faults.push(error)
  }
  return { expression, faults: cursor.faults }
}

/** Any expression: functions, `assert`, `with`, `let`, `if`, operators. */
export function parseExpression(cursor: NixCursor): NixExpr {
  return cursor.nested(() => parseFunction(cursor))
}

function parseFunction(cursor: NixCursor): NixExpr {
  const { start, text, type } = cursor.peek()
  if (type === 'keyword') {
    if (text === 'assert' || text === 'with') {
      cursor.take()
      const subject = parseExpression(cursor)
      cursor.expect(';')
      const body = parseExpression(cursor)
      return { kind: text, subject, body, start, end: body.end }
    }
    if (text === 'let' && cursor.ahead(2)[1]?.text !== '{') return parseLet(cursor)
    if (text === 'if') return parseIf(cursor)
  }
  return parseLambda(cursor) ?? parseOperators(cursor, 0)
}

function parseLet(cursor: NixCursor): NixExpr {
  const { start } = cursor.expect('let')
  const { bindings } = parseBindings(cursor, 'in')
  const dynamic = bindings.find((binding) => binding.kind === 'attribute' && binding.path[0]?.kind === 'dynamic')
  if (dynamic !== undefined)
    cursor.faults.push(new NixFault(dynamic.start, 'dynamic attributes are not allowed in let'))
  cursor.expect('in')
  const body = parseExpression(cursor)
  return { kind: 'let', bindings, body, start, end: body.end }
}

function parseIf(cursor: NixCursor): NixExpr {
  const { start } = cursor.expect('if')
  const condition = parseExpression(cursor)
  cursor.expect('then')
  const then = parseExpression(cursor)
  cursor.expect('else')
  const otherwise = parseExpression(cursor)
  return { kind: 'if', condition, then, else: otherwise, start, end: otherwise.end }
}

/** `x: …`, `{ a, b ? 1, ... }: …`, `x@{ … }: …`, `{ … }@x: …`; null when what comes is no function. */
function parseLambda(cursor: NixCursor): NixExpr | null {
  const [first, second, third] = cursor.ahead(3)
  if (first === undefined) return null
  const named = first.type === 'id' && (second?.text === ':' || second?.text === '@')
  if (!named && !(first.text === '{' && startsFormals(second, third))) return null
  let parameter: string | null = null
  let formals: NixFormals | null = null
  if (named) {
    parameter = cursor.take().text
    if (cursor.accept('@')) formals = parseFormals(cursor)
  } else {
    formals = parseFormals(cursor)
    if (cursor.accept('@')) parameter = takeIdentifier(cursor).text
  }
  if (parameter !== null && formals?.items.some((item) => item.name === parameter) === true)
    cursor.faults.push(new NixFault(first.start, `duplicate formal function argument '${parameter}'`))
  cursor.expect(':')
  const body = parseExpression(cursor)
  return { kind: 'lambda', parameter, formals, body, start: first.start, end: body.end }
}

/** Tells `{ a, … }:` from `{ a = 1; }` by what follows the brace. */
function startsFormals(second: Token | undefined, third: Token | undefined): boolean {
  if (second?.text === '...') return true
  if (second?.text === '}') return third?.text === ':' || third?.text === '@'
  return second?.type === 'id' && (third?.text === ',' || third?.text === '?' || third?.text === '}')
}

function takeIdentifier(cursor: NixCursor): Token {
  if (cursor.peek().type !== 'id') throw cursor.unexpected('expected a name')
  return cursor.take()
}

function parseFormals(cursor: NixCursor): NixFormals {
  cursor.expect('{')
  const items: NixFormals['items'][number][] = []
  let ellipsis = false
  while (!cursor.at('}')) {
    if (cursor.accept('...')) {
      ellipsis = true
      break
    }
    const before = cursor.position
    const name = takeIdentifier(cursor)
    if (items.some((item) => item.name === name.text))
      cursor.faults.push(new NixFault(name.start, `duplicate formal function argument '${name.text}'`))
    const value = cursor.accept('?') ? parseExpression(cursor) : null
    const leading = cursor.source.slice(before, name.start)
    items.push({ name: name.text, default: value, leading, start: name.start, end: value?.end ?? name.end })
    if (!cursor.accept(',')) break
  }
  cursor.expect('}')
  return { items, ellipsis }
}

/** Operators at or above a level, by precedence climbing. */
function parseOperators(cursor: NixCursor, level: number): NixExpr {
  let left = parseUnary(cursor)
  /** Level of an operator that may not be followed by another of its own. */
  let closed = Infinity
  for (;;) {
    const token = cursor.peek()
    if (token.type !== 'symbol') return left
    if (token.text === '?') {
      if (HAS_LEVEL < level) return left
      cursor.take()
      const path = parseAttrPath(cursor)
      left = { kind: 'has', target: left, path, start: left.start, end: cursor.position }
      continue
    }
    if (!isBinaryOperator(token.text)) return left
    const rule = ruleOf(token.text)
    if (rule.level < level) return left
    if (rule.level === closed) throw cursor.unexpected(`'${token.text}' cannot be chained without parentheses`)
    cursor.take()
    const next = rule.associates === 'right' ? rule.level : rule.level + 1
    const right = cursor.nested(() => parseOperators(cursor, next))
    left = { kind: 'binary', operator: token.text, left, right, start: left.start, end: right.end }
    closed = rule.associates === 'none' ? rule.level : Infinity
  }
}

function parseUnary(cursor: NixCursor): NixExpr {
  const { text, start, type } = cursor.peek()
  if (type !== 'symbol' || (text !== '!' && text !== '-')) return parseApplication(cursor)
  cursor.take()
  const operand = cursor.nested(() => parseOperators(cursor, text === '!' ? NOT_LEVEL : NEGATE_LEVEL))
  return { kind: 'unary', operator: text, operand, start, end: operand.end }
}

function parseApplication(cursor: NixCursor): NixExpr {
  let expression = parseSelect(cursor)
  while (startsSimple(cursor)) {
    const argument = parseSelect(cursor)
    expression = { kind: 'apply', fn: expression, argument, start: expression.start, end: argument.end }
  }
  return expression
}

const SIMPLE_SYMBOLS = new Set(['"', "''", '(', '{', '['])

function startsSimple(cursor: NixCursor): boolean {
  const { type, text } = cursor.peek()
  if (type === 'symbol') return SIMPLE_SYMBOLS.has(text)
  if (type === 'keyword') return text === 'rec' || text === 'let'
  return type !== 'end' && type !== 'bad'
}

function parseSelect(cursor: NixCursor): NixExpr {
  const target = parseSimple(cursor)
  const { start } = target
  if (cursor.accept('.')) {
    const path = parseAttrPath(cursor)
    const fallback = cursor.accept('or') ? cursor.nested(() => parseSelect(cursor)) : null
    return { kind: 'select', target, path, fallback, start, end: cursor.position }
  }
  if (!cursor.at('or')) return target
  // Nix keeps `or` usable as an argument, as in `map or [ … ]`.
  const or = cursor.take()
  const argument: NixExpr = { kind: 'variable', name: 'or', start: or.start, end: or.end }
  return { kind: 'apply', fn: target, argument, start, end: or.end }
}

function parseSimple(cursor: NixCursor): NixExpr {
  const token = cursor.peek()
  const { start, end, text } = token
  switch (token.type) {
    case 'id':
      cursor.take()
      return { kind: 'variable', name: text, start, end }
    case 'int':
      if (BigInt(text) > 9223372036854775807n) throw new NixFault(start, `the number ${text} does not fit in 64 bits`)
      cursor.take()
      return { kind: 'number', text, start, end }
    case 'float':
      cursor.take()
      return { kind: 'number', text, start, end }
    case 'uri':
      cursor.take()
      return { kind: 'string', parts: [text], start, end }
    case 'search-path':
      cursor.take()
      return { kind: 'path', parts: [text], start, end }
    case 'path':
      return parsePath(cursor)
    default:
      return parseBracketed(cursor)
  }
}

function parseBracketed(cursor: NixCursor): NixExpr {
  const { start, text } = cursor.peek()
  switch (text) {
    case '"':
      return parseString(cursor)
    case "''":
      return parseIndentedString(cursor)
    case '(': {
      cursor.take()
      const inner = parseExpression(cursor)
      const whole = { ...inner, start, end: cursor.expect(')').end }
      const scope = inner.kind === 'set' ? cursor.scopes.get(inner) : undefined
      if (whole.kind === 'set' && scope !== undefined) cursor.scopes.set(whole, scope)
      return whole
    }
    case '[':
      return parseList(cursor)
    case '{':
      return parseSet(cursor, start, false)
    case 'rec':
      cursor.take()
      return parseSet(cursor, start, true)
    case 'let': {
      // `let { …; body = e; }`, the old form of `let … in e`.
      cursor.take()
      const set = parseSet(cursor, start, true)
      return {
        kind: 'select',
        target: set,
        path: [{ kind: 'static', name: 'body' }],
        fallback: null,
        start,
        end: set.end,
      }
    }
    default:
      throw cursor.unexpected('expected an expression')
  }
}

function parseList(cursor: NixCursor): NixExpr {
  const { start } = cursor.expect('[')
  const items: NixExpr[] = []
  while (!cursor.at(']')) {
    if (!startsSimple(cursor)) throw cursor.unexpected("expected a list item or ']'")
    items.push(cursor.nested(() => parseSelect(cursor)))
  }
  return { kind: 'list', items, start, end: cursor.take().end }
}

function parseSet(cursor: NixCursor, start: number, recursive: boolean): NixExpr {
  cursor.expect('{')
  const { bindings, scope } = cursor.nested(() => parseBindings(cursor, '}'))
  const { end } = cursor.expect('}')
  const set = { kind: 'set', recursive, bindings, start, end } as const
  cursor.scopes.set(set, scope)
  return set
}

/** `a.b`, `"a".${b}`; what stands left of `=` and right of `.` and `?`. */
export function parseAttrPath(cursor: NixCursor): AttrName[] {
  const path = [parseAttrName(cursor)]
  while (cursor.accept('.')) path.push(parseAttrName(cursor))
  return path
}

/** One component of an attribute path. */
export function parseAttrName(cursor: NixCursor): AttrName {
  const token = cursor.peek()
  if (token.type === 'id' || cursor.at('or')) return { kind: 'static', name: cursor.take().text }
  if (cursor.at('"')) return attrName(parseString(cursor))
  if (cursor.accept('${')) return attrName(parseInterpolation(cursor))
  throw cursor.unexpected('expected the name of an attribute')
}
