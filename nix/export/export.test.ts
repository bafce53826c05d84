import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeDirectory } from './directory.ts'
import { compare, exportTree } from './index.ts'

const PLAIN = { force: false, keep: [], version: '1.0.0' } as const

let base = ''
let dir = ''

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hwc-export-'))
  dir = join(base, 'repo')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const treeOf = (files: Record<string, string>) => new Map(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true })
  writeFileSync(join(dir, path), text)
}

/** Everything in the folder but the manifest. */
function there(folder = dir): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.endsWith('.hwc-ai-export.json'))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )
}

const manifest = () => readFileSync(join(dir, '.hwc-ai-export.json'), 'utf8')
const states = (files: Record<string, string>) =>
  Object.fromEntries(compare(treeOf(files), dir).files.map(({ path, state }) => [path, state]))
const run = (files: Record<string, string>, options = {}) => exportTree(treeOf(files), dir, { ...PLAIN, ...options })

const FIRST = { 'a.nix': '1\n', 'b/c.nix': '2\n', 'b/d/e.nix': '3\n' }
const SECOND = { 'a.nix': '1\n', 'b/c.nix': '20\n', 'f/g.nix': '4\n' }

describe('an export', () => {
  it('writes the tree, and the second time nothing at all', async () => {
    expect(await run(FIRST)).toMatchObject({ written: Object.keys(FIRST), removed: [], kept: [], complete: true })
    expect(there()).toEqual(FIRST)
    const before = [
      manifest(),
      statSync(join(dir, '.hwc-ai-export.json')).mtimeMs,
      statSync(join(dir, 'a.nix')).mtimeMs,
    ]
    expect(await run(FIRST)).toMatchObject({ written: [], removed: [], unchanged: 3, complete: true })
    expect([
      manifest(),
      statSync(join(dir, '.hwc-ai-export.json')).mtimeMs,
      statSync(join(dir, 'a.nix')).mtimeMs,
    ]).toEqual(before)
  })

  it('takes along what changed, and removes what it wrote and no longer holds, with folders that are empty then', async () => {
    await run(FIRST)
    put('b/mine.nix', 'mine\n')
    expect(states(SECOND)).toEqual({ 'a.nix': 'same', 'b/c.nix': 'changed', 'b/d/e.nix': 'obsolete', 'f/g.nix': 'new' })
    expect(await run(SECOND)).toMatchObject({
      written: ['b/c.nix', 'f/g.nix'],
      removed: ['b/d/e.nix'],
      unchanged: 1,
      complete: true,
    })
    expect(there()).toEqual({ ...SECOND, 'b/mine.nix': 'mine\n' })
    expect(existsSync(join(dir, 'b/d'))).toBe(false)
  })

  it('gives the same bytes, whatever was exported before', async () => {
    await run(FIRST)
    await run(SECOND)
    const [files, written] = [there(), manifest()]
    rmSync(dir, { recursive: true })
    await run(SECOND)
    expect([there(), manifest()]).toEqual([files, written])
  })
})

describe('what a person changed', () => {
  it('stays, shown as a diff, while the rest is written', async () => {
    await run(FIRST)
    put('b/c.nix', 'by hand\n')
    const result = await run(SECOND)
    expect(result).toMatchObject({ written: ['f/g.nix'], removed: ['b/d/e.nix'], complete: false })
    expect(result.kept).toEqual([
      {
        path: 'b/c.nix',
        state: 'conflict',
        reason: null,
        added: 1,
        removed: 1,
        diff: '--- a/b/c.nix\n+++ b/b/c.nix\n@@ -1 +1 @@\n-by hand\n+20\n',
      },
    ])
    expect(there()).toEqual({ ...SECOND, 'b/c.nix': 'by hand\n' })
    expect(await run(SECOND)).toMatchObject({ kept: [{ state: 'conflict' }], complete: false })
  })

  it('is no conflict while the export has nothing new for it', async () => {
    await run(FIRST)
    put('b/c.nix', 'by hand\n')
    expect(await run({ ...FIRST, 'a.nix': '10\n' })).toMatchObject({
      written: ['a.nix'],
      kept: [{ path: 'b/c.nix', state: 'edited' }],
      complete: true,
    })
  })

  it('is overwritten when asked to, and only then', async () => {
    await run(FIRST)
    put('b/c.nix', 'by hand\n')
    put('f/g.nix', 'made by hand\n')
    expect(states(SECOND)).toMatchObject({ 'b/c.nix': 'conflict', 'f/g.nix': 'foreign' })
    expect(await run(SECOND, { force: true })).toMatchObject({
      written: ['b/c.nix', 'f/g.nix'],
      kept: [],
      complete: true,
    })
    expect(there()).toEqual(SECOND)
  })

  it('is taken as it is when asked to, until the export has something new for it', async () => {
    await run(FIRST)
    put('b/c.nix', 'by hand\n')
    put('f/g.nix', 'made by hand\n')
    expect(await run(SECOND, { keep: ['b/c.nix', 'f/g.nix'] })).toMatchObject({ complete: true })
    expect(states(SECOND)).toMatchObject({ 'b/c.nix': 'edited', 'f/g.nix': 'edited' })
    expect(await run(SECOND)).toMatchObject({ complete: true })
    expect(states({ ...SECOND, 'b/c.nix': '200\n' })).toMatchObject({ 'b/c.nix': 'conflict' })
    expect(there()).toMatchObject({ 'b/c.nix': 'by hand\n', 'f/g.nix': 'made by hand\n' })
    await expect(run(SECOND, { keep: ['a.nix', 'no.nix'] })).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('is never removed, not even by force', async () => {
    await run(FIRST)
    put('b/d/e.nix', 'by hand\n')
    for (const force of [false, true])
      expect(await run(SECOND, { force })).toMatchObject({
        kept: [{ path: 'b/d/e.nix', state: 'left' }],
        complete: true,
      })
    expect(there()).toMatchObject({ 'b/d/e.nix': 'by hand\n' })
  })

  it('comes back when it was removed', async () => {
    await run(FIRST)
    rmSync(join(dir, 'a.nix'))
    expect(await run(FIRST)).toMatchObject({ written: ['a.nix'] })
  })
})

describe('the folder', () => {
  it.each([false, true])('is never left through a symlink (force: %s)', async (force) => {
    await run({ 'a.nix': '1\n' })
    const outside = join(base, 'outside')
    mkdirSync(join(outside, 'd'), { recursive: true })
    writeFileSync(join(outside, 'secret'), 'mine\n')
    symlinkSync(outside, join(dir, 'b'))
    symlinkSync(join(outside, 'secret'), join(dir, 'link.nix'))
    mkdirSync(join(dir, 'folder.nix'))
    const wanted = { ...FIRST, 'link.nix': 'x\n', 'folder.nix': 'x\n' }
    const result = await run(wanted, { force })
    expect(result).toMatchObject({ complete: false, written: [] })
    expect(result.kept.map(({ path, state }) => [path, state])).toEqual([
      ['b/c.nix', 'foreign'],
      ['b/d/e.nix', 'foreign'],
      ['folder.nix', 'foreign'],
      ['link.nix', 'foreign'],
    ])
    expect(result.kept.map(({ reason }) => reason)).toEqual([
      'a folder above b/c.nix is a symlink or no folder',
      'a folder above b/d/e.nix is a symlink or no folder',
      'folder.nix is a folder',
      'link.nix is a symlink, which is never followed',
    ])
    expect(there(outside)).toEqual({ secret: 'mine\n' })
  })

  it('is not removed from through a symlink that took the place of a folder', async () => {
    await run(FIRST)
    renameSync(join(dir, 'b'), join(base, 'outside'))
    symlinkSync(join(base, 'outside'), join(dir, 'b'))
    expect(await run({ 'a.nix': '1\n' })).toMatchObject({ removed: [], kept: [{ state: 'left' }, { state: 'left' }] })
    expect(there(join(base, 'outside'))).toEqual({ 'c.nix': '2\n', 'd/e.nix': '3\n' })
  })

  it('is not written to where a folder on the way leads elsewhere, or the system does not allow it', async () => {
    mkdirSync(join(base, 'outside/repo'), { recursive: true })
    symlinkSync(join(base, 'outside'), join(base, 'linked'))
    const linked = exportTree(treeOf(FIRST), join(base, 'linked/repo'), PLAIN)
    await expect(linked).rejects.toMatchObject({ code: 'conflict' })
    expect(there(join(base, 'outside'))).toEqual({})
    for (const refused of ['/sys/kernel', '/sys/kernel/hwc-ai'])
      await expect(exportTree(treeOf(FIRST), refused, PLAIN)).rejects.toMatchObject({ code: 'path-not-readable' })
  })

  it('is refused where none can be made', () => {
    symlinkSync(join(base, 'nowhere'), join(base, 'dead'))
    for (const folder of [join(base, 'dead/export'), '/proc/hwc-ai-export/tree'])
      expect(() => makeDirectory(folder)).toThrow(/cannot be made/)
    writeFileSync(join(base, 'file'), '')
    for (const folder of [join(base, 'file'), join(base, 'file/export')])
      expect(() => makeDirectory(folder)).toThrow(/is not a folder/)
    makeDirectory(join(base, 'a/b/c'))
    makeDirectory(join(base, 'a/b/c'))
    expect(statSync(join(base, 'a/b/c')).isDirectory()).toBe(true)
  })

  it('is left alone when its manifest is none, or names a path outside', async () => {
    await run(FIRST)
    writeFileSync(join(base, 'outside'), 'mine\n')
    for (const text of [
      'x',
      '{}',
      JSON.stringify({ format: 1, version: '1', files: { '../outside': 'a'.repeat(64) } }),
    ]) {
      writeFileSync(join(dir, '.hwc-ai-export.json'), text)
      await expect(run(SECOND)).rejects.toMatchObject({ code: 'conflict' })
    }
    expect([there(), readFileSync(join(base, 'outside'), 'utf8')]).toEqual([FIRST, 'mine\n'])
  })

  it('is written to by one export at a time', async () => {
    const results = await Promise.allSettled([run(FIRST), run(FIRST)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ code: 'conflict' })
    expect(there()).toEqual(FIRST)
  })
})

describe('an export that is killed', () => {
  const child = new URL('testing/killed-export.ts', import.meta.url).pathname
  const strip = process.features.typescript ? [] : ['--experimental-strip-types']
  /** Exports the second tree in a process of its own, which is killed before the nth change of a name. */
  const killedAt = (step: number) =>
    spawnSync(process.execPath, [...strip, child, dir, JSON.stringify(SECOND), String(step)], { encoding: 'utf8' })

  it('is completed by the next one, wherever it was killed', async () => {
    let step = 0
    for (; ; step++) {
      rmSync(dir, { recursive: true, force: true })
      await run(FIRST)
      const { signal, status, stderr } = killedAt(step)
      if (signal === null) {
        expect([status, stderr]).toEqual([0, ''])
        break
      }
      expect(signal).toBe('SIGKILL')
      // Each file is whole: as it was, or as it is to be.
      for (const [path, text] of Object.entries(there()))
        if (!path.startsWith('.hwc-ai-export.tmp/'))
          expect([{ ...FIRST }[path], { ...SECOND }[path]], path).toContain(text)
      // Whatever is wanted by then, nothing of it counts as changed by hand.
      const third = { ...SECOND, 'b/c.nix': '200\n' }
      expect(await run(step % 2 === 0 ? SECOND : third)).toMatchObject({ kept: [], complete: true })
      expect(there()).toEqual(step % 2 === 0 ? SECOND : third)
    }
    expect(step).toBeGreaterThan(6)
  })
})
