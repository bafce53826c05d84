import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const module = new URL('./cache.mjs', import.meta.url).href
/** Installs slowly and notes it: two at once would note it twice. */
const installer = `
  import { appendFileSync } from 'node:fs'
  import { setTimeout } from 'node:timers/promises'
  import { cachePath, once } from ${JSON.stringify(module)}
  await once({ name: 'it', stamp: cachePath('it', '.stamp'), version: process.argv[1], say: () => {} }, async () => {
    appendFileSync(cachePath('log'), process.argv[1] + ' ')
    await setTimeout(300)
  })`

describe('the cache', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hwc-ai-cache-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const install = (version: string) =>
    run(process.execPath, ['--input-type=module', '--eval', installer, version], {
      env: { ...process.env, HWC_AI_CACHE_DIR: folder },
    })
  const log = () => readFileSync(join(folder, 'log'), 'utf8')

  it('installs a version once, whoever asks at the same time', async () => {
    await Promise.all([install('1'), install('1'), install('1')])
    expect(log()).toBe('1 ')
  })

  it('installs again for another version', async () => {
    await install('1')
    await install('2')
    await install('2')
    expect(log()).toBe('1 2 ')
  })

  it('takes over the lock of a process that died', async () => {
    const lock = join(folder, '.lock-it')
    mkdirSync(lock)
    const longAgo = Date.now() / 1000 - 3600
    utimesSync(lock, longAgo, longAgo)
    await install('1')
    expect(log()).toBe('1 ')
  })
})
