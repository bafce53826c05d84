/**
 * What a session sent over its event streams, kept so that a stream that was cut can go on where it was. Bounded: the oldest
 * events go first, and one who asks for those is told so.
 *
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery
 */

const MAX_EVENTS = 1000
const MAX_CHARS = 16 * 1024 ** 2

export interface StoredEvent {
  stream: number
  sequence: number
  text: string
}

/** Position in a stream: `stream-sequence`. The sequence of the first message is 1; 0 is before it. */
export interface EventPosition {
  stream: number
  sequence: number
}

export function eventId({ stream, sequence }: EventPosition): string {
  return `${stream}-${sequence}`
}

export function readEventId(text: string): EventPosition | null {
  const [, stream, sequence] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? []
  return stream === undefined || sequence === undefined ? null : { stream: Number(stream), sequence: Number(sequence) }
}

export class EventLog {
  #events: StoredEvent[] = []
  #chars = 0
  /** Last event that was dropped, by stream. */
  readonly #dropped = new Map<number, number>()

  add(event: StoredEvent): void {
    this.#events.push(event)
    this.#chars += event.text.length
    while (this.#events.length > MAX_EVENTS || (this.#chars > MAX_CHARS && this.#events.length > 1)) this.#dropFirst()
  }

  #dropFirst(): void {
    const first = this.#events.shift()
    if (first === undefined) return
    this.#chars -= first.text.length
    this.#dropped.set(first.stream, first.sequence)
    // Streams that are long over.
    if (this.#dropped.size > MAX_EVENTS) this.#dropped.delete(this.#dropped.keys().next().value ?? 0)
  }

  /** What came after a position; null when part of that is no longer kept. */
  after({ stream, sequence }: EventPosition): StoredEvent[] | null {
    if ((this.#dropped.get(stream) ?? 0) > sequence) return null
    return this.#events.filter((event) => event.stream === stream && event.sequence > sequence)
  }
}
