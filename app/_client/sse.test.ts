import { describe, expect, it } from 'vitest'
import { readEvents } from './sse.ts'

function streamOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
      controller.close()
    },
  })
}

async function eventsOf(...chunks: (string | Uint8Array)[]) {
  const events = []
  for await (const event of readEvents(streamOf(...chunks))) events.push(event)
  return events
}

describe('reading server-sent events', () => {
  it('joins events that chunks cut anywhere, CRLF and characters included', async () => {
    const bytes = new TextEncoder().encode('event: token\r\ndata: {"text":"grün"}\r\n\r\ndata: [DONE]\n\n')
    const whole = [
      { event: 'token', data: '{"text":"grün"}' },
      { event: 'message', data: '[DONE]' },
    ]
    for (let cut = 0; cut <= bytes.length; cut += 1)
      expect(await eventsOf(bytes.slice(0, cut), bytes.slice(cut))).toEqual(whole)
  })

  it('leaves out comments and an unfinished end', async () => {
    expect(await eventsOf(': still working\n\n', 'data: 1\n\n', 'data: 2\n')).toEqual([{ event: 'message', data: '1' }])
  })

  it('joins the lines of one event', async () => {
    expect(await eventsOf('data: a\ndata:b\n\n')).toEqual([{ event: 'message', data: 'a\nb' }])
  })
})
