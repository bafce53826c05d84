import type { Result, Router } from 'hono/router'

/** A router that looks each path without parameters up once: nearly all requests are for one of those. */
export class KnownPathsRouter<Handler> implements Router<Handler> {
  readonly name = 'KnownPathsRouter'
  readonly #inner: Router<Handler>
  readonly #literal = new Set<string>()
  readonly #known = new Map<string, Result<Handler>>()

  /** @param inner finds the routes of a path the first time */
  constructor(inner: Router<Handler>) {
    this.#inner = inner
  }

  add(method: string, path: string, handler: Handler): void {
    this.#inner.add(method, path, handler)
    this.#known.clear()
    if (!/[:*{?]/.test(path)) this.#literal.add(path)
  }

  match(method: string, path: string): Result<Handler> {
    const key = `${method} ${path}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found = this.#inner.match(method, path)
    // A method is whatever the client writes: what leads nowhere is not kept.
    if (this.#literal.has(path) && found[0].length > 0) this.#known.set(key, found)
    return found
  }
}
