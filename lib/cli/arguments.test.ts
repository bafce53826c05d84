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
    with_data: z.record(z.string(), z.unknown()).default({}).describe('What to send'),
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
    [['/srv', '--with-data', '{"a":[1]}'], { folder: '/srv', with_data: { a: [1] } }],
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

  it.each<[string, string]>([
    ['{bad', 'At character 2, where bad stands: a name in double quotes was expected here.'],
    ["{'a': 1}", "At character 2, where 'a': 1} stands: a name in double quotes was expected here."],
    ['{"a": 1', 'The text ends too early: "," or "}" was expected here.'],
    ['{"a": 1,}', 'At character 9, where } stands: a name in double quotes was expected here.'],
    ['{\n"a": yes\n}', 'In line 2, at character 6, where yes stands: a value was expected here.'],
    ['', 'The text ends too early: a value was expected here.'],
  ])('say where the JSON %j goes wrong, and what is right', (text, where) => {
    const given = () => parseArguments(operation, ['/srv', '--with-data', text])
    expect(given).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: `--with-data is no valid JSON. ${where}`,
        hint: `Give it in single quotes, so that the shell leaves the double ones: --with-data '{"name":"value"}'`,
      }),
    )
  })

  it.each([
    ['[1]', 'a list'],
    ['"a"', 'a text'],
    ['3', 'a number'],
    ['true', 'true'],
    ['null', 'null'],
  ])('say that an object is wanted, and %s is %s', (text, what) => {
    expect(() => parseArguments(operation, ['/srv', `--with-data=${text}`])).toThrow(
      `--with-data takes a JSON object, with names and their values, and this is ${what}.`,
    )
  })

  it('are explained by a help made from the schema', () => {
    const help = commandHelp(operation)
    expect(help).toContain('Usage: hwc-ai find FOLDER [flags]')
    expect(help).toContain('--no-use-model')
    expect(help).toMatch(/--max-depth N +How deep \(default 3\)/)
  })

  it('are explained as they are typed there, whatever the description calls them', () => {
    const common = {
      title: 'Plan',
      http: { method: 'POST', path: '/api/plan' },
      scope: 'run',
      recorded: false,
      mutates: false,
      output: z.object({}),
      examples: [],
      run: () => Promise.resolve({}),
    } as const
    const apply = defineOperation({
      ...common,
      id: 'apply_finds',
      description: 'Does it.',
      cli: { command: ['finds', 'apply'] },
      input: z.object({}),
    })
    const plan = defineOperation({
      ...common,
      id: 'plan_finds',
      description: 'With dry_run nothing moves; then apply_finds does it. Not snake_case.',
      cli: { command: ['finds', 'plan'] },
      input: z.object({ dry_run: z.boolean().default(true).describe('true: only look. false: look and do it.') }),
    })
    const help = commandHelp(plan, [plan, apply])
    expect(help).toContain('With --dry-run nothing moves; then hwc-ai finds apply does it. Not snake_case.')
    expect(help).toMatch(/--no-dry-run +Look and do it\.\n/)
  })
})
