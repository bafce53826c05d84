import { expect, it } from 'vitest'
import { type HoldOptions, holdByKey } from './held-stream.ts'

/** A source that says what it is told to, and keys of which one can be ended. */
function setUp() {
  const said: string[] = []
  const tell = new Set<() => void>()
  const keys: HoldOptions['keys'] = {
    onEnd: (_key, told) => {
      tell.add(told)
      return () => void tell.delete(told)
    },
  }
  let source: ReadableStreamDefaultController<Uint8Array> | null = null
  const body = holdByKey(
    new ReadableStream<Uint8Array>({
      start: (controller) => void (source = controller),
      cancel: () => void said.push('source left'),
    }),
    { keys, key: 'key_1', onOver: () => said.push('over'), onKeyEnd: () => said.push('key ended') },
  )
  return {
    said,
    watchers: tell,
    body,
    get source(): ReadableStreamDefaultController<Uint8Array> {
      if (source === null) throw new Error('not started')
      return source
    },
    endKey: () => {
      for (const told of tell) told()
    },
  }
}

const bytes = (text: string) => new TextEncoder().encode(text)

it('brings what the source says, and is over with it', async () => {
  const { source, body, said, watchers } = setUp()
  source.enqueue(bytes('a'))
  source.enqueue(bytes('b'))
  source.close()
  expect(await new Response(body).text()).toBe('ab')
  expect([said, watchers.size]).toEqual([['over'], 0])
})

it('ends with its key, after what was said by then', async () => {
  const { source, body, said, watchers, endKey } = setUp()
  const reader = body.getReader()
  source.enqueue(bytes('a'))
  expect((await reader.read()).done).toBe(false)
  const waiting = reader.read()
  endKey()
  expect((await waiting).done).toBe(true)
  expect([said, watchers.size]).toEqual([['over', 'source left', 'key ended'], 0])
})

it('leaves the source when its reader goes, and then is told nothing of the key', async () => {
  const { body, said, watchers, endKey } = setUp()
  await body.cancel()
  endKey()
  expect([said, watchers.size]).toEqual([['over', 'source left'], 0])
})

it('fails when the source does', async () => {
  const { source, body, said, watchers } = setUp()
  const text = new Response(body).text()
  source.error(new Error('broken'))
  await expect(text).rejects.toThrow('broken')
  expect([said, watchers.size]).toEqual([['over'], 0])
})
