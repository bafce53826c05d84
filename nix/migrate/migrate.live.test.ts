/** Nix itself as the judge: what was set below hwc.server.ai is set below hwc.ai afterwards, and all else is as it was. */
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate as evaluateMachines, findLibrary, writeTree } from '../testing/evaluate.ts'
import type { MachineSummary } from '../testing/machine.ts'
import { treeOf } from '../testing/trees.ts'
import { rewrite, usesIn } from './rewrite.ts'

const hasNix = spawnSync('nix-instantiate', ['--version']).status === 0

/** What Nix makes of expressions, all in one run. */
function evaluate(expressions: readonly string[]): unknown[] {
  const input = `[ ${expressions.map((text) => `(${text})`).join('\n')} ]`
  const { status, stdout, stderr } = spawnSync('nix-instantiate', ['--eval', '--strict', '--json', '-'], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  expect([status, status === 0 ? '' : stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as unknown[]
}

type Tree = { [name: string]: Tree | number | string }

/** The values as they should be: those of `server.ai` in `ai`. */
function moved(tree: Tree): Tree {
  const { server, ...rest } = tree
  if (typeof server !== 'object') return tree
  const { ai, ...others } = server
  return ai === undefined ? tree : { ...rest, ai, ...(Object.keys(others).length > 0 ? { server: others } : {}) }
}

const word = fc.constantFrom('a', 'b', 'enable', 'open-webui', 'x1')
const value = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.constantFrom('text', 'two\nlines', '  # no comment', 'server = { ai = 1; };', "''", '${'),
)
const leaves: fc.Arbitrary<Tree> = fc.dictionary(word, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
const hwc: fc.Arbitrary<Tree> = fc.record({
  server: fc.record(
    { ai: fc.dictionary(word, leaves, { minKeys: 1, maxKeys: 2, noNullPrototype: true }), mail: leaves, web: leaves },
    { requiredKeys: ['ai'], noNullPrototype: true },
  ),
  paths: leaves,
})

/** One of the ways to write a tree down: each name starts a set of its own or goes on in a path; comments here and there. */
function written(tree: Tree, choose: () => number, indent: string, before = ''): string {
  return Object.entries(tree)
    .map(([name, inner]) => {
      const path = `${before}${name}`
      const comment = choose() % 3 === 0 ? `${indent}# ${name}: server.ai = { };\n` : ''
      if (typeof inner !== 'object')
        return `${comment}${indent}${path} = ${textOf(inner, choose, indent)};${choose() % 4 === 0 ? ' # so' : ''}\n`
      if (choose() % 2 === 0) return written(inner, choose, indent, `${path}.`)
      const body = written(inner, choose, `${indent}  `)
      return `${comment}${indent}${path} = {\n${body}${indent}};\n${choose() % 3 === 0 ? '\n' : ''}`
    })
    .join('')
}

function textOf(leaf: string | number, choose: () => number, indent: string): string {
  if (typeof leaf === 'number') return String(leaf)
  if (choose() % 2 === 0) return JSON.stringify(leaf).replaceAll('${', '\\${')
  const escaped = leaf.replaceAll("''", "'''").replaceAll('${', "''${")
  return `''\n${escaped.replaceAll(/^/gm, `${indent}  `)}\n${indent}''`
}

const configuration = fc.tuple(hwc, fc.infiniteStream(fc.nat({ max: 11 }))).map(([tree, stream]) => {
  const choose = () => Number(stream.next().value)
  return { tree, text: `{\n${written({ hwc: tree }, choose, '  ')}}\n` }
})

describe.skipIf(!hasNix && process.env['CI'] === undefined)('the rewritten configuration', () => {
  it('sets below hwc.ai just what was set below hwc.server.ai, however it was written', () => {
    const cases = fc.sample(configuration, 200)
    const rewritten = cases.map(({ text }) => rewrite(text))
    const values = evaluate([...cases.map(({ text }) => text), ...rewritten])
    cases.forEach(({ text }, index) => {
      const before = (values[index] as { hwc: Tree }).hwc
      expect({ text: rewritten[index], hwc: (values[cases.length + index] as { hwc: Tree }).hwc }).toEqual({
        text: rewritten[index],
        hwc: moved(before),
      })
      expect(
        usesIn(rewritten[index] ?? '')?.filter(({ kind }) => kind === 'renamed'),
        text,
      ).toEqual([])
    })
  })

  it('keeps every comment', () => {
    fc.assert(
      fc.property(configuration, ({ text }) => {
        const comments = (source: string) => (source.match(/^ *# .*$/gm) ?? []).map((line) => line.trim()).sort()
        expect(comments(rewrite(text))).toEqual(comments(text))
      }),
    )
  })
})

/** A machine as people wrote it down with the retired options, in every form that is rewritten. */
const MACHINE = `{ config, lib, ... }:
let
  inherit (config.hwc.server) ai;
in
{
  imports = [ hwcHost ];

  hwc.server.ai.ollama = {
    enable = true;
    port = 11500;
    models = [ "llama3.2:3b" { name = "qwen2.5-coder:3b"; priority = 10; } ];
  };

  hwc.server.ai = {
    # The web chat asks the server above.
    open-webui = {
      enable = true;
      ollamaEndpoint = "http://ollama:11434";
      defaultModel = lib.mkIf config.hwc.server.ai.ollama.enable "llama3.2:3b";
    };
    local-workflows.enable = ai.ollama.enable;
    local-workflows.fileCleanup = { enable = true; watchDirs = [ "/srv/inbox" ]; };
  };
}`

describe.runIf(hasNix && findLibrary().real)('a machine that was rewritten', () => {
  it('is the same machine, and no longer warns', async () => {
    const tree = writeTree(treeOf())
    try {
      const rewritten = rewrite(MACHINE)
      expect(rewritten).not.toContain('hwc.server')
      const { values } = await evaluateMachines<MachineSummary>(
        tree,
        { old: MACHINE, renewed: `{ imports = [ (${rewritten}) { hwc.ai.enable = true; } ]; }` },
        { entry: ['.'] },
      )
      const { old, renewed } = values
      if (old === undefined || renewed === undefined) throw new Error('nothing was evaluated')
      expect(old.warnings.length).toBeGreaterThan(5)
      expect(Object.keys(old.services)).toContain('hwc-ai')
      expect(renewed).toEqual({ ...old, warnings: [] })
    } finally {
      tree.remove()
    }
  })
})
