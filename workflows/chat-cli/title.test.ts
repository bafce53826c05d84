import { expect, it } from 'vitest'
import { titleFrom } from './title.ts'

it.each([
  ['  Why?  ', 'Why?'],
  ['\n\n---\n# A heading\nmore', 'A heading'],
  ['a\tb   c', 'a b c'],
  ['…', 'New conversation'],
  [
    'one two three four five six seven eight nine ten eleven twelve thirteen',
    'one two three four five six seven eight nine ten eleven…',
  ],
  ['x'.repeat(70), `${'x'.repeat(59)}…`],
  [`x${'🌍'.repeat(70)}`, `x${'🌍'.repeat(58)}…`],
])('the title of %j is %j', (text, title) => {
  expect(titleFrom(text)).toBe(title)
})
