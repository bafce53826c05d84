/** Streams that a client holds open. They outlive the request that asked for them, so its key may end before they do. */
import type { ApiKeys } from '../auth/index.ts'
import type { Principal } from '../operations/types.ts'

interface HeldStream {
  body: ReadableStream<Uint8Array>
  /** Ends it from this side. */
  end: () => void
}

/** The same stream with an end from this side, too. @param onOver as in {@link HoldOptions} */
function holdStream(source: ReadableStream<Uint8Array>, onOver: () => void): HeldStream {
  const reader = source.getReader()
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  /** @returns null when it was over already */
  const over = () => {
    const open = controller
    controller = null
    if (open !== null) onOver()
    return open
  }
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
    },
    async pull() {
      try {
        const next = await reader.read()
        if (next.done) over()?.close()
        else controller?.enqueue(next.value)
      } catch (error) {
        over()
        throw error
      }
    },
    async cancel(reason) {
      over()
      await reader.cancel(reason)
    },
  })
  return {
    body,
    end: () => {
      over()?.close()
      // A source that has failed cannot be cancelled, and need not be.
      reader.cancel().catch(() => undefined)
    },
  }
}

export interface HoldOptions {
  keys: Pick<ApiKeys, 'onEnd'>
  /** Id of the key that asked for the stream. */
  key: string
  /** Called once, later: the stream came to its end, failed, was left by its reader, or ended with its key. */
  onOver?: () => void
  /** Called besides when the key was revoked or has expired; the stream is over then. */
  onKeyEnd?: () => void
}

/** The same stream, which ends with its key: at once when it is revoked in this process, else within seconds. */
export function holdByKey(
  source: ReadableStream<Uint8Array>,
  { keys, key, onOver, onKeyEnd }: HoldOptions,
): ReadableStream<Uint8Array> {
  const { body, end } = holdStream(source, () => {
    forget()
    onOver?.()
  })
  const forget = keys.onEnd(key, () => {
    end()
    onKeyEnd?.()
  })
  return body
}

export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true
}

/** The same answer, whose stream ends as {@link holdByKey} says. */
export function holdAnswer(answer: Response, keys: HoldOptions['keys'], { kind, id }: Principal): Response {
  const { body, status, headers } = answer
  return body === null || kind !== 'key'
    ? answer
    : new Response(holdByKey(body, { keys, key: id }), { status, headers })
}
