import { expect, it } from 'vitest'
import { plural } from './plural.ts'

it.each([
  [0, 'file', undefined, '0 files'],
  [1, 'file', undefined, '1 file'],
  [12_000, 'file', undefined, '12,000 files'],
  [1, 'entry', 'entries', '1 entry'],
  [2, 'entry', 'entries', '2 entries'],
])('says %i of %s', (count, one, many, words) => {
  expect(plural(count, one, many)).toBe(words)
})
