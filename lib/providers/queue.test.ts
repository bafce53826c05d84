import { expect, it } from 'vitest'
import { createQueue } from './queue.ts'

const never = new AbortController().signal

it('lets callers in one after another, first come first served', async () => {
  const queue = createQueue({ concurrency: 1, maxWaiting: 2 })
  const order: string[] = []
  const leave = await queue.enter(never)
  const others = ['b', 'c'].map(async (name) => {
    const done = await queue.enter(never)
    order.push(name)
    done()
  })
  expect(queue.stats()).toMatchObject({ running: 1, waiting: 2 })
  expect(order).toEqual([])
  leave()
  await Promise.all(others)
  expect(order).toEqual(['b', 'c'])
  expect(queue.stats()).toMatchObject({ running: 0, waiting: 0 })
})

it('runs as many at once as it may', async () => {
  const queue = createQueue({ concurrency: 2, maxWaiting: 0 })
  await queue.enter(never)
  await queue.enter(never)
  await expect(queue.enter(never)).rejects.toMatchObject({ code: 'backend-busy' })
})

it('refuses when full and says after how many seconds, from the calls it has seen', async () => {
  let now = 0
  const queue = createQueue({ concurrency: 2, maxWaiting: 0, clock: () => now })
  const leave = await queue.enter(never)
  now = 14_000
  leave()
  await queue.enter(never)
  await queue.enter(never)
  await expect(queue.enter(never)).rejects.toMatchObject({ retryAfterSeconds: 7 })
})

it('a waiter that is aborted leaves the queue and frees its place', async () => {
  const queue = createQueue({ concurrency: 1, maxWaiting: 1 })
  const leave = await queue.enter(never)
  const stop = new AbortController()
  const waiting = queue.enter(stop.signal)
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  expect(queue.stats()).toMatchObject({ running: 1, waiting: 0 })
  const next = queue.enter(never)
  leave()
  await next
  expect(queue.stats()).toMatchObject({ running: 1, waiting: 0 })
})

it('giving a turn back twice does not let two others in', async () => {
  const queue = createQueue({ concurrency: 1, maxWaiting: 2 })
  const leave = await queue.enter(never)
  void queue.enter(never)
  void queue.enter(never)
  leave()
  leave()
  await Promise.resolve()
  expect(queue.stats()).toMatchObject({ running: 1, waiting: 1 })
})
