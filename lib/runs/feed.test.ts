import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../operations/types.ts'
import { RunFeed } from './feed.ts'

async function collect(feed: RunFeed, signal = new AbortController().signal): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of feed.watch(signal)) events.push(event)
  return events
}

describe('the feed of a run', () => {
  it('gives a late watcher what was before, tokens joined', async () => {
    const feed = new RunFeed()
    feed.push({ type: 'step', message: 'one' })
    feed.push({ type: 'token', text: 'a' })
    feed.push({ type: 'token', text: 'b' })
    const watching = collect(feed)
    await Promise.resolve()
    feed.push({ type: 'token', text: 'c' })
    feed.end()
    const events = await watching
    expect(events[0]).toEqual({ type: 'step', message: 'one' })
    expect(events.map((event) => (event.type === 'token' ? event.text : '')).join('')).toBe('abc')
  })

  it('keeps only the newest progress of a step for a reader that does not read', async () => {
    const feed = new RunFeed()
    for (let done = 0; done <= 1000; done++) feed.push({ type: 'progress', done, total: 1000, unit: 'files' })
    feed.end()
    expect(await collect(feed)).toEqual([{ type: 'progress', done: 1000, total: 1000, unit: 'files' }])
  })

  it('lets a watcher leave without ending the others', async () => {
    const feed = new RunFeed()
    const leaving = new AbortController()
    const left = collect(feed, leaving.signal)
    const staying = collect(feed)
    leaving.abort()
    expect(await left).toEqual([])
    feed.push({ type: 'step', message: 'later' })
    feed.end()
    expect(await staying).toEqual([{ type: 'step', message: 'later' }])
  })
})
