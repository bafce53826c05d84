import type { AttrName, NixExpr } from './ast.ts'

interface Entry {
  /** What the attribute holds, when it is a set that more bindings may be merged into. */
  nested: AttributeScope | null
}

/**
 * The attributes one set defines, to find those defined twice. `a.b = 1; a.c = 2;` and `a = { b = 1; }; a.c = 2;` merge,
 * `a = 1; a = 2;` does not: the same rules as `ParserState::addAttr` of Nix.
 */
export class AttributeScope {
  readonly #entries = new Map<string, Entry>()

  /**
   * @param nested scope of the value when it is a set
   * @returns the attribute that was defined before, or null when all is well
   */
  add(path: readonly AttrName[], nested: AttributeScope | null): string | null {
    const [head, ...rest] = path
    if (head?.kind !== 'static') return null
    const existing = this.#entries.get(head.name)
    if (rest.length > 0) {
      if (existing?.nested === null) return head.name
      const scope = existing?.nested ?? new AttributeScope()
      if (existing === undefined) this.#entries.set(head.name, { nested: scope })
      const clash = scope.add(rest, nested)
      return clash === null ? null : `${head.name}.${clash}`
    }
    if (existing === undefined) {
      this.#entries.set(head.name, { nested })
      return null
    }
    return existing.nested === null || nested === null ? head.name : existing.nested.#merge(nested)
  }

  #merge(other: AttributeScope): string | null {
    for (const [name, entry] of other.#entries) {
      if (this.#entries.has(name)) return name
      this.#entries.set(name, entry)
    }
    return null
  }
}

/** A name known at parse time: an identifier, or a string without interpolation, with or without `${…}` around it. */
export function attrName(value: NixExpr): AttrName {
  if (value.kind !== 'string') return { kind: 'dynamic', value }
  const texts = value.parts.filter((part) => typeof part === 'string')
  return texts.length === value.parts.length ? { kind: 'static', name: texts.join('') } : { kind: 'dynamic', value }
}
