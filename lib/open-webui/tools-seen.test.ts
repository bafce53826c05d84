import { expect, it } from 'vitest'
import { toolsSeen } from './tools-seen.ts'

it('reads an OpenAPI document as Open WebUI does: parameters of path and operation, the body, references', () => {
  const seen = toolsSeen({
    openapi: '3.1.0',
    paths: {
      '/notes/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' }, description: 'Which' }],
        post: {
          operationId: 'change_note',
          summary: 'Changes a note',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', description: 'Its id' } }],
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } } },
        },
        get: { summary: 'Without an id a model cannot call it' },
      },
    },
    components: {
      schemas: {
        Note: {
          properties: {
            text: { type: 'string', description: 'The text' },
            tone: { $ref: '#/components/schemas/Tone' },
            tags: { type: 'array', items: { type: 'string' } },
            until: { anyOf: [{ type: 'string' }, { type: 'null' }] },
          },
          required: ['text'],
        },
        Tone: { type: 'string', enum: ['plain', 'warm'] },
      },
    },
  })
  expect(seen).toEqual([
    {
      name: 'change_note',
      description: 'Changes a note',
      arguments: [
        { name: 'id', type: 'string', required: true, description: 'Its id', choices: [] },
        { name: 'text', type: 'string', required: true, description: 'The text', choices: [] },
        { name: 'tone', type: 'string', required: false, description: '', choices: ['plain', 'warm'] },
        { name: 'tags', type: 'list of string', required: false, description: '', choices: [] },
        { name: 'until', type: 'string or null', required: false, description: '', choices: [] },
      ],
    },
  ])
})

it('reads the list of an MCP server', () => {
  const parameters = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }
  expect(
    toolsSeen({ status: true, specs: [{ name: 'add', description: 'Adds', parameters }, { name: 'ping' }] }),
  ).toEqual([
    {
      name: 'add',
      description: 'Adds',
      arguments: [{ name: 'a', type: 'number', required: true, description: '', choices: [] }],
    },
    { name: 'ping', description: '', arguments: [] },
  ])
})

it('ends where references go in circles, and says nothing where there is nothing', () => {
  const circle = {
    paths: { '/a': { get: { operationId: 'a', parameters: [{ name: 'x', in: 'query', schema: { $ref: '#/c' } }] } } },
    c: { $ref: '#/c' },
  }
  expect(toolsSeen(circle)).toMatchObject([{ name: 'a', arguments: [{ name: 'x' }] }])
  for (const answer of [null, 7, 'text', [], {}, { status: true, oauth_server_metadata: {} }])
    expect(toolsSeen(answer)).toBeNull()
  expect(toolsSeen({ paths: { '/a': 1, '/b': { get: null } } })).toEqual([])
})
