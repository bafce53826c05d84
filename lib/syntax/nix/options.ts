/** NixOS module options: `mkOption { … }` and its shorthands. */
import type { NixBinding, NixExpr, NixSet } from './ast.ts'
import type { OptionFacts } from '../types.ts'
import { applicationOf, calledName } from './walk.ts'

export interface NixOption extends OptionFacts {
  /** Options of a submodule given as the type. */
  nested: NixSet | null
}

const attribute = (set: NixSet, name: string): NixExpr | null => {
  const found = set.bindings.find(
    (binding) =>
      binding.kind === 'attribute' &&
      binding.path.length === 1 &&
      binding.path[0]?.kind === 'static' &&
      binding.path[0].name === name,
  )
  return found?.kind === 'attribute' ? found.value : null
}

/** Text of a string, also inside `mdDoc "…"`; interpolations as written. */
function textOf(source: string, expr: NixExpr): string {
  const { fn, args } = applicationOf(expr)
  const [only] = args
  if (
    only !== undefined &&
    args.length === 1 &&
    /^(mdDoc|literalMD|literalExpression|literalExample)$/.test(calledName(fn) ?? '')
  )
    return textOf(source, only)
  if (expr.kind !== 'string') return source.slice(expr.start, expr.end)
  return expr.parts
    .map((part) => (typeof part === 'string' ? part : `\${${source.slice(part.start, part.end)}}`))
    .join('')
    .trim()
}

const LITERAL = /^(literalExpression|literalExample|literalMD)$/

/** Code of a value; `literalExpression "x"` is shown as x. */
function codeOf(source: string, expr: NixExpr): string {
  const { fn } = applicationOf(expr)
  return expr.kind === 'apply' && LITERAL.test(calledName(fn) ?? '') ? textOf(source, expr) : dedentCode(source, expr)
}

/** Source of an expression with the indentation of its first line taken off. */
export function dedentCode(source: string, expr: NixExpr): string {
  const lineStart = source.lastIndexOf('\n', expr.start - 1) + 1
  const indent = /^ */.exec(source.slice(lineStart, expr.start))?.[0] ?? ''
  return source.slice(expr.start, expr.end).replaceAll(`\n${indent}`, '\n')
}

/** The set of options in `types.submodule { options = …; }`, wherever in the type it stands. */
function submoduleOptions(type: NixExpr | null): NixSet | null {
  for (let expr = type; expr !== null;) {
    if (expr.kind !== 'apply') return null
    const { fn, args } = applicationOf(expr)
    const argument: NixExpr | undefined = args.at(-1)
    if (argument === undefined) return null
    if (!/^submodule(With)?$/.test(calledName(fn) ?? '')) {
      expr = argument
      continue
    }
    const body: NixExpr = argument.kind === 'lambda' ? argument.body : argument
    const options = body.kind === 'set' ? attribute(body, 'options') : null
    return options?.kind === 'set' ? options : null
  }
  return null
}

/**
 * What a value says of an option; null when it declares none.
 * @param source text of the file
 */
export function readOption(source: string, value: NixExpr): NixOption | null {
  const { fn, args } = applicationOf(value)
  const name = calledName(fn)
  const [first, second] = args
  if (name === 'mkEnableOption' && first !== undefined)
    return {
      type: 'bool',
      default: 'false',
      example: 'true',
      description: `Whether to enable ${textOf(source, first)}.`,
      nested: null,
    }
  if (name === 'mkPackageOption' && second !== undefined)
    return {
      type: 'package',
      default: `pkgs.${textOf(source, second)}`,
      example: null,
      description: `The ${textOf(source, second)} package to use.`,
      nested: null,
    }
  if (name !== 'mkOption' || first?.kind !== 'set') return null
  const code = (key: string) => {
    const found = attribute(first, key)
    return found === null ? null : codeOf(source, found)
  }
  const description = attribute(first, 'description')
  const defaultText = code('defaultText')
  return {
    type: code('type'),
    default: defaultText ?? code('default'),
    example: code('example'),
    description: description === null ? null : textOf(source, description),
    nested: submoduleOptions(attribute(first, 'type')),
  }
}

/** A binding's path as text, `${…}` as written. */
export const pathText = (source: string, binding: NixBinding & { kind: 'attribute' }) =>
  binding.path
    .map((name) =>
      name.kind === 'static' ? quoteName(name.name) : `\${${source.slice(name.value.start, name.value.end)}}`,
    )
    .join('.')

/** An attribute's name as Nix would write it. */
export const quoteName = (name: string) => (/^[a-zA-Z_][\w'-]*$/.test(name) ? name : JSON.stringify(name))
