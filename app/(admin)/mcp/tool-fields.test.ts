import { expect, it } from 'vitest'
import { toolFields } from './tool-fields.ts'

it('makes a field of each plain argument, in the words of its schema', () => {
  const fields = toolFields({
    type: 'object',
    properties: {
      path: { type: 'string', description: 'Where to look' },
      max_depth: { type: 'integer', default: 3 },
      deep: { type: 'boolean' },
      order: { type: 'string', enum: ['name', 'size'], title: 'Sorted by' },
      globs: { type: 'array', items: { type: 'string' } },
    },
    required: ['path'],
  })
  expect(fields?.map(({ label, kind, required }) => [label, kind, required])).toEqual([
    ['Path', 'string', true],
    ['Max depth', 'number', false],
    ['Deep', 'boolean', false],
    ['Sorted by', 'enum', false],
    ['Globs', 'list', false],
  ])
  expect(fields?.[1]?.defaultValue).toBe(3)
  expect(toolFields({ type: 'object' })).toEqual([])
})

it.each([
  { properties: { edits: { type: 'array', items: { type: 'object' } } } },
  { properties: { any: {} } },
  { properties: { either: { anyOf: [{ type: 'string' }, { type: 'number' }] } } },
  { properties: {}, required: ['unsaid'] },
  { properties: null },
  { properties: { odd: 3 } },
])('leaves what has no simple field to be written as JSON: %j', (schema) => {
  expect(toolFields(schema)).toBeNull()
})
