import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { TextAnswer } from './text-answer.ts'

/** Longest time that an answer waits for others of its turn, in milliseconds. */
const WAIT_MS = 1

/** Where an answer goes. */
interface Exchange {
  incoming: IncomingMessage
  outgoing: ServerResponse
  /** What was asked, for the log. */
  where: string
}

interface Ready {
  answer: TextAnswer
  exchange: Exchange
}

/**
 * Sends answers over Node's own server. Those to requests that came in one turn of the event loop, and those that become known at once,
 * such as by one commit, go out one right after the other: each that is sent by itself wakes its reader, which on a machine of few
 * cores takes as long as making a small answer does.
 */
export class AnswerSender {
  readonly #noteFailure: (error: unknown, where: string) => void
  #ready: Ready[] = []
  /** When the first of them was. */
  #since = 0
  /** Requests that came in this turn, of which more may be answered in it. */
  #inTurn = 0
  /** Whether several came in the last turn in which any did: only then is there something to wait for. */
  #crowded = false

  /** @param noteFailure is told why an answer could not be sent; that ends its connection, not the app */
  constructor(noteFailure: (error: unknown, where: string) => void) {
    this.#noteFailure = noteFailure
  }

  /** Sends the answer to a request that just came in, as soon as it is there. */
  send(answer: Response | TextAnswer | Promise<Response | TextAnswer>, exchange: Exchange): void {
    this.#count()
    if (answer instanceof Promise)
      answer.then(
        (made) => this.#sendMade(made, exchange),
        (error: unknown) => this.#fail(error, exchange),
      )
    else this.#sendMade(answer, exchange)
  }

  #sendMade(answer: Response | TextAnswer, exchange: Exchange): void {
    const { incoming, outgoing } = exchange
    if (answer instanceof TextAnswer) this.#together(answer, exchange)
    else getRequestListener(() => answer)(incoming, outgoing).catch((error: unknown) => this.#fail(error, exchange))
  }

  #count(): void {
    this.#inTurn++
    if (this.#inTurn > 1) return
    setImmediate(() => {
      this.#crowded = this.#inTurn > 1
      this.#inTurn = 0
      this.#sendReady()
    })
  }

  #together(answer: TextAnswer, exchange: Exchange): void {
    this.#ready.push({ answer, exchange })
    if (this.#inTurn > 0 && !this.#crowded) this.#sendReady()
    else if (this.#ready.length === 1) {
      this.#since = performance.now()
      // After the promises that were settled at the same time.
      if (this.#inTurn === 0) process.nextTick(() => this.#sendReady())
    } else if (performance.now() - this.#since >= WAIT_MS) this.#sendReady()
  }

  #sendReady(): void {
    const ready = this.#ready
    this.#ready = []
    for (const { answer, exchange } of ready) {
      try {
        answer.send(exchange.outgoing)
      } catch (error) {
        this.#fail(error, exchange)
      }
    }
  }

  #fail(error: unknown, { outgoing, where }: Exchange): void {
    this.#noteFailure(error, where)
    outgoing.destroy()
  }
}
