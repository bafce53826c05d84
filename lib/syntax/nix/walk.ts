import type { AttrName, NixBinding, NixExpr, StringPart } from './ast.ts'

const inNames = (names: readonly AttrName[]) => names.flatMap((name) => (name.kind === 'dynamic' ? [name.value] : []))
const inParts = (parts: readonly StringPart[]) => parts.filter((part) => typeof part !== 'string')

/** The expressions in bindings. */
export const inBindings = (bindings: readonly NixBinding[]): NixExpr[] =>
  bindings.flatMap((binding) =>
    binding.kind === 'attribute'
      ? [...inNames(binding.path), binding.value]
      : binding.from === null
        ? []
        : [binding.from],
  )

/** Expressions directly inside one, in order. */
export function childrenOf(expr: NixExpr): NixExpr[] {
  switch (expr.kind) {
    case 'variable':
    case 'number':
      return []
    case 'string':
    case 'path':
      return inParts(expr.parts)
    case 'list':
      return [...expr.items]
    case 'set':
      return inBindings(expr.bindings)
    case 'lambda':
      return [...(expr.formals?.items.flatMap((item) => item.default ?? []) ?? []), expr.body]
    case 'select':
      return [expr.target, ...inNames(expr.path), ...(expr.fallback === null ? [] : [expr.fallback])]
    case 'has':
      return [expr.target, ...inNames(expr.path)]
    case 'apply':
      return [expr.fn, expr.argument]
    case 'unary':
      return [expr.operand]
    case 'binary':
      return [expr.left, expr.right]
    case 'if':
      return [expr.condition, expr.then, expr.else]
    case 'assert':
    case 'with':
      return [expr.subject, expr.body]
    case 'let':
      return [...inBindings(expr.bindings), expr.body]
  }
}

/** Every expression of a tree. */
export function* everyExpression(root: NixExpr): Generator<NixExpr> {
  const open = [root]
  for (let expr = open.pop(); expr !== undefined; expr = open.pop()) {
    yield expr
    open.push(...childrenOf(expr).reverse())
  }
}

/** The function at the head of an application and its arguments in order. */
export function applicationOf(expr: NixExpr): { fn: NixExpr; args: NixExpr[] } {
  const args: NixExpr[] = []
  let fn = expr
  for (; fn.kind === 'apply'; fn = fn.fn) args.unshift(fn.argument)
  return { fn, args }
}

/** The last name of `mkOption`, `lib.mkOption`, `lib.options.mkOption`; null for anything else. */
export function calledName(fn: NixExpr): string | null {
  if (fn.kind === 'variable') return fn.name
  const last = fn.kind === 'select' ? fn.path.at(-1) : undefined
  return last?.kind === 'static' ? last.name : null
}
