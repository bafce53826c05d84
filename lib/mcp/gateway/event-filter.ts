/** An event stream of another server on its way through: each message may be looked at and changed, all else passes as it came. */
import { MAX_MESSAGE_BYTES } from './process.ts'

const END = /\r\n\r\n|\n\n|\r\r/

/** The data of an event, or null when it has none. */
export function eventData(event: string): string | null {
  const lines = event.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'))
  return lines.length === 0 ? null : lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n')
}

function withData(event: string, data: string): string {
  const others = event.split(/\r\n|\n|\r/).filter((line) => line !== '' && !line.startsWith('data:'))
  return [...others, `data: ${data}`].join('\n')
}

/** Splits text into whole events, however it was cut. */
export class EventSplitter {
  #rest = ''

  /** @throws Error when an event is too long */
  push(text: string): string[] {
    // The end of an event may lie across two pieces, so the search begins a little before the new one.
    let from = Math.max(0, this.#rest.length - 3)
    this.#rest += text
    const events: string[] = []
    for (;;) {
      const found = END.exec(this.#rest.slice(from))
      if (found === null) break
      const end = from + found.index
      events.push(this.#rest.slice(0, end))
      this.#rest = this.#rest.slice(end + found[0].length)
      from = 0
    }
    if (this.#rest.length > MAX_MESSAGE_BYTES) throw new Error('an event is too long')
    return events
  }

  get rest(): string {
    return this.#rest
  }
}

/** @param look gets each message and gives it back, changed or not */
export function filterEvents(look: (data: string) => string): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const splitter = new EventSplitter()
  const passed = (event: string) => {
    const data = eventData(event)
    const changed = data === null || data === '' ? data : look(data)
    return changed === data || changed === null ? event : withData(event, changed)
  }
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const events = splitter.push(decoder.decode(chunk, { stream: true }))
      for (const event of events) controller.enqueue(encoder.encode(`${passed(event)}\n\n`))
    },
    flush(controller) {
      if (splitter.rest.trim() !== '') controller.enqueue(encoder.encode(splitter.rest))
    },
  })
}
