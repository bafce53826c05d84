/** One open event stream to a client: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { SSE_HEADERS } from '../../http/sse.ts'

/** A comment this often keeps idle timers from closing a quiet stream, in milliseconds. */
const HEARTBEAT_MS = 15_000
/** A client that leaves more than this unread is cut off; it can resume. In bytes. */
const MAX_UNREAD = 64 * 1024 ** 2

export class SseSink {
  readonly #encoder = new TextEncoder()
  readonly #heartbeat: NodeJS.Timeout
  readonly #onGone: () => void
  readonly #body: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null

  /** @param onGone is called when the client goes away before the stream was closed */
  constructor(onGone: () => void) {
    this.#onGone = onGone
    this.#body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        cancel: () => this.#gone(),
      },
      { highWaterMark: MAX_UNREAD, size: (chunk) => chunk.byteLength },
    )
    this.#heartbeat = setInterval(() => this.#write(':\n\n'), HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  response(headers: Record<string, string>): Response {
    return new Response(this.#body, { headers: { ...SSE_HEADERS, ...headers } })
  }

  event(id: string, data: string): void {
    this.#write(`id: ${id}\nevent: message\ndata: ${data}\n\n`)
  }

  /** An event without data, so that a client knows from the start where to resume. */
  prime(id: string): void {
    this.#write(`id: ${id}\ndata:\n\n`)
  }

  /** Begins the answer where no event does yet: a comment, which every client skips. */
  begin(): void {
    this.#write(':\n\n')
  }

  #write(text: string): void {
    if (this.#controller === null) return
    this.#controller.enqueue(this.#encoder.encode(text))
    if ((this.#controller.desiredSize ?? 0) > 0) return
    this.#controller.error(new Error('the client does not read'))
    this.#gone()
  }

  #gone(): void {
    clearInterval(this.#heartbeat)
    if (this.#controller === null) return
    this.#controller = null
    this.#onGone()
  }

  close(): void {
    clearInterval(this.#heartbeat)
    const controller = this.#controller
    this.#controller = null
    controller?.close()
  }
}
