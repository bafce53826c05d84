import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { AppError } from '../errors/index.ts'
import { resolveAllowedFolder } from './allowed-folder.ts'

const home = realpathSync(mkdtempSync(join(tmpdir(), 'hwc-ai-allowed-')))
for (const folder of ['in/sub', 'in-other', 'out']) mkdirSync(join(home, folder), { recursive: true })
symlinkSync(join(home, 'out'), join(home, 'in/way-out'))
symlinkSync(join(home, 'in'), join(home, 'alias'))
writeFileSync(join(home, 'in/file'), '')
afterAll(() => rmSync(home, { recursive: true }))

const resolve = (path: string, folders = [join(home, 'in')], from: string | null = null) =>
  resolveAllowedFolder(path, { folders, setting: 'a.b' }, from)
const codeOf = (path: string, folders?: string[]) => {
  try {
    return resolve(path, folders)
  } catch (error) {
    return error instanceof AppError ? error.code : error
  }
}

describe('a folder', () => {
  it('is allowed when it is one of those allowed or lies in one, by its real path', () => {
    expect(resolve(join(home, 'in'))).toBe(join(home, 'in'))
    expect(resolve(join(home, 'in/../in/sub/'))).toBe(join(home, 'in/sub'))
    expect(resolve(join(home, 'alias/sub'))).toBe(join(home, 'in/sub'))
    expect(resolve(join(home, 'in/sub'), [join(home, 'alias')])).toBe(join(home, 'in/sub'))
  })

  it.each([
    ['out', 'path-not-allowed'],
    ['in-other', 'path-not-allowed'],
    ['in/../out', 'path-not-allowed'],
    ['in/way-out', 'path-not-allowed'],
    ['out/absent', 'path-not-allowed'],
    ['in/absent', 'path-not-found'],
    ['in/file', 'not-a-directory'],
    ['in/\0', 'invalid-input'],
  ])('%s is refused with %s', (path, code) => {
    expect(codeOf(`${home}/${path}`)).toBe(code)
  })

  it('may be relative only where a start is given', () => {
    expect(codeOf('sub')).toBe('invalid-input')
    expect(resolve('sub', undefined, join(home, 'in'))).toBe(join(home, 'in/sub'))
  })

  it('is refused while none is allowed, with what to do', () => {
    expect(() => resolve('/etc', [])).toThrow(
      expect.objectContaining({
        code: 'path-not-allowed',
        hint: expect.stringContaining('{"a":{"b":["/etc"]}}') as string,
      }),
    )
  })
})
