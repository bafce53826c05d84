import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defineOperation } from '../operations/types.ts'
import { commandHelp, parseArguments } from './arguments.ts'

const operation = defineOperation({
  id: 'find_things',
  title: 'Find',
  description: 'Finds things.',
  http: { method: 'POST', path: '/api/find' },
  cli: { command: ['find'], positional: ['folder'] },
  scope: 'run',
  recorded: false,
  mutates: false,
  input: z.object({
    folder: z.string().describe('Where to look'),
    max_depth: z.int().default(3).describe('How deep'),
    use_model: z.boolean().default(true).describe('ask the model'),
    recursive: z.boolean().default(false).describe('Go deeper'),
    kinds: z
      .array(z.enum(['a', 'b']))
      .default([])
      .describe('Which kinds'),
  }),
  output: z.object({}),
  examples: [],
  run: () => Promise.resolve({}),
})

describe('words on the command line', () => {
  it.each<[string[], Record<string, unknown>]>([
    [['/srv', '--max-depth', '5'], { folder: '/srv', max_depth: 5 }],
    [['--max-depth=5', '/srv'], { folder: '/srv', max_depth: 5 }],
    [['/srv', '--no-use-model', '--recursive'], { folder: '/srv', use_model: false, recursive: true }],
    [['/srv', '--kinds', 'a', '--kinds', 'b'], { folder: '/srv', kinds: ['a', 'b'] }],
    [['/srv', '--kinds', 'a,b'], { folder: '/srv', kinds: ['a', 'b'] }],
    [['--recursive', '--', '--odd-name'], { folder: '--odd-name', recursive: true }],
    [['-'], { folder: '-' }],
  ])('%j become %j', (words, input) => {
    expect(parseArguments(operation, words)).toEqual(input)
  })

  it.each<[string[], RegExp]>([
    [['--max-dept', '5'], /no flag --max-dept; did you mean --max-depth\?/],
    [['a', 'b'], /One word too many: b/],
    [['--max-depth'], /needs a value/],
    [['--no-max-depth'], /means nothing/],
  ])('%j are refused with a reason', (words, reason) => {
    expect(() => parseArguments(operation, words)).toThrow(reason)
  })

  it('are explained by a help made from the schema', () => {
    const help = commandHelp(operation)
    expect(help).toContain('Usage: hwc-ai find FOLDER [flags]')
    expect(help).toContain('--no-use-model')
    expect(help).toMatch(/--max-depth N +How deep \(default 3\)/)
  })
})
