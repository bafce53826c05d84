import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EndWatch, LOOK_MS } from './end-watch.ts'

let ended: string[]
let asked: (readonly string[])[]
let failure: Error | null
let failures: number
let watch: EndWatch

beforeEach(() => {
  vi.useFakeTimers()
  ended = []
  asked = []
  failure = null
  failures = 0
  watch = new EndWatch({
    ended: (ids) => {
      asked.push(ids)
      return failure === null ? Promise.resolve(ids.filter((id) => ended.includes(id))) : Promise.reject(failure)
    },
    onFailure: () => void (failures += 1),
  })
})
afterEach(() => {
  watch.close()
  vi.useRealTimers()
})

it('tells everyone who watches a key that ended, once, and nobody else', async () => {
  const told: string[] = []
  watch.watch('a', () => told.push('a1'))
  watch.watch('a', () => told.push('a2'))
  watch.watch('b', () => told.push('b'))
  await vi.advanceTimersByTimeAsync(LOOK_MS)
  expect(told).toEqual([])
  ended = ['a']
  await vi.advanceTimersByTimeAsync(3 * LOOK_MS)
  expect(told).toEqual(['a1', 'a2'])
})

it('asks once for all keys, and not at all while nobody watches', async () => {
  expect(vi.getTimerCount()).toBe(0)
  const stops = ['a', 'a', 'b'].map((id) => watch.watch(id, () => undefined))
  await vi.advanceTimersByTimeAsync(LOOK_MS)
  expect(asked).toEqual([['a', 'b']])
  for (const stop of stops.slice(0, 2)) stop()
  await vi.advanceTimersByTimeAsync(LOOK_MS)
  expect(asked[1]).toEqual(['b'])
  stops[2]?.()
  expect(vi.getTimerCount()).toBe(0)
  await watch.look()
  expect(asked).toHaveLength(2)
})

it('is not told any more by what stopped watching, though the key is watched again', async () => {
  const told: string[] = []
  const stop = watch.watch('a', () => told.push('first'))
  stop()
  watch.watch('a', () => told.push('second'))
  stop()
  ended = ['a']
  await watch.look()
  expect(told).toEqual(['second'])
})

it('looks again after a failure, of which it tells once', async () => {
  const told: string[] = []
  watch.watch('a', () => told.push('a'))
  ended = ['a']
  failure = new Error('busy')
  await vi.advanceTimersByTimeAsync(3 * LOOK_MS)
  expect([failures, told]).toEqual([1, []])
  failure = null
  await vi.advanceTimersByTimeAsync(LOOK_MS)
  expect(told).toEqual(['a'])
})
