/** Writes a syntax tree as Nix source with every parenthesis spelt out, to compare trees and to show values. */
import type { AttrName, NixBinding, NixExpr, NixLambda, StringPart } from './ast.ts'

const escapeText = (text: string) =>
  text
    .replace(/["\\]|\$(?=\{)/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')

const interpolate = (parts: readonly StringPart[], text: (part: string) => string) =>
  parts.map((part) => (typeof part === 'string' ? text(part) : `\${${printNix(part)}}`)).join('')

/** A string as Nix source. */
const printString = (parts: readonly StringPart[]) => {
  // `$` at the end of a text must not join the brace of an interpolation.
  return `"${interpolate(parts, (part) => escapeText(part).replace(/\$$/, '\\$'))}"`
}

const printName = (name: AttrName) =>
  name.kind === 'static' ? printString([name.name]) : `\${${printNix(name.value)}}`
const printPath = (path: readonly AttrName[]) => path.map(printName).join('.')

function printBinding(binding: NixBinding): string {
  if (binding.kind === 'attribute') return `${printPath(binding.path)} = ${printNix(binding.value)};`
  const from = binding.from === null ? '' : `(${printNix(binding.from)}) `
  return `inherit ${from}${binding.names.map((name) => printString([name])).join(' ')};`
}

const printBindings = (bindings: readonly NixBinding[]) => bindings.map(printBinding).join(' ')

function printLambda(lambda: NixLambda): string {
  if (lambda.formals === null) return `(${lambda.parameter ?? ''}: ${printNix(lambda.body)})`
  const items = lambda.formals.items.map((item) =>
    item.default === null ? item.name : `${item.name} ? ${printNix(item.default)}`,
  )
  const formals = `{ ${[...items, ...(lambda.formals.ellipsis ? ['...'] : [])].join(', ')} }`
  return `(${lambda.parameter === null ? '' : `${lambda.parameter} @ `}${formals}: ${printNix(lambda.body)})`
}

/** @returns source that Nix parses into the same tree */
export function printNix(expr: NixExpr): string {
  switch (expr.kind) {
    case 'variable':
      return expr.name
    case 'number':
      return expr.text
    case 'string':
      return printString(expr.parts)
    case 'path':
      return interpolate(expr.parts, (part) => part)
    case 'list':
      return `[ ${expr.items.map((item) => `(${printNix(item)})`).join(' ')} ]`
    case 'set':
      return `${expr.recursive ? 'rec ' : ''}{ ${printBindings(expr.bindings)} }`
    case 'lambda':
      return printLambda(expr)
    case 'select': {
      const fallback = expr.fallback === null ? '' : ` or (${printNix(expr.fallback)})`
      return `((${printNix(expr.target)}).${printPath(expr.path)}${fallback})`
    }
    case 'has':
      return `((${printNix(expr.target)}) ? ${printPath(expr.path)})`
    case 'apply':
      // `or` is a name only right after an expression.
      return expr.argument.kind === 'variable' && expr.argument.name === 'or'
        ? `((${printNix(expr.fn)}) or)`
        : `((${printNix(expr.fn)}) (${printNix(expr.argument)}))`
    case 'unary':
      return `(${expr.operator} (${printNix(expr.operand)}))`
    case 'binary':
      return `((${printNix(expr.left)}) ${expr.operator} (${printNix(expr.right)}))`
    case 'if':
      return `(if ${printNix(expr.condition)} then ${printNix(expr.then)} else ${printNix(expr.else)})`
    case 'assert':
    case 'with':
      return `(${expr.kind} ${printNix(expr.subject)}; ${printNix(expr.body)})`
    case 'let':
      return `(let ${printBindings(expr.bindings)} in ${printNix(expr.body)})`
  }
}
