import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fit, shorten, shortenPath } from './small.ts'

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value))
const wellFormed = (text: string) => text.isWellFormed()

const json = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 30 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.string({ maxLength: 20 }), tie('value'), { maxKeys: 12 }),
})).object

describe('a small answer', () => {
  it('is never larger than asked, whatever is in it', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 64, max: 4096 }), (value, max) => {
        const small = fit(value, max)
        expect(bytes(small)).toBeLessThanOrEqual(max)
        for (const name of Object.keys(small)) expect(Object.hasOwn(value, name)).toBe(true)
      }),
      {
        numRuns: 1000,
        examples: [[{ a: { valueOf: '' }, b: Object.fromEntries([['__proto__', 'x']]), c: 'x'.repeat(40) }, 64]],
      },
    )
  })

  it('is the same when it was small already', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(fit(value, bytes(value))).toBe(value)
      }),
    )
  })

  it('keeps what is short whole, and the beginning of what is long', () => {
    const small = fit(
      { id: 'plan_1', list: Array.from({ length: 1000 }, (_, i) => `file ${i}`), text: 'a'.repeat(9000), next: 'Ask.' },
      1000,
    )
    expect(small).toMatchObject({ id: 'plan_1', next: 'Ask.' })
    expect(small['list']).toEqual(expect.arrayContaining(['file 0', 'file 1', 'file 20']))
    expect(small['text']).toMatch(/^a{300,}…$/)
    expect(bytes(small)).toBeGreaterThan(800)
  })

  it('cuts texts and paths between characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 4, max: 50 }), (text, max) => {
        for (const cut of [shorten(text, max), shortenPath(text, max)]) {
          expect(cut.length).toBeLessThanOrEqual(max)
          expect(wellFormed(cut)).toBe(true)
          if (text.length <= max) expect(cut).toBe(text)
        }
      }),
    )
    expect(shortenPath('Documents/2026/a long name.pdf', 20)).toBe('Docume…long name.pdf')
  })
})
