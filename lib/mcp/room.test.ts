import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Occupant, roomFor } from './room.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']
const MOST = 20

const steps = fc.array(fc.record({ key: fc.constantFrom(...KEYS), inUse: fc.boolean() }), { maxLength: 200 })

it('is never more than there may be, and what gives way is unused and of the same key', () => {
  fc.assert(
    fc.property(steps, (begun) => {
      let held: Occupant[] = []
      for (const [lastUsed, { key, inUse }] of begun.entries()) {
        const room = roomFor(key, held, MOST)
        if (!room.given) {
          expect(held.filter((one) => one.key === key).every((one) => one.inUse)).toBe(true)
          continue
        }
        if (room.ends !== null) {
          expect(room.ends).toMatchObject({ key, inUse: false })
          held = held.filter((one) => one !== room.ends)
        }
        held.push({ key, inUse, lastUsed })
        expect(held.length).toBeLessThanOrEqual(MOST)
      }
    }),
  )
})

it('is there for a key without a session, whatever the one or two before it do', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b'), { maxLength: 200 }), (begun) => {
      let held: Occupant[] = []
      for (const key of begun) {
        const room = roomFor(key, held, MOST)
        if (room.given) held = [...held.filter((one) => one !== room.ends), { key, inUse: true, lastUsed: 0 }]
      }
      expect(roomFor('c', held, MOST)).toEqual({ given: true, ends: null })
    }),
  )
})

it('is made by the session that was unused longest', () => {
  const held = [3, 1, 2].map((lastUsed) => ({ key: 'a', inUse: lastUsed === 1, lastUsed }))
  expect(roomFor('a', held, 6)).toEqual({ given: true, ends: held[2] })
})
