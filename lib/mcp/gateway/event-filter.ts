/** An event stream of another server on its way through: each message may be looked at and changed, all else passes as it came. */
import { MAX_MESSAGE_BYTES } from './process.ts'

const END = /\r\n\r\n|\n\n|\r\r/
const LONGEST_END = 4
const LINE_END = /\r\n|\n|\r/

/** The data of an event, or null when it has none. */
export function eventData(event: string): string | null {
  const lines = event.split(LINE_END).filter((line) => line.startsWith('data:'))
  return lines.length === 0 ? null : lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n')
}

function hasId(event: string): boolean {
  return event.split(LINE_END).some((line) => line.startsWith('id:'))
}

function withData(event: string, data: string): string {
  const others = event.split(LINE_END).filter((line) => line !== '' && !line.startsWith('data:'))
  return [...others, `data: ${data}`].join('\n')
}

/** Splits text into whole events, however it was cut. Text is put together once an event has ended: a long one comes in hundreds of pieces. */
export class EventSplitter {
  #parts: string[] = []
  #length = 0
  /** The end of an event may lie across two pieces: what the last one might hold of it. */
  #tail = ''

  /** @throws Error when an event is too long */
  push(text: string): string[] {
    const events: string[] = []
    let rest = text
    for (;;) {
      const seen = this.#tail + rest
      const found = END.exec(seen)
      if (found === null) break
      const whole = this.#parts.join('') + rest
      const at = whole.length - seen.length + found.index
      events.push(whole.slice(0, at))
      rest = whole.slice(at + found[0].length)
      this.#parts = []
      this.#length = 0
      this.#tail = ''
    }
    this.#keep(rest)
    return events
  }

  #keep(text: string): void {
    if (text === '') return
    this.#parts.push(text)
    this.#length += text.length
    if (this.#length > MAX_MESSAGE_BYTES) throw new Error('an event is too long')
    this.#tail = (this.#tail + text).slice(1 - LONGEST_END)
  }
}

export interface EventWatch {
  /** Gets each message and gives it back, changed or not. */
  look: (data: string) => string
  /**
   * The stream is over, or broke.
   * @param resumable whether its events have ids to go on from
   * @returns messages that end what nobody will hear of any more
   */
  over: (resumable: boolean) => readonly string[]
}

function passed(event: string, look: EventWatch['look']): string {
  const data = eventData(event)
  const changed = data === null || data === '' ? data : look(data)
  return changed === data || changed === null ? event : withData(event, changed)
}

/**
 * An event left unfinished is left out, as who reads the stream would.
 * @throws what broke the stream, unless a message could be added that says so
 */
export async function* filterEvents(
  body: AsyncIterable<Uint8Array>,
  { look, over }: EventWatch,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const splitter = new EventSplitter()
  let resumable = false
  let failure: Error | null = null
  try {
    for await (const chunk of body)
      for (const event of splitter.push(decoder.decode(chunk, { stream: true }))) {
        resumable ||= hasId(event)
        yield encoder.encode(`${passed(event, look)}\n\n`)
      }
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
  }
  const added = over(resumable)
  for (const message of added) yield encoder.encode(`event: message\ndata: ${message}\n\n`)
  if (failure !== null && added.length === 0) throw failure
}
