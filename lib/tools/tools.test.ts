import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { loadSettings } from '../config/index.ts'
import { registry } from '../core/registry.ts'
import { doneAnswer, progressText } from './answer.ts'
import { inputFrom } from './arguments.ts'
import { toolsOf } from './list.ts'
import { MAX_ANSWER_BYTES } from './small.ts'

const tools = toolsOf(registry)
const link = (path: string) => `http://host.containers.internal:6021${path}`

const settingsOf = (config: object) =>
  loadSettings({ env: { HWC_AI_CONFIG: JSON.stringify(config) }, readFile: () => '', stateDir: '/var/lib/hwc-ai' })
    .settings

/** Every key of a JSON value, however deep. */
function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)])
}

const node = z.looseObject({
  type: z.union([z.string(), z.array(z.string()).transform(([first]) => first)]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  format: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
  items: z.unknown().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
})

/** A value that fits a JSON Schema and is as large as none ever was. */
function huge(schema: unknown, name = '', depth = 0): unknown {
  const {
    type,
    enum: choices,
    const: only,
    format,
    anyOf,
    items,
    maxItems,
    properties,
    additionalProperties,
  } = node.parse(schema)
  if (only !== undefined) return only
  if (choices !== undefined) return choices[0]
  if (anyOf !== undefined) return huge(anyOf[0], name, depth)
  const many = Math.min(maxItems ?? Infinity, depth > 2 ? 3 : depth > 1 ? 15 : 200)
  switch (type) {
    case 'string':
      if (format === 'date-time') return '2026-11-20T10:00:00.000Z'
      // What the app itself makes is as long as it makes it, and stands in links.
      return name === 'date'
        ? '2026-11-20'
        : name.endsWith('_id')
          ? `id_${'x'.repeat(40)}`
          : `"\u0001${'ä'.repeat(3000)}`
    case 'integer':
    case 'number':
      return 123_456_789
    case 'boolean':
      return false
    case 'array':
      return Array.from({ length: many }, () => huge(items, name, depth + 1))
    case 'object':
      return {
        ...Object.fromEntries(
          Object.entries(properties ?? {}).map(([key, inner]) => [key, huge(inner, key, depth + 1)]),
        ),
        ...(typeof additionalProperties === 'object'
          ? Object.fromEntries(
              Array.from({ length: many }, (_, i) => [`key ${i}`, huge(additionalProperties, '', depth + 1)]),
            )
          : {}),
      }
    default:
      return {}
  }
}

describe('the tools', () => {
  it('are these, in the order in which a model should think of them', () => {
    expect(tools.map(({ name }) => name)).toEqual([
      'plan_file_cleanup',
      'apply_file_cleanup',
      'undo_file_cleanup',
      'get_file_cleanup',
      'list_file_cleanups',
      'write_journal',
      'list_journal_entries',
      'show_journal_entry',
      'document_source_file',
      'list_autodoc_documents',
      'get_autodoc_document',
      'chat',
      'list_health_checks',
      'wait_for_run',
    ])
  })

  it('take little room in a conversation', () => {
    const settings = settingsOf({})
    const seen = tools.map((tool) => ({ name: tool.name, description: tool.describe(settings), schema: tool.schema }))
    expect(JSON.stringify(seen).length).toBeLessThan(9000)
  })

  it('say what a call may do', () => {
    const hints = Object.fromEntries(
      tools.map(({ name, annotations: { readOnlyHint, destructiveHint } }) => [name, [readOnlyHint, destructiveHint]]),
    )
    expect(hints).toMatchObject({
      plan_file_cleanup: [true, false],
      apply_file_cleanup: [false, true],
      undo_file_cleanup: [false, true],
      write_journal: [false, false],
      list_file_cleanups: [true, false],
      chat: [true, false],
      wait_for_run: [true, false],
    })
  })

  it('name the folders of this machine, so that “tidy my downloads” finds its path', () => {
    const settings = settingsOf({
      'local-workflows': {
        fileCleanup: { watchDirs: ['/home/eric/Downloads'] },
        autoDoc: { allowedDirs: ['/srv/code'] },
      },
    })
    const told = (name: string) => tools.find((tool) => tool.name === name)?.describe(settings)
    expect(told('plan_file_cleanup')).toContain('/home/eric/Downloads')
    expect(told('document_source_file')).toContain('/srv/code')
    const none = settingsOf({ 'local-workflows': { fileCleanup: { watchDirs: [] } } })
    expect(tools[0]?.describe(none)).toContain('No folder may be tidied yet')
  })
})

describe.each(tools.map((tool) => [tool.name, tool] as const))('the tool %s', (_name, tool) => {
  it('has a short description that says when to use it', () => {
    expect(tool.face.description.length).toBeLessThan(300)
    expect(tool.face.description).toMatch(/\buse it\b/i)
  })

  it('has few, flat, described arguments', () => {
    expect(Object.keys(tool.schema.properties).length).toBeLessThanOrEqual(3)
    expect(
      keysIn(tool.schema).filter((key) => ['allOf', 'anyOf', 'oneOf', 'not', '$ref', '$defs'].includes(key)),
    ).toEqual([])
    for (const [name, argument] of Object.entries(tool.schema.properties)) {
      expect(argument['description'], name).toBeTruthy()
      expect(['string', 'integer', 'number', 'boolean']).toContain(argument['type'])
    }
  })

  it('hides and fixes only what its operation has', () => {
    const names = Object.keys(tool.operation.input.shape)
    for (const name of [...(tool.face.hidden ?? []), ...Object.keys(tool.face.fixed ?? {})])
      expect(names).toContain(name)
  })

  it('works with the arguments of its examples, and of a model that gives only what it must', () => {
    for (const { input } of tool.operation.examples) {
      const seen = Object.fromEntries(Object.entries(input).filter(([name]) => name in tool.schema.properties))
      expect(inputFrom(tool, seen)).toMatchObject({ ...seen, ...tool.face.fixed })
    }
    const least = Object.fromEntries(tool.schema.required.map((name) => [name, '/x']))
    expect(() => inputFrom(tool, least)).not.toThrow()
  })

  it('answers in at most 4 KB, however much there is', () => {
    const output = huge(z.toJSONSchema(tool.operation.output, { io: 'output', unrepresentable: 'any' }))
    expect(JSON.stringify(output).length).toBeGreaterThan(10_000)
    const answer = doneAnswer(tool, output, `run_${'x'.repeat(26)}`, link)
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(MAX_ANSWER_BYTES)
    expect(answer.link).toMatch(/^http:\/\/host\.containers\.internal:6021\/[a-z]+/)
    expect(Object.keys(answer.result).length).toBeGreaterThan(0)
  })
})

describe('progress in words', () => {
  it('is the newest step, and how far it is', () => {
    expect(progressText([])).toBe('It has begun')
    expect(progressText([{ type: 'step', message: 'Reading' }])).toBe('Reading')
    expect(
      progressText([
        { type: 'step', message: 'Reading' },
        { type: 'progress', done: 2, total: null, unit: 'lines' },
      ]),
    ).toBe('Reading: 2 lines so far')
  })
})
