import { expect, it } from 'vitest'
import { createLogger } from '../logging/index.ts'
import { keepRegistered } from './keep.ts'

/** Timers that wait until they are fired. */
function byHand() {
  let waiting: { callback: () => void; milliseconds: number } | null = null
  return {
    setTimer: (callback: () => void, milliseconds: number) => {
      waiting = { callback, milliseconds }
      return () => {
        waiting = null
      }
    },
    waits: () => waiting?.milliseconds ?? null,
    async fire() {
      const { callback } = waiting ?? { callback: () => undefined }
      waiting = null
      callback()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

it('tries again soon after a failure, says it once, and rests after a success', async () => {
  const lines: string[] = []
  const hand = byHand()
  let answers = false
  let calls = 0
  const stop = keepRegistered({
    isDeclared: () => true,
    apply: () => {
      calls += 1
      return answers ? Promise.resolve() : Promise.reject(new Error('no answer'))
    },
    log: createLogger({ write: (line) => void lines.push(line) }),
    setTimer: hand.setTimer,
  })
  await hand.fire()
  expect(hand.waits()).toBe(20_000)
  await hand.fire()
  expect([calls, lines.length]).toEqual([2, 1])
  answers = true
  await hand.fire()
  expect([hand.waits(), lines.length]).toEqual([300_000, 2])
  await stop()
  expect(hand.waits()).toBeNull()
})

it('writes nothing where the settings name no token', async () => {
  const hand = byHand()
  let calls = 0
  const stop = keepRegistered({
    isDeclared: () => false,
    apply: () => Promise.resolve((calls += 1)),
    log: createLogger({ write: () => undefined }),
    setTimer: hand.setTimer,
  })
  await hand.fire()
  expect([calls, hand.waits()]).toEqual([0, 300_000])
  await stop()
})

it('does not start again once it is stopped while it writes', async () => {
  const hand = byHand()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const stop = keepRegistered({
    isDeclared: () => true,
    apply: () => promise,
    log: createLogger({ write: () => undefined }),
    setTimer: hand.setTimer,
  })
  await hand.fire()
  const stopped = stop()
  resolve(undefined)
  await stopped
  expect(hand.waits()).toBeNull()
})
