import type { ServerResponse } from 'node:http'

/**
 * A whole answer in text. For requests that come by the thousand: making the standard's `Response` of it, and reading
 * that back for Node, costs as much as a short call itself.
 */
export class TextAnswer {
  readonly text: string
  readonly status: number
  /** Names and values. */
  readonly #headers: Readonly<Record<string, string>>

  constructor(text: string, headers: Readonly<Record<string, string>>, status = 200) {
    this.text = text
    this.#headers = headers
    this.status = status
  }

  /** The same as the standard has it. */
  toResponse(): Response {
    return new Response(this.text, { status: this.status, headers: this.#headers })
  }

  /** Sends it, headers and body in one write. */
  send(outgoing: ServerResponse): void {
    const headers = ['content-length', String(Buffer.byteLength(this.text))]
    for (const name in this.#headers) headers.push(name, this.#headers[name] ?? '')
    outgoing.writeHead(this.status, headers)
    outgoing.end(this.text)
  }
}

/** An answer as the standard has it, whichever way it was made. */
export function asResponse(answer: Response | TextAnswer): Response {
  return answer instanceof TextAnswer ? answer.toResponse() : answer
}
