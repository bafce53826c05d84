import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeFolders } from './make-folders.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hwc-ai-folders-'))
  symlinkSync(join(folder, 'nothing'), join(folder, 'dangling'))
  writeFileSync(join(folder, 'file'), '')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

it('makes what is missing with the mode, and leaves what is there', () => {
  makeFolders(join(folder, 'a', 'b', 'c'), 0o700)
  for (const name of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700)
  makeFolders(join(folder, 'a', 'b'), 0o755)
  expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700)
})

// In processes of their own: what would never end would also end no test.
it.each([
  ['/proc/nothing/below', 'ENOENT'],
  ['/proc/nothing', 'ENOENT'],
  ['dangling', 'ENOENT'],
  ['dangling/below', 'ENOENT'],
  ['file', 'EEXIST'],
  ['file/below', 'ENOTDIR'],
])('says at once that it cannot make %s', (path, code) => {
  const target = path.startsWith('/') ? path : join(folder, path)
  const module = new URL('make-folders.ts', import.meta.url).href
  const script = `
    const { makeFolders } = await import(${JSON.stringify(module)})
    try { makeFolders(${JSON.stringify(target)}, 0o700) } catch (error) { console.log(error.code) }`
  const options = { encoding: 'utf8', timeout: 30_000 } as const
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options)
  expect(stdout.trim()).toBe(code)
})
