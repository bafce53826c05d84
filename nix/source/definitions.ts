/** What a module defines: every binding with the whole path of its option, however it is nested. */
import type { NixAttribute, NixExpr, NixSet } from '#lib/syntax/nix/ast.ts'
import { applicationOf, calledName } from '#lib/syntax/nix/walk.ts'

/** Stands for a name that is only known when Nix evaluates it. */
export const DYNAMIC = '*'

export interface Definition {
  /** Names from the top of the module, `config` left out. */
  path: readonly string[]
  binding: NixAttribute
  /** The bindings around it, outermost first. */
  outer: readonly NixAttribute[]
  /** The set it stands in. */
  set: NixSet
  /** Whether it only holds under a condition: `mkIf`, `optionalAttrs`, `if`. */
  conditional: boolean
}

/** Functions of the module system that hand on what they are given last. */
const WRAPPERS =
  /^(?:mkIf|mkMerge|mkForce|mkDefault|mkOverride|mkBefore|mkAfter|mkOrder|optionalAttrs|recursiveUpdate)$/
const CONDITIONAL = /^(?:mkIf|optionalAttrs)$/

/** Names of a binding's path. */
export function namesOf(binding: NixAttribute): string[] {
  return binding.path.map((part) => (part.kind === 'static' ? part.name : DYNAMIC))
}

interface Place {
  path: readonly string[]
  outer: readonly NixAttribute[]
  conditional: boolean
}

function* inSet(set: NixSet, place: Place): Generator<Definition> {
  for (const binding of set.bindings) {
    if (binding.kind !== 'attribute') continue
    const names = namesOf(binding)
    const path = place.path.length === 0 && names[0] === 'config' ? names.slice(1) : [...place.path, ...names]
    yield { path, binding, outer: place.outer, set, conditional: place.conditional }
    yield* within(binding.value, { ...place, path, outer: [...place.outer, binding] })
  }
}

function* within(expr: NixExpr, place: Place): Generator<Definition> {
  switch (expr.kind) {
    case 'set':
      yield* inSet(expr, place)
      return
    case 'let':
      // What is bound here may be made part of the module anywhere: taken for what it would be at its top.
      for (const binding of expr.bindings)
        if (binding.kind === 'attribute') yield* within(binding.value, { path: [], outer: [], conditional: true })
      yield* within(expr.body, place)
      return
    case 'lambda':
    case 'with':
    case 'assert':
      yield* within(expr.body, place)
      return
    case 'list':
      for (const item of expr.items) yield* within(item, place)
      return
    case 'if':
      yield* within(expr.then, { ...place, conditional: true })
      yield* within(expr.else, { ...place, conditional: true })
      return
    case 'binary':
      yield* within(expr.left, place)
      yield* within(expr.right, place)
      return
    case 'apply': {
      const { fn, args } = applicationOf(expr)
      const name = calledName(fn) ?? ''
      if (!WRAPPERS.test(name)) return
      const handed = name === 'recursiveUpdate' ? args : args.slice(-1)
      const conditional = place.conditional || CONDITIONAL.test(name)
      for (const argument of handed) yield* within(argument, { ...place, conditional })
      return
    }
    default:
  }
}

/** Every binding of a module, outer ones before those inside them. */
export function definitionsIn(module: NixExpr): Definition[] {
  return [...within(module, { path: [], outer: [], conditional: false })]
}
