/** What is asked of a request's headers, however they are held. */
export type HeaderReader = Pick<Headers, 'get'>

/**
 * The headers of a request as Node's parser left them, read in place. A header that came twice is one with a comma, as the
 * standard's own `Headers` have it, so that a second Host or key makes both wrong rather than none.
 */
export class IncomingHeaders implements HeaderReader {
  readonly #raw: readonly string[]

  /** @param raw names and values in turn: https://nodejs.org/api/http.html#messagerawheaders */
  constructor(raw: readonly string[]) {
    this.#raw = raw
  }

  get(name: string): string | null {
    const wanted = name.toLowerCase()
    let found: string | null = null
    for (let i = 0; i + 1 < this.#raw.length; i += 2) {
      const header = this.#raw[i] ?? ''
      if (header.length !== wanted.length || (header !== wanted && header.toLowerCase() !== wanted)) continue
      const value = this.#raw[i + 1] ?? ''
      found = found === null ? value : `${found}${wanted === 'cookie' ? '; ' : ', '}${value}`
    }
    return found
  }
}
