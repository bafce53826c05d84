import { expect, it } from 'vitest'
import { retryAt } from './backoff.ts'
import { createPullProgress, createStallWatch, durationText } from './progress.ts'

const step = (digest: string, total: number, completed: number) => ({
  status: `pulling ${digest}`,
  digest,
  total,
  completed,
})

it('a pull is the sum of its files, with the rate of the last seconds and the time left', () => {
  let clock = 0
  const progress = createPullProgress(2000, () => clock)
  expect(progress(step('a', 1500, 0))).toEqual({ done: 0, total: 2000, bytesPerSecond: null, secondsLeft: null })
  clock = 1000
  expect(progress(step('a', 1500, 100))).toMatchObject({ done: 100, bytesPerSecond: 100, secondsLeft: 19 })
  for (clock = 2000; clock <= 9000; clock += 1000) progress(step('a', 1500, 100))
  clock = 10_000
  expect(progress(step('a', 1500, 600))).toMatchObject({ done: 600, total: 2000, bytesPerSecond: 100 })
  expect(progress(step('b', 500, 500))).toMatchObject({ done: 1100, bytesPerSecond: 100, secondsLeft: 9 })
})

it('a pull whose size is not known beforehand grows file by file, and one that goes back is not faster than nothing', () => {
  let clock = 0
  const progress = createPullProgress(null, () => clock)
  expect(progress({ status: 'pulling manifest', digest: null, total: null, completed: 0 }).total).toBeNull()
  expect(progress(step('a', 100, 50)).total).toBe(100)
  clock = 1000
  expect(progress(step('a', 100, 10))).toMatchObject({ done: 10, bytesPerSecond: 0, secondsLeft: null })
  expect(progress(step('b', 50, 0)).total).toBe(150)
})

it.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [600, '10 min'],
  [9000, '2.5 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})

it('what failed is tried again after 10 minutes, then twice as long each time, a day at most', () => {
  const now = new Date(0)
  const minutes = [1, 2, 3, 8, 9, 1000].map((attempts) => retryAt(attempts, now).getTime() / 60_000)
  expect(minutes).toEqual([10, 20, 40, 1280, 1440, 1440])
})

it('a pull that stands still for too long is given up, and one that crawls is not', () => {
  let clock = 0
  const stalled = createStallWatch(1000, () => clock)
  for (let done = 0; done < 5; done++, clock += 900) expect(stalled(done)).toBe(false)
  expect(stalled(4)).toBe(false)
  clock += 200
  expect(stalled(4)).toBe(true)
})
