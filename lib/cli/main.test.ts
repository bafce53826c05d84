/** The command as a person types it: a process of its own, on a state folder of its own. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hwc-ai-cli-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function run(words: readonly string[], env: Record<string, string> = {}, stdout: 'pipe' | number = 'pipe') {
  const {
    status,
    stdout: out,
    stderr: err,
  } = spawnSync(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env['PATH'], HOME: folder, HWC_AI_STATE: join(folder, 'state'), NODE_ENV: 'test', ...env },
    stdio: ['ignore', stdout, 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, out: stdout === 'pipe' ? out : '', err }
}

describe('help', () => {
  it('marks the words that may be left out', () => {
    const { code, out } = run(['--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}journal show \[DATE\] /m)
    expect(out).toMatch(/^ {2}cleanup plan DIRECTORY /m)
  })

  it('of a command can be asked for with "help COMMAND" too', () => {
    expect(run(['help', 'cleanup', 'plan']).out).toMatch(/^Usage: hwc-ai cleanup plan DIRECTORY/)
    expect(run(['help', 'serve']).out).toMatch(/^Usage: hwc-ai serve/)
  })
})

it('starts no server for words that it does not know', () => {
  expect(run(['serve', '--port', '80'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('hwc-ai serve takes no words or flags: --port') as string,
  })
})

it('says what a single fault of the settings is', () => {
  expect(run(['status'], { HWC_AI_CONFIG: '/nosuch.json' })).toMatchObject({
    code: 2,
    err: expect.stringMatching(/HWC_AI_CONFIG: .*\/nosuch\.json/) as string,
  })
})

it('says what is wrong with a state folder that cannot be used', () => {
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'damaged'))
  writeFileSync(join(folder, 'damaged', 'hwc-ai.sqlite'), 'no database '.repeat(1000))
  symlinkSync(join(folder, 'not-mounted'), join(folder, 'link'))
  const cases: [string, RegExp][] = [
    ['/proc/x/y', /The state folder \/proc\/x\/y cannot be made[^]*HWC_AI_STATE/],
    ['link/below', /The state folder .*link\/below cannot be made[^]*HWC_AI_STATE/],
    ['file', /The state folder .*file is no folder[^]*HWC_AI_STATE/],
    ['file/below', /The state folder .*below is no folder/],
    ['damaged', /The state folder .*damaged holds an hwc-ai\.sqlite that is damaged[^]*backup/],
  ]
  for (const [state, words] of cases) {
    const { code, err } = run(['status'], { HWC_AI_STATE: resolve(folder, state) })
    expect(err).toMatch(words)
    expect(code).toBe(2)
  }
})

it('says in one sentence that a newer version has used its state, and what to do', () => {
  const state = join(folder, 'newer')
  expect(run(['status'], { HWC_AI_STATE: state }).err).toBe('')
  const database = new Database(join(state, 'hwc-ai.sqlite'))
  database.exec("INSERT INTO migrations VALUES ('9999-future', '2030-01-01T00:00:00.000Z')")
  database.close()
  const { code, out, err } = run(['status'], { HWC_AI_STATE: state })
  expect([code, out]).toEqual([5, ''])
  const [sentence = '', hint = '', ...rest] = err.trimEnd().split('\n')
  expect(sentence).toMatch(
    /newer\/hwc-ai\.sqlite was last used by a newer version of hwc-ai, and this one \(\S+\) cannot read it\.$/,
  )
  expect(hint).toMatch(/^Use the newer version again, or put a backup/)
  expect(rest).toEqual([])
})

it('says that its output could not be written, and fails', () => {
  const { code, err } = run(['--version'], {}, openSync('/dev/full', 'w'))
  expect(err).toMatch(/^The output cannot be written: ENOSPC/)
  expect(code).toBe(1)
})

it('watches a run of another command to its end', () => {
  const state = { HWC_AI_STATE: join(folder, 'watched') }
  mkdirSync(join(folder, 'empty'), { recursive: true })
  const planned = run(['cleanup', 'plan', join(folder, 'empty'), '--json'], {
    ...state,
    HWC_AI_LOCAL_WORKFLOWS_FILE_CLEANUP_WATCH_DIRS: JSON.stringify([join(folder, 'empty')]),
  })
  expect(planned.err).toBe('')
  const [id] = /run_\w+/.exec(run(['runs'], state).out) ?? ['']
  const watched = run(['runs', 'watch', id], state)
  expect(watched).toMatchObject({ code: 0, out: expect.stringContaining(`plan_file_cleanup`) as string })
  expect(JSON.parse(run(['runs', 'watch', id, '--json'], state).out)).toMatchObject({
    run: { id, status: 'succeeded' },
  })
  expect(run(['runs', 'watch', 'run_none'], state)).toMatchObject({
    code: 3,
    err: expect.stringContaining('There is no run run_none.') as string,
  })
})
