import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editScript } from './edit-script.ts'
import { unifiedDiff } from './unified-diff.ts'

const line = fc.constantFrom('a', 'b', 'c', '', '  x = 1;', '}', '-', '+ plus', '@@')
const text = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
  .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''))

const hasPatch = spawnSync('patch', ['--version']).status === 0

/** What `patch` makes of a text with our diff. */
function patched(before: string, diff: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-diff-'))
  try {
    const file = join(folder, 'file')
    writeFileSync(file, before)
    const { status, stdout } = spawnSync('patch', ['--silent', '--unified', file], { input: diff, encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, ''])
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the edit script', () => {
  it('keeps, removes and adds exactly what it says', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (before, after) => {
        const made = editScript(before, after).flatMap(({ kind, before: x, after: y, count }) => {
          if (kind === 'same') expect(before.slice(x, x + count)).toEqual(after.slice(y, y + count))
          return kind === 'removed' ? [] : kind === 'same' ? before.slice(x, x + count) : after.slice(y, y + count)
        })
        expect(made).toEqual(after)
      }),
      { numRuns: 2000 },
    )
  })

  it('is as short as can be', () => {
    const longestCommon = (a: readonly string[], b: readonly string[]): number => {
      let row = Array.from({ length: b.length + 1 }, () => 0)
      for (const x of a) {
        const above = row
        row = [0]
        b.forEach((y, j) => row.push(x === y ? (above[j] ?? 0) + 1 : Math.max(above[j + 1] ?? 0, row[j] ?? 0)))
      }
      return row.at(-1) ?? 0
    }
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (before, after) => {
        const same = editScript(before, after).reduce((sum, edit) => sum + (edit.kind === 'same' ? edit.count : 0), 0)
        expect(same).toBe(longestCommon(before, after))
      }),
    )
  })

  it('takes two long texts that share nothing as replaced', () => {
    const lines = (mark: string) => Array.from({ length: 3000 }, (_, i) => `${mark}${String(i)}`)
    expect(editScript(lines('a'), lines('b')).map(({ kind, count }) => [kind, count])).toEqual([
      ['removed', 3000],
      ['added', 3000],
    ])
  })
})

describe('a unified diff', () => {
  it('shows three lines around each change, and what was added and removed', () => {
    const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n'
    const after = before.replace('two', '2').replace('twelve\n', 'twelve')
    expect(unifiedDiff('a.nix', before, after)).toEqual({
      added: 2,
      removed: 2,
      diff: `--- a/a.nix
+++ b/a.nix
@@ -1,5 +1,5 @@
 one
-two
+2
 three
 four
 five
@@ -9,4 +9,4 @@
 nine
 ten
 eleven
-twelve
+twelve
\\ No newline at end of file
`,
    })
  })

  it('says that a file is new or goes', () => {
    expect(unifiedDiff('x', null, 'a\n').diff).toBe('--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n')
    expect(unifiedDiff('x', 'a\n', null).diff).toBe('--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n')
    expect(unifiedDiff('x', 'a\n', 'a\n')).toEqual({ diff: '', added: 0, removed: 0 })
  })

  it.skipIf(!hasPatch)('is applied by patch to give the new text', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== '' && after !== '' && before !== after)
        expect(patched(before, unifiedDiff('file', before, after).diff)).toBe(after)
      }),
      { numRuns: 60 },
    )
  })
})
