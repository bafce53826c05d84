import { describe, expect, it } from 'vitest'
import { argumentsDraft } from './words.ts'

describe('the draft of a tool’s arguments', () => {
  it('has what must be given, in its type, and nothing else', () => {
    const schema = {
      type: 'object',
      properties: {
        path: { type: 'string' },
        depth: { type: 'integer' },
        deep: { type: 'boolean' },
        tags: { type: 'array' },
        optional: { type: 'string' },
      },
      required: ['path', 'depth', 'deep', 'tags'],
    }
    expect(JSON.parse(argumentsDraft(schema))).toEqual({ path: '', depth: 0, deep: false, tags: [] })
  })

  it.each([{}, { required: 'path' }, { required: ['path'], properties: null }, { required: ['path', 3] }])(
    'does not stumble over an odd schema: %j',
    (schema) => {
      expect(() => JSON.parse(argumentsDraft(schema)) as unknown).not.toThrow()
    },
  )
})
