import { expect, it } from 'vitest'
import { listSettings } from '#lib/config/index.ts'
import { fromText, toText } from './setting-text.ts'

it('gives every setting of the tree back as it was', () => {
  for (const { path, type, example, default: byDefault } of listSettings())
    for (const value of [example, byDefault]) expect(fromText(type, toText(type, value)), path).toEqual(value)
})

it('leaves a number that is none for the server to refuse', () => {
  expect(fromText({ kind: 'int', min: 0, max: 9 }, 'many')).toBe('many')
})
