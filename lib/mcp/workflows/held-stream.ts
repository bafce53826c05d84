export interface HeldStream {
  body: ReadableStream<Uint8Array>
  /** Ends it from this side. */
  end: () => void
}

/**
 * The same stream with an end from this side, too.
 * @param onOver is called once, later: it came to its end, was left by its reader, or was ended here
 */
export function holdStream(source: ReadableStream<Uint8Array>, onOver: () => void): HeldStream {
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
      const next = await reader.read()
      if (next.done) over()?.close()
      else controller?.enqueue(next.value)
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
