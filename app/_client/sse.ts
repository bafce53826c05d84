/** Server-sent events from a fetch: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export interface ServerEvent {
  /** `message` when the stream names none. */
  event: string
  data: string
}

/** Reads one block of lines; null for comments. */
function parseBlock(block: string): ServerEvent | null {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
  }
  return data.length === 0 ? null : { event, data: data.join('\n') }
}

/** The events of a stream as they come; an unfinished last one is dropped. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      // A CRLF may be cut in two by a chunk's end, so a last CR waits for what follows.
      const text = rest + decoder.decode(value, { stream: true })
      const cut = text.endsWith('\r') ? text.length - 1 : text.length
      const blocks = text.slice(0, cut).replaceAll('\r\n', '\n').split('\n\n')
      rest = (blocks.pop() ?? '') + text.slice(cut)
      for (const block of blocks) {
        const event = parseBlock(block)
        if (event !== null) yield event
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
