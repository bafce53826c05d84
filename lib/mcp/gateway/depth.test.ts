import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTooDeep, MAX_DEPTH } from './depth.ts'

const nested = (depth: number, inner: unknown): unknown => {
  let value = inner
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

describe('the depth of a message', () => {
  it('has a limit, met from below and from above', () => {
    const padding = 'x'.repeat(2 * MAX_DEPTH)
    expect(isTooDeep(JSON.stringify(nested(MAX_DEPTH, padding)))).toBe(false)
    expect(isTooDeep(JSON.stringify(nested(MAX_DEPTH + 1, padding)))).toBe(true)
    expect(isTooDeep('['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1))).toBe(true)
  })

  it('does not count what lies in strings, or beside each other', () => {
    const brackets = fc.string({ unit: fc.constantFrom('[', '{', ']', '"', '\\', 'é'), minLength: 2 * MAX_DEPTH })
    fc.assert(
      fc.property(fc.array(brackets, { maxLength: 4 }), (texts) => {
        expect(isTooDeep(JSON.stringify({ [texts[0] ?? '']: texts, wide: Array(2000).fill([{}]) }))).toBe(false)
        expect(isTooDeep(JSON.stringify([texts, nested(MAX_DEPTH, '')]))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })
})
