import { describe, expect, it } from 'vitest'
import { javascript } from '../languages/javascript.ts'
import { tsx } from '../languages/tsx.ts'
import { typescript } from '../languages/typescript.ts'

const exportsOf = async (source: string, language = typescript, name = 'a.ts') =>
  (await language.outline(source, name)).symbols
    .filter((symbol) => symbol.exported)
    .map((symbol) => [symbol.kind, symbol.name, ...symbol.exportedAs])

describe('the outline of TypeScript', () => {
  it('tells the name of a thing from the names it is exported under', async () => {
    expect(
      await exportsOf(
        'const a = 1, b = 2\nexport { a as x, a as y, b as default }\nexport { q as r } from "./q.ts"\nexport * as n from "m"',
      ),
    ).toEqual([
      ['variable', 'a', 'x', 'y'],
      ['variable', 'b', 'default'],
      ['re-export', 'q', 'r'],
      ['re-export', 'n', 'n'],
    ])
    expect(await exportsOf('import { a } from "b"\nexport { a }\nexport default function () {}')).toEqual([
      ['function', 'default', 'default'],
      ['re-export', 'a', 'a'],
    ])
  })

  it('joins overloads and accessors, and keeps parameter properties', async () => {
    const { symbols } = await typescript.outline(
      'export function f(a: string): void\nexport function f(a: number): void\nexport class K { constructor(readonly x: string, y = 1) {} get v() { return 1 } set v(z) {} #p = 1 }',
      'a.ts',
    )
    expect(symbols[0]?.signature).toBe('function f(a: string): void\nfunction f(a: number): void')
    expect(symbols[1]?.members.map((member) => [member.kind, member.name, member.exported])).toEqual([
      ['constructor', 'constructor', true],
      ['property', 'x', true],
      ['property', 'v', true],
      ['property', '#p', false],
    ])
  })

  it('reads parameters with their types, defaults and comments', async () => {
    const source =
      '/**\n * Adds {@link things}.\n * @param a - the first\n * @param [b=2] {string} x\n * @returns the sum\n * @throws {RangeError} when not\n * @example\n * ```ts\n * f(1) // @not a tag\n * ```\n * @deprecated use g\n */\nexport const f = async ({ a, c }: P, b = 2, ...rest: string[]): Promise<number> => 1'
    const [symbol] = (await typescript.outline(source, 'a.ts')).symbols
    expect(symbol?.signature).toBe('const f = async ({ a, c }: P, b = 2, ...rest: string[]): Promise<number>')
    expect(symbol?.parameters.map(({ name, type, default: value, optional }) => [name, type, value, optional])).toEqual(
      [
        ['{ a, c }', 'P', null, false],
        ['b', null, '2', true],
        ['...rest', 'string[]', null, false],
      ],
    )
    expect(symbol?.doc).toMatchObject({
      text: 'Adds `things`.',
      parameters: { a: 'the first' },
      returns: 'the sum',
      throws: ['RangeError when not'],
      examples: ['f(1) // @not a tag'],
      deprecated: 'use g',
    })
  })

  it('tells the comment of the file from that of its first declaration', async () => {
    const docs = async (source: string) => {
      const { doc, symbols } = await typescript.outline(source, 'a.ts')
      return [doc?.text, symbols[0]?.doc?.text]
    }
    expect(await docs('/** File. */\nimport a from "a"\nexport const b = 1')).toEqual(['File.', undefined])
    expect(await docs('/** B. */\nexport const b = 1')).toEqual([undefined, 'B.'])
    expect(await docs('#!/usr/bin/env node\n// licence\n/** File. */\n\n/** B. */\nexport const b = 1')).toEqual([
      'File.',
      'B.',
    ])
    expect(await docs('/** @module File. */\nexport const b = 1')).toEqual(['', undefined])
  })

  it('goes on after syntax errors and says where they are', async () => {
    const { faults, symbols } = await typescript.outline(
      'export const a = 1\nexport function b( {\nexport const c = 3\n',
      'a.ts',
    )
    expect(faults.length).toBeGreaterThan(0)
    expect(symbols[0]?.name).toBe('a')
  })

  it('reads what its grammar does not know yet, with the text as written', async () => {
    const { faults, symbols } = await typescript.outline(
      'export type * from "./a.ts"\nexport interface B<in T, out U> { f<const V>(v: V): T }',
      'a.ts',
    )
    expect(faults).toEqual([])
    expect(symbols.map((symbol) => symbol.signature)).toEqual([
      'export type * from "./a.ts"',
      'interface B<in T, out U>',
    ])
  })

  it('reads JSX in .tsx files', async () => {
    expect(await exportsOf('export const A = ({ x }: P) => <p>{x}</p>', tsx, 'a.tsx')).toEqual([['function', 'A', 'A']])
  })

  it('takes a name that is also a property of all objects', async () => {
    const { symbols } = await typescript.outline(
      '/** @param constructor c\n * @param __proto__ p */\nexport function toString(constructor: A, hasOwnProperty: B, __proto__: C) {}',
      'a.ts',
    )
    expect(symbols[0]?.parameters.map((parameter) => parameter.type)).toEqual(['A', 'B', 'C'])
    expect(Object.keys(symbols[0]?.doc?.parameters ?? {})).toContain('__proto__')
  })
})

describe('the outline of JavaScript', () => {
  it('knows the ways of CommonJS', async () => {
    const source =
      "const { a, b: c } = require('x')\nfunction f() {}\nmodule.exports = { f, g: f, /** H. */ h() {}, 'k-l': 1 }\nexports.m = exports.n = (z) => z\nmodule.exports.O = class {}"
    expect(await exportsOf(source, javascript, 'a.js')).toEqual([
      ['function', 'f', 'f', 'g'],
      ['function', 'h', 'h'],
      ['variable', 'k-l', 'k-l'],
      ['function', 'n', 'n'],
      ['function', 'm', 'm'],
      ['class', 'O', 'O'],
    ])
    expect((await javascript.outline(source, 'a.js')).imports).toEqual([{ source: 'x', names: ['a', 'b'], line: 1 }])
  })

  it('takes types from the comment, which is their only place', async () => {
    const { symbols } = await javascript.outline(
      '/**\n * @param {{ a: string }} x it\n * @returns {number} n\n */\nexport function f(x) {}',
      'a.js',
    )
    expect(symbols[0]).toMatchObject({
      parameters: [{ name: 'x', type: '{ a: string }' }],
      returnType: 'number',
      doc: { returns: 'n' },
    })
  })
})

describe('inspecting a snippet', () => {
  it('finds the names it takes from elsewhere', async () => {
    const facts = await typescript.inspect(
      "import { a, b as c } from './a.ts'\nconst x: Q = await a(y, (z: string) => z + c)\nfor (const [k, { v }] of Object.entries(x)) console.log(k.w, v, { s })",
    )
    expect(facts.free.toSorted()).toEqual(['Q', 's', 'y'])
    expect(facts.imported).toEqual(['a', 'b'])
    expect((await typescript.inspect('f(')).faults.length).toBeGreaterThan(0)
  })
})
