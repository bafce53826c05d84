import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { coerceFields, fieldKind } from './coerce.ts'

describe('fieldKind', () => {
  it('looks through defaults and optionals and keeps the description', () => {
    const field = fieldKind(z.int().min(1).default(3).describe('How many'))
    expect(field).toMatchObject({ kind: 'number', optional: true, defaultValue: 3, description: 'How many' })
    expect(fieldKind(z.enum(['a', 'b']).optional())).toMatchObject({ kind: 'enum', values: ['a', 'b'], optional: true })
    expect(fieldKind(z.array(z.string()))).toMatchObject({ kind: 'array', optional: false, item: { kind: 'string' } })
    expect(fieldKind(z.record(z.string(), z.unknown()).default({}))).toMatchObject({ kind: 'other', isObject: true })
    expect(fieldKind(z.record(z.string(), z.unknown()))).not.toHaveProperty('textValues')
    expect(fieldKind(z.record(z.string(), z.string()).default({}))).toMatchObject({ isObject: true, textValues: true })
    expect(fieldKind(z.unknown())).not.toHaveProperty('isObject')
  })
})

describe('coerceFields', () => {
  const schema = z.object({
    n: z.number(),
    flag: z.boolean(),
    list: z.array(z.string()),
    text: z.string(),
    value: z.json(),
  })

  it('reads each text as its field', () => {
    const texts = { n: ['1.5'], flag: ['true'], list: ['a,b'], text: ['1'], value: ['["x"]'] }
    expect(coerceFields(schema, texts)).toEqual({ n: 1.5, flag: true, list: ['a', 'b'], text: '1', value: ['x'] })
  })

  it('keeps commas in a list that was given one by one', () => {
    expect(coerceFields(schema, { list: ['a,b', 'c'] })).toEqual({ list: ['a,b', 'c'] })
  })

  it('leaves what does not fit for validation to name', () => {
    expect(coerceFields(schema, { n: ['many'], flag: ['perhaps'], constructor: ['x'] })).toEqual({
      n: 'many',
      flag: 'perhaps',
      constructor: 'x',
    })
  })
})
