import type { SnippetFacts } from '../types.ts'
import type { NixBinding, NixExpr } from './ast.ts'
import { parseNix } from './parser.ts'
import { childrenOf, inBindings } from './walk.ts'

/** Names Nix defines, and those every NixOS module gets. */
const BUILT_IN = new Set(
  (
    'true false null import map toString throw abort baseNameOf dirOf removeAttrs isNull derivation derivationStrict fetchTarball fetchGit fetchTree fetchMercurial scopedImport placeholder ' +
    'builtins lib pkgs config options modulesPath self super final prev or __curPos __nixPath __currentSystem __findFile'
  ).split(' '),
)

const namesOf = (bindings: readonly NixBinding[]) =>
  bindings.flatMap((binding) => {
    if (binding.kind === 'inherit') return binding.names
    const [head] = binding.path
    return head?.kind === 'static' ? [head.name] : []
  })

/** `inherit x;` takes x from outside; `inherit (y) x;` does not. */
const inherited = (bindings: readonly NixBinding[]) =>
  bindings.flatMap((binding) => (binding.kind === 'inherit' && binding.from === null ? binding.names : []))

/** Names used in an expression that nothing in it defines. With `with` in force any name may come from there. */
function collect(expr: NixExpr, scope: ReadonlySet<string>, free: Set<string>): void {
  const use = (name: string) => {
    if (!scope.has(name) && !BUILT_IN.has(name)) free.add(name)
  }
  const within = (names: readonly string[], inner: readonly NixExpr[]) => {
    const extended = new Set([...scope, ...names])
    for (const child of inner) collect(child, extended, free)
  }
  switch (expr.kind) {
    case 'variable':
      use(expr.name)
      return
    case 'lambda': {
      const names = [
        ...(expr.parameter === null ? [] : [expr.parameter]),
        ...(expr.formals?.items.map((item) => item.name) ?? []),
      ]
      within(names, childrenOf(expr))
      return
    }
    case 'let':
    case 'set':
      inherited(expr.bindings).forEach(use)
      if (expr.kind === 'let') within(namesOf(expr.bindings), [...inBindings(expr.bindings), expr.body])
      else within(expr.recursive ? namesOf(expr.bindings) : [], inBindings(expr.bindings))
      return
    default:
      for (const child of childrenOf(expr)) collect(child, scope, free)
  }
}

/** Attribute names a snippet sets or selects: options and functions are used by these. */
function attributeNames(expr: NixExpr): string[] {
  const text = (path: readonly { kind: string; name?: string }[]) => path.map((name) => name.name ?? '*').join('.')
  const own =
    expr.kind === 'select' || expr.kind === 'has'
      ? [text(expr.path)]
      : expr.kind === 'set'
        ? expr.bindings.flatMap((binding) => (binding.kind === 'attribute' ? [text(binding.path)] : []))
        : []
  return [...own, ...childrenOf(expr).flatMap(attributeNames)]
}

export function inspectNix(snippet: string): SnippetFacts {
  const { expression, faults } = parseNix(snippet)
  const free = new Set<string>()
  if (expression !== null) collect(expression, new Set(), free)
  return {
    faults: faults.map((fault) => ({
      line: snippet.slice(0, fault.offset).split('\n').length,
      column: 1,
      message: fault.message,
    })),
    free: [...free],
    imported: expression === null ? [] : attributeNames(expression),
  }
}
