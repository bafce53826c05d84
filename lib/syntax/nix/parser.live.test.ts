/** Nix itself as the judge of the parser: it accepts and refuses the same, and understands it the same way. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACCEPTED, REFUSED } from './corpus.ts'
import { parseNix } from './parser.ts'
import { printNix } from './print.ts'

const hasNix = spawnSync('nix-instantiate', ['--version']).status === 0
let folder = ''
let files = 0

/** What Nix makes of an expression, or null when it refuses it. Unknown variables are allowed by `with {};`. */
function judge(source: string): Promise<string | null> {
  const file = join(folder, `${String(files++)}.nix`)
  writeFileSync(file, `with {}; ${source}`)
  return new Promise((resolve, reject) => {
    const child = spawn('nix-instantiate', ['--parse', file], { stdio: ['ignore', 'pipe', 'ignore'] })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.on('error', reject).on('close', (code) => {
      rmSync(file)
      resolve(code === 0 ? normalise(out) : null)
    })
  })
}

const STRING = /"(?:[^"\\]|\\[^])*"/g
const STRINGS = /"(?:[^"\\]|\\[^])*"(?: \+ "(?:[^"\\]|\\[^])*")*/g

/** Nix 2.8 prints each piece of an indented string by itself; joined, two prints of one meaning are equal. */
const normalise = (printed: string) =>
  printed
    .replace(STRINGS, (pieces) => `"${(pieces.match(STRING) ?? []).map((piece) => piece.slice(1, -1)).join('')}"`)
    .replace(/(?<![^(])"" \+ | \+ ""(?=\))/g, '')
    .replace(/\(("(?:[^"\\]|\\[^])*")\)/g, '$1')

const ours = (source: string) => {
  const { expression, faults } = parseNix(source)
  return faults.length > 0 || expression === null ? null : printNix(expression)
}

/** Both refuse, or both accept and Nix reads our print of the tree as it reads the source. */
async function agrees(source: string, shape: (tree: string | null) => unknown = (tree) => tree): Promise<void> {
  const print = ours(source)
  const theirs = await judge(source)
  if (print === null || theirs === null)
    expect({ source, accepted: print !== null }).toEqual({ source, accepted: theirs !== null })
  else expect({ source, tree: shape(await judge(print)) }).toEqual({ source, tree: shape(theirs) })
}

const BINARY = ['->', '||', '&&', '==', '!=', '<', '>', '<=', '>=', '//', '+', '-', '*', '/', '++', '?']
const TOKENS = [
  'a',
  'b',
  '1',
  '.',
  ' ',
  ' ',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ':',
  '=',
  '?',
  ',',
  '...',
  '@',
  '"',
  "''",
  '${',
  '!',
  '-',
  '+',
  '//',
  '==',
  'let ',
  ' in ',
  'rec ',
  'inherit ',
  ' or ',
  './a',
  '$',
  '\n',
]

describe.skipIf(!hasNix)('parseNix beside nix-instantiate --parse', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hwc-ai-nix-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([...ACCEPTED, ...REFUSED])('agrees on %j', (source) => agrees(source))

  it('agrees on every pair of operators', async () => {
    for (const first of BINARY) for (const second of BINARY) await agrees(`a ${first} b ${second} c`)
  })

  it('agrees on every operator beside a unary one', async () => {
    for (const operator of BINARY)
      for (const source of [
        `! a ${operator} b`,
        `- a ${operator} b`,
        `a ${operator} ! b`,
        `a ${operator} - b ${operator} c`,
        `! a ${operator} - b + ! c // d`,
      ])
        await agrees(source)
  })

  it('agrees on random tokens', async () => {
    const soup = fc.array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 12 }).map((tokens) => tokens.join(''))
    await fc.assert(
      fc.asyncProperty(soup, (source) => agrees(source)),
      { numRuns: 150 },
    )
  })

  it('agrees on random strings of both kinds', async () => {
    const inside = fc
      .array(fc.constantFrom('a', ' ', '  ', '\n', '$', "'", '"', '\\', '{', '${a}', "''", 'n', '\t', 'é'), {
        maxLength: 14,
      })
      .map((all) => all.join(''))
      // Nix escapes one byte there, which tears a character of two apart; ours keeps it whole.
      .filter((text) => !text.includes("''\\é"))
    await fc.assert(
      fc.asyncProperty(inside, fc.constantFrom('"', "''"), (text, quote) => agrees(quote + text + quote)),
      { numRuns: 150 },
    )
  })

  const corpus = process.env['NIX_CORPUS'] ?? ''
  it.skipIf(corpus === '')('agrees on the Nix files of NIX_CORPUS, when it names a folder', async () => {
    const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.nix'))
    // Nix 2.8 prints attributes in the order of their addresses in memory, so large trees are compared as bags of words.
    const words = (tree: string | null) => tree?.split(/\s+/).sort()
    for (const name of names) await agrees(readFileSync(join(corpus, name), 'utf8'), words)
  })
})
