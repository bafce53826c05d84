import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { TextAnswer } from './text-answer.ts'

/** Longest time that an answer waits for the others of its turn, in milliseconds. */
const WAIT_MS = 1

/**
 * Sends answers over Node's own server. Those to requests that came in one turn of the event loop, and those that become known at once,
 * such as by one commit, go out one right after the other: each that is sent by itself wakes its reader, which on a machine of few
 * cores takes as long as making a small answer does.
 */
export class AnswerSender {
  #ready: (() => void)[] = []
  /** When the first of them was. */
  #since = 0
  /** Whether requests came in this turn, of which more may be answered in it. */
  #turn = false

  /**
   * Sends the answer to a request that just came in, as soon as it is there. One that cannot be sent ends its connection, not the app.
   * @param onFailure is told why it could not
   */
  async send(
    answer: Response | TextAnswer | Promise<Response | TextAnswer>,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    onFailure: (error: unknown) => void,
  ): Promise<void> {
    this.#awaitTurn()
    const fail = (error: unknown) => {
      onFailure(error)
      outgoing.destroy()
    }
    try {
      const made = answer instanceof Promise ? await answer : answer
      if (made instanceof TextAnswer)
        this.#together(() => {
          try {
            made.send(outgoing)
          } catch (error) {
            fail(error)
          }
        })
      else await getRequestListener(() => made)(incoming, outgoing)
    } catch (error) {
      fail(error)
    }
  }

  #awaitTurn(): void {
    if (this.#turn) return
    this.#turn = true
    setImmediate(() => {
      this.#turn = false
      this.#sendAll()
    })
  }

  #together(send: () => void): void {
    this.#ready.push(send)
    if (this.#ready.length === 1) {
      this.#since = performance.now()
      // After the promises that were settled at the same time.
      if (!this.#turn) process.nextTick(() => this.#sendAll())
    } else if (performance.now() - this.#since >= WAIT_MS) this.#sendAll()
  }

  #sendAll(): void {
    const ready = this.#ready
    this.#ready = []
    for (const send of ready) send()
  }
}
