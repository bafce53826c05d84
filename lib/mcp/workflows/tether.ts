/** How long a client has to take a broken stream up again before what it asked for is stopped, in milliseconds. */
const GRACE_MS = 10_000

/**
 * What holds a request to its caller. A connection that closes does not mean that the caller is gone: it may take the stream
 * up again (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery). When nobody
 * does in time, the work is stopped.
 */
export class Tether {
  readonly #gone = new AbortController()
  readonly #graceMs: number
  #connection: AbortSignal | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(connection: AbortSignal, graceMs = GRACE_MS) {
    this.#graceMs = graceMs
    this.attach(connection)
  }

  /** Aborts when the caller is gone for good. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  /** Whether its connection is closed. */
  get isLoose(): boolean {
    return this.#connection?.aborted === true
  }

  /** Holds to another connection. */
  attach(connection: AbortSignal): void {
    this.#stopTimer()
    this.#connection = connection
    const onClose = () => {
      if (this.#connection === connection) this.#timer = setTimeout(() => this.#gone.abort(), this.#graceMs)
    }
    if (connection.aborted) onClose()
    else connection.addEventListener('abort', onClose, { once: true })
  }

  /** The request is answered. */
  release(): void {
    this.#stopTimer()
    this.#connection = null
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
