/** Nix itself as the judge of the escaper: whatever text comes in, the same comes out. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { hasNix } from '../testing/evaluate.ts'
import { nixTools, runProgram } from '../testing/programs.ts'
import { toNix } from './index.ts'
import type { NixValue } from './index.ts'

it.skipIf(hasNix || process.env['CI'] === undefined)('nix-instantiate is there for the live tests', () => {
  expect.fail('nix-instantiate is not installed')
})

/** Pieces that mean something to Nix, to its strings or to its lexer, in any order. */
const HOSTILE = ["''", '${', '$', '$$', '"', '\\', '\n', '\n\n', '\r\n', '\t', ' ', '  ', "'", '}', '{', 'a', '#', '/*', '\u0001', '\u007f', 'é', '日', '𝒳', '\u2028', '\ufeff', '\\n', "''\\", 'x\n  y', ';', '='] // prettier-ignore

const hostile = fc.array(fc.constantFrom(...HOSTILE), { maxLength: 12 }).map((pieces) => pieces.join(''))
const anyText = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\0', ''))
const text = fc.oneof({ weight: 3, arbitrary: hostile }, anyText)
/** Nix knows no numbers of less than full precision. */
const isNormal = (value: number) => value === 0 || Math.abs(value) >= 2 ** -1022
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isNormal),
)
const { value } = fc.letrec<{ value: NixValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    number,
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

describe.skipIf(!hasNix)('what is written as Nix', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-emit-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  /** Numbers with a fraction are compared by Nix, since it prints fewer digits than it keeps. */
  const expression = (values: readonly NixValue[]) =>
    `let same = json: value: builtins.fromJSON json == value; in\n[\n${values
      .map((item) => `(same ${toNix(JSON.stringify(item))} (${toNix(item)}))\n`)
      .join('')}]\n`

  function evaluated(source: string): unknown {
    const file = join(folder, 'values.nix')
    writeFileSync(file, source)
    const { stdout, stderr } = spawnSync('nix-instantiate', ['--eval', '--strict', '--json', file], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })
    return stderr === '' ? JSON.parse(stdout) : stderr
  }

  it('is read back as the same text, 2,000 texts that mean to break it', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 200, maxLength: 200 }), (texts) => {
        expect(evaluated(toNix(texts))).toEqual(texts)
      }),
      { numRuns: 10 },
    )
  })

  it('is read back as the same value, 1,000 of any shape', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 100, maxLength: 100 }), (values) => {
        expect(evaluated(expression(values))).toEqual(values.map(() => true))
      }),
      { numRuns: 10 },
    )
  })

  const tools = nixTools()
  it.skipIf(tools === null)('is laid out as the formatter leaves it', () => {
    // Its own layout of control characters is nothing that a person sees.
    const plain = fc.array(fc.constantFrom('a b', 'c', '\n', '"', '${x}', "it's", '', 'é'), { maxLength: 8 })
    const tree = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
      fc.oneof(
        plain.map((pieces) => pieces.join('')),
        fc.array(plain.map((pieces) => pieces.join(''))),
        fc.integer(),
      ),
      { maxKeys: 6, noNullPrototype: true },
    )
    const file = join(folder, 'layout.nix')
    fc.assert(
      fc.property(tree, fc.array(tree, { maxLength: 3 }), (one, many) => {
        writeFileSync(file, `{ lib, ... }:\n${toNix({ one, many })}\n`)
        expect(runProgram(join(tools ?? '', 'nixpkgs-fmt'), ['--check', file])).toMatchObject({ status: 0 })
      }),
      { numRuns: 100 },
    )
  })
})
