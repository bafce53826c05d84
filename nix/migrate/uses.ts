/** Every use of a retired option in one file, each with how it can be rewritten, where that is certain. */
import type { AttrName, NixAttribute, NixBinding, NixExpr, NixSet } from '#lib/syntax/nix/ast.ts'
import { applicationOf, calledName, childrenOf, everyExpression } from '#lib/syntax/nix/walk.ts'
import { type Edit, withoutSegment } from './edit.ts'
import { DYNAMIC, explain, renamed, RETIRED, RETIRED_FOLDER, retiredAt } from './names.ts'
import { hoist, unwrap } from './restructure.ts'
import { segmentsAt } from './segments.ts'

export interface Use {
  offset: number
  kind: 'renamed' | 'look'
  old: string
  new: string | null
  message: string
  /** What rewrites it; none where a person has to look. Of a restructuring, only one is made at a time. */
  rewrite: { edits: readonly Edit[]; restructures: boolean } | null
}

const nameOf = (part: AttrName) => (part.kind === 'static' ? part.name : DYNAMIC)

/** A binding on the way to another. */
export interface Step {
  binding: NixAttribute
  /** Index of its first name in the whole path. */
  from: number
  /** The set it stands in. */
  set: NixSet
  /** Whether that set is the very value of the binding around it, rather than wrapped in `mkIf` or the like. */
  direct: boolean
}

const WRAPPER = /^(?:mkIf|mkMerge|mkForce|mkDefault|mkOverride|mkBefore|mkAfter|mkOrder|optionalAttrs)$/

const look = (offset: number, old: string, message: string): Use => ({
  offset,
  kind: 'look',
  old,
  new: null,
  message: `look at this: ${message}`,
  rewrite: null,
})

const dotted = (names: readonly string[]) => names.join('.')
const isAi = (binding: NixBinding) =>
  binding.kind === 'attribute' && binding.path[0] !== undefined && nameOf(binding.path[0]) === 'ai'

/** The parts of an expression that stand for the value of the option it is given to. */
function handedOn(expr: NixExpr): readonly NixExpr[] {
  switch (expr.kind) {
    case 'apply': {
      const { fn, args } = applicationOf(expr)
      const last = args.at(-1)
      return WRAPPER.test(calledName(fn) ?? '') && last !== undefined ? [last] : []
    }
    case 'list':
      return expr.items
    case 'binary':
      return expr.operator === '//' ? [expr.left, expr.right] : []
    case 'if':
      return [expr.then, expr.else]
    case 'let':
    case 'with':
    case 'assert':
    case 'lambda':
      return [expr.body]
    default:
      return []
  }
}

/** The sets that a value is made of, whatever they are wrapped in; null when it is made of something else as well. */
function setsOf(value: NixExpr): readonly NixSet[] | null {
  if (value.kind === 'set') return [value]
  const parts = handedOn(value).map(setsOf)
  return parts.length === 0 || parts.includes(null) ? null : parts.flatMap((sets) => sets ?? [])
}

class Finder {
  readonly uses: Use[] = []
  readonly #text: string
  readonly #restructured = new Set<NixAttribute>()

  constructor(text: string) {
    this.#text = text
  }

  #renamed(
    offset: number,
    names: readonly string[],
    edits: readonly (Edit | null)[],
    { isDefinition = false, restructures = false } = {},
  ): void {
    const certain = edits.filter((edit) => edit !== null)
    const from = retiredAt(names)
    const old = names.slice(Math.max(0, from))
    if (certain.length !== edits.length || certain.length === 0) {
      this.uses.push(look(offset, dotted(old), `${dotted(old)} ${explain(old, isDefinition)}`))
      return
    }
    const rewrite = { edits: certain, restructures }
    this.uses.push({
      offset,
      kind: 'renamed',
      old: dotted(old),
      new: dotted(renamed(old)),
      message: `${dotted(old)} ${explain(old, isDefinition)}`,
      rewrite,
    })
  }

  /** @param path names of the set's own path @param steps bindings around it @param direct see {@link Step} */
  expression(expr: NixExpr, path: readonly string[], steps: readonly Step[], direct: boolean): void {
    if (expr.kind === 'set') {
      for (const binding of expr.bindings) this.#binding(binding, expr, path, steps, direct)
      return
    }
    if (expr.kind === 'select' || expr.kind === 'has') this.#read(expr)
    if (expr.kind === 'list') this.#strings(expr)
    const inherits = expr.kind === 'let' ? expr.bindings.filter((binding) => binding.kind === 'inherit') : []
    for (const binding of inherits) this.#inherit(binding)
    const wrapped = handedOn(expr)
    if (path.length > 0 && wrapped.length === 0 && dotted(path).endsWith('hwc.server'))
      this.uses.push(
        look(expr.start, dotted(path), 'the whole of hwc.server is given from elsewhere; its part ai is hwc.ai now'),
      )
    for (const child of childrenOf(expr)) {
      // It was looked at with its binding.
      if (inherits.some(({ from }) => from === child)) continue
      if (wrapped.includes(child)) this.expression(child, path, steps, false)
      else this.expression(child, [], [], true)
    }
  }

  #binding(binding: NixBinding, set: NixSet, path: readonly string[], steps: readonly Step[], direct: boolean): void {
    if (binding.kind === 'inherit') {
      this.#inherit(binding)
      const isServer = binding.names.includes('server') && path.at(-1) === 'hwc'
      if (isServer && /\bai\b/.test(this.#text))
        this.uses.push(
          look(binding.start, 'hwc.server', 'hwc.server is inherited from elsewhere; its part ai is hwc.ai now'),
        )
      if (binding.names.includes('ai') && dotted(path).endsWith('hwc.server'))
        this.uses.push(
          look(binding.start, `${dotted(path)}.ai`, 'hwc.server.ai is inherited from elsewhere; it is hwc.ai now'),
        )
      return
    }
    for (const part of binding.path) if (part.kind === 'dynamic') this.expression(part.value, [], [], true)
    const names = binding.path.map(nameOf)
    const whole = [...path, ...names]
    const all = [...steps, { binding, from: path.length, set, direct }]
    const at = retiredAt(whole)
    const last = at + RETIRED.length - 1
    if (at >= 0 && last >= path.length) this.#definition(whole, at, all)
    else if (/(?:^|\.)hwc\.server\.\$\{…\}/.test(dotted(whole)) && whole.indexOf(DYNAMIC) >= path.length)
      this.uses.push(look(binding.start, dotted(whole), 'this may be hwc.server.ai, which is hwc.ai now'))
    const isInside = at >= 0 && last < path.length
    this.expression(binding.value, isInside ? [] : whole, isInside ? [] : all, true)
  }

  /** A binding that reaches down to the retired path. */
  #definition(whole: readonly string[], at: number, steps: readonly Step[]): void {
    const ai = steps.at(-1)
    const server = steps.findLast(({ from }) => from <= at + 1)
    if (ai === undefined || server === undefined) return
    const { start } = ai.binding
    const segments = segmentsAt(this.#text, server.binding.start)
    if (server === ai) {
      this.#renamed(start, whole, [withoutSegment(segments, at + 1 - server.from)], { isDefinition: true })
      return
    }
    const isSole = setsOf(server.binding.value)?.every((set) => set.bindings.every(isAi)) === true
    if (isSole && segments.length > 1) {
      const isFirst = !this.#restructured.has(server.binding)
      this.#restructured.add(server.binding)
      this.#renamed(
        start,
        whole,
        isFirst ? [withoutSegment(segments, segments.length - 1)] : [{ start, end: start, text: '' }],
        { isDefinition: true },
      )
      return
    }
    const isPlain = ai.direct && !ai.set.recursive && steps.indexOf(server) === steps.length - 2
    const edits = isPlain
      ? isSole
        ? unwrap(this.#text, server.binding, ai.set)
        : hoist(this.#text, server.binding, ai.set, ai.binding)
      : null
    this.#renamed(start, whole, edits ?? [], { isDefinition: true, restructures: true })
  }

  #read(expr: Extract<NixExpr, { kind: 'select' | 'has' }>): void {
    const { target } = expr
    const isBare = expr.kind === 'select' && target.kind === 'variable'
    const head = isBare ? [target.name] : []
    const names = [...head, ...expr.path.map(nameOf)]
    const at = retiredAt(names)
    if (at >= 0) {
      const offset = isBare ? target.start : this.#text.indexOf(expr.kind === 'has' ? '?' : '.', target.end) + 1
      this.#renamed(expr.start, names.slice(at), [withoutSegment(segmentsAt(this.#text, offset), at + 1)])
      return
    }
    const text = dotted(names)
    if (/(?:^|\.)hwc\.server\.\$\{…\}/.test(text))
      this.uses.push(look(expr.start, text, 'this may be hwc.server.ai, which is hwc.ai now'))
    else if (/(?:^|\.)hwc\.server$/.test(text) && /\bai\b/.test(this.#text))
      this.uses.push(look(expr.start, text, 'the whole of hwc.server is used here; its part ai is hwc.ai now'))
    else if (/^server\.ai(?:\.|$)/.test(text))
      this.uses.push(look(expr.start, text, 'this may be hwc.server.ai, which is hwc.ai now'))
  }

  #inherit(binding: Extract<NixBinding, { kind: 'inherit' }>): void {
    const { from, names } = binding
    if (from === null) return
    const isServer =
      from.kind === 'select' &&
      /(?:^|\.)hwc\.server$/.test(
        dotted([from.target.kind === 'variable' ? from.target.name : '', ...from.path.map(nameOf)]),
      )
    if (!isServer || names.length !== 1 || names[0] !== 'ai' || from.target.kind !== 'variable') {
      this.expression(from, [], [], true)
      return
    }
    const inside = this.#text.indexOf('(', binding.start) + 1
    const segments = segmentsAt(this.#text, inside)
    this.#renamed(binding.start, RETIRED, [withoutSegment(segments, segments.length - 1)])
  }

  /** `[ "hwc" "server" "ai" … ]`, as `attrByPath` and `mkRenamedOptionModule` take it. */
  #strings(list: Extract<NixExpr, { kind: 'list' }>): void {
    const names = list.items.map((item) =>
      item.kind === 'string' && item.parts.length === 1 && typeof item.parts[0] === 'string' ? item.parts[0] : '',
    )
    if (retiredAt(names) >= 0)
      this.uses.push(look(list.start, dotted(names), 'a list names hwc.server.ai, which is hwc.ai now'))
  }

  /** Strings and paths that speak of the retired options or of their folder. */
  texts(root: NixExpr): void {
    for (const expr of everyExpression(root)) {
      if (expr.kind !== 'string' && expr.kind !== 'path') continue
      const text = this.#text.slice(expr.start, expr.end)
      if (
        /\bhwc\.server\.ai\b/.test(text) &&
        !this.uses.some(({ offset }) => offset >= expr.start && offset < expr.end)
      )
        this.uses.push(look(expr.start, dotted(RETIRED), 'a text speaks of hwc.server.ai, which is hwc.ai now'))
      if (new RegExp(`(?:^|/)${RETIRED_FOLDER}(?:/|\\b)`).test(text))
        this.uses.push(look(expr.start, RETIRED_FOLDER, `${RETIRED_FOLDER} goes, and domains/ai takes its place`))
    }
  }
}

/** @returns the uses in the order of the text */
export function findUses(text: string, root: NixExpr): Use[] {
  const finder = new Finder(text)
  finder.expression(root, [], [], true)
  finder.texts(root)
  return finder.uses.sort((a, b) => a.offset - b.offset)
}
