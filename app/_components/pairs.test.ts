import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pairsFrom, pairsText } from './pairs.ts'

it('reads one name and its text from each line', () => {
  expect(pairsFrom('A=1\n\n  B =x=y \nC')).toEqual({ A: '1', B: 'x=y ', C: '' })
  expect(pairsText(undefined)).toBe('')
})

it('gives back whatever names and texts of one line there are', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]*$/)
  const text = fc.string().filter((value) => !value.includes('\n'))
  fc.assert(
    fc.property(fc.dictionary(name, text), (pairs) => {
      expect({ ...pairsFrom(pairsText(pairs)) }).toEqual({ ...pairs })
    }),
  )
})
