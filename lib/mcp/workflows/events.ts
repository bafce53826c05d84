/** The last messages of a session, so that a client whose stream broke can take it up where it was. */
import type { EventStore } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'

const MAX_EVENTS = 200
const MAX_CHARS = 1_000_000

interface Kept {
  id: string
  stream: string
  message: JSONRPCMessage
  chars: number
}

/** Keeps the newest messages, up to a number and a size. */
export class RecentEvents implements EventStore {
  readonly #kept: Kept[] = []
  #chars = 0
  #next = 1

  storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    const id = String(this.#next++)
    const chars = JSON.stringify(message).length
    this.#kept.push({ id, stream, message, chars })
    this.#chars += chars
    while (this.#kept.length > 1 && (this.#kept.length > MAX_EVENTS || this.#chars > MAX_CHARS))
      this.#chars -= this.#kept.shift()?.chars ?? 0
    return Promise.resolve(id)
  }

  getStreamIdForEventId(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#kept.find((event) => event.id === id)?.stream)
  }

  async replayEventsAfter(
    lastId: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const from = this.#kept.findIndex((event) => event.id === lastId)
    const stream = this.#kept[from]?.stream ?? ''
    // The priming event that opens a stream has no message; it is never sent again.
    const later = this.#kept.slice(from + 1).filter((event) => event.stream === stream && 'jsonrpc' in event.message)
    for (const { id, message } of later) await send(id, message)
    return stream
  }
}
