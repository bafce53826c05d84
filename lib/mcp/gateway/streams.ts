/** The streams of one session: the answers to each request, and what the server says unasked. */
import { TextAnswer } from '../../http/text-answer.ts'
import { RPC_CODES, rpcError } from './jsonrpc.ts'
import { EventLog, eventId, type EventPosition, type StoredEvent } from './event-log.ts'
import { SseSink } from './sse.ts'

/** An answer that takes longer than this becomes an event stream, which can be resumed; in milliseconds. */
const STREAM_AFTER_MS = 250
const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const

export function jsonAnswer(text: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(text, { status, headers: { ...JSON_HEADERS, ...headers } })
}

/** Refuses a request of the transport as a whole. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return jsonAnswer(rpcError(null, RPC_CODES.closed, message), status, headers)
}

/** One stream of events with places to resume at. */
class EventStream {
  readonly number: number
  readonly #log: EventLog
  #sequence = 0
  #sent = 0
  #sink: SseSink | null = null
  #finished = false
  readonly #primes: boolean

  /** @param primes whether it begins with an event without data, so that a client knows from the start where to resume */
  constructor(number: number, log: EventLog, primes: boolean) {
    this.number = number
    this.#log = log
    this.#primes = primes
  }

  /** Opens it to a client. @param after what the client has already; null when what follows is no longer kept */
  open(after: number, headers: Readonly<Record<string, string>>): Response | null {
    const missed = this.#log.after({ stream: this.number, sequence: after })
    return missed === null ? null : this.#attach(after, missed, headers)
  }

  /** Opens it to whoever wants to hear what no client was sent yet, as far as that is kept. */
  listen(): Response {
    return this.open(this.#sent, {}) ?? this.#attach(this.#sequence, [], {})
  }

  #attach(after: number, missed: readonly StoredEvent[], headers: Readonly<Record<string, string>>): Response {
    this.#sink?.close()
    const sink: SseSink = new SseSink(() => {
      if (this.#sink === sink) this.#sink = null
    })
    this.#sink = sink
    if (this.#primes) sink.prime(eventId({ stream: this.number, sequence: after }))
    else sink.begin()
    for (const event of missed) sink.event(eventId(event), event.text)
    this.#sent = this.#sequence
    if (this.#finished) sink.close()
    return sink.response(headers)
  }

  emit(text: string): void {
    const position = { stream: this.number, sequence: ++this.#sequence }
    this.#log.add({ ...position, text })
    if (this.#sink === null) return
    this.#sent = this.#sequence
    this.#sink.event(eventId(position), text)
  }

  finish(): void {
    this.#finished = true
    this.#sink?.close()
  }

  /** Whether somebody listens. */
  get heard(): boolean {
    return this.#sink !== null
  }
}

/** The answer to one POST: JSON when it comes at once and alone, else a stream of events. */
export class Answer {
  readonly #streams: Streams
  readonly #headers: Readonly<Record<string, string>> | null
  readonly #batch: boolean
  readonly #timer: NodeJS.Timeout
  #expected: number
  #texts: string[] = []
  #stream: EventStream | null = null
  #resolve: (response: Response | TextAnswer) => void = () => undefined
  readonly response: Promise<Response | TextAnswer>

  constructor(streams: Streams, expected: number, batch: boolean, headers: Readonly<Record<string, string>> | null) {
    this.#streams = streams
    this.#expected = expected
    this.#batch = batch
    this.#headers = headers
    this.response = new Promise((resolve) => (this.#resolve = resolve))
    this.#timer = setTimeout(() => this.#toStream(), STREAM_AFTER_MS)
  }

  /** A message that belongs to it and comes before its end. */
  related(text: string): void {
    this.#toStream().emit(text)
  }

  /** The answer to one of its requests. */
  settle(text: string): void {
    this.#expected -= 1
    if (this.#stream === null) this.#texts.push(text)
    else this.#stream.emit(text)
    if (this.#expected > 0) return
    clearTimeout(this.#timer)
    if (this.#stream === null) {
      const all = this.#batch ? `[${this.#texts.join(',')}]` : this.#texts.join('')
      this.#resolve(new TextAnswer(all, this.#headers === null ? JSON_HEADERS : { ...JSON_HEADERS, ...this.#headers }))
    } else this.#streams.finish(this.#stream)
  }

  #toStream(): EventStream {
    if (this.#stream !== null) return this.#stream
    clearTimeout(this.#timer)
    const stream = this.#streams.create()
    this.#stream = stream
    const response = stream.open(0, this.#headers ?? {})
    if (response !== null) this.#resolve(response)
    for (const text of this.#texts) stream.emit(text)
    this.#texts = []
    return stream
  }
}

/** Number of the stream on which the server speaks unasked. */
const UNASKED = 0

export class Streams {
  readonly #log = new EventLog()
  readonly #open = new Map<number, EventStream>()
  readonly #unasked: EventStream
  readonly #primes: boolean
  #next = 1

  /** @param primes as in {@link EventStream} */
  constructor(primes: boolean) {
    this.#primes = primes
    this.#unasked = new EventStream(UNASKED, this.#log, primes)
  }

  create(): EventStream {
    const stream = new EventStream(this.#next++, this.#log, this.#primes)
    this.#open.set(stream.number, stream)
    return stream
  }

  finish(stream: EventStream): void {
    stream.finish()
    this.#open.delete(stream.number)
  }

  /** What the server says unasked; kept until somebody listens. */
  unasked(text: string): void {
    this.#unasked.emit(text)
  }

  get unaskedHeard(): boolean {
    return this.#unasked.heard
  }

  /** The stream of what the server says unasked. A new listener takes the place of an earlier one. */
  listen(): Response {
    return this.#unasked.listen()
  }

  /** Goes on where a stream was cut. */
  resume(position: EventPosition): Response {
    const { stream: number, sequence } = position
    if (number >= this.#next) return refusal(400, 'There was no such event.')
    const stream = number === UNASKED ? this.#unasked : this.#open.get(number)
    if (stream !== undefined)
      return stream.open(sequence, {}) ?? refusal(400, 'What came after that event is no longer kept.')
    const missed = this.#log.after(position)
    if (missed === null) return refusal(400, 'What came after that event is no longer kept.')
    // The official client asks again for as long as it is given streams; this is how it is told that there is no more.
    if (missed.length === 0) return refusal(405, 'That stream was sent whole.', { allow: 'POST, DELETE' })
    const sink = new SseSink(() => undefined)
    for (const event of missed) sink.event(eventId(event), event.text)
    sink.close()
    return sink.response({})
  }

  /** Ends every stream. */
  close(): void {
    this.#unasked.finish()
    for (const stream of this.#open.values()) stream.finish()
    this.#open.clear()
  }
}
