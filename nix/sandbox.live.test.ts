/** The app under the very filter of system calls that its exported unit has: what is hardened must still work. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluate, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { hasProgram } from './testing/programs.ts'
import { treeOf } from './testing/trees.ts'

/** Allows itself the calls that are named in a file and no others, as systemd does, and becomes the program. */
const CONFINE = `
import ctypes, os, sys
lib = ctypes.CDLL('libseccomp.so.2')
lib.seccomp_init.restype = ctypes.c_void_p
lib.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
lib.seccomp_load.argtypes = [ctypes.c_void_p]
EPERM, ALLOW = 0x00050001, 0x7fff0000
context = lib.seccomp_init(ctypes.c_uint32(EPERM))
for name in open(sys.argv[1]).read().split():
    number = lib.seccomp_syscall_resolve_name(name.encode())
    if number != -1: lib.seccomp_rule_add(context, ALLOW, number, 0)
if lib.seccomp_load(context) != 0: sys.exit('the filter does not load')
os.execvp(sys.argv[2], sys.argv[2:])
`
const hasSeccomp = spawnSync('python3', ['-c', "import ctypes; ctypes.CDLL('libseccomp.so.2')"]).status === 0
const ready = hasNix && hasProgram('systemd-analyze') && hasSeccomp

const SERVER = fileURLToPath(new URL('../server.ts', import.meta.url))
const COMMAND = fileURLToPath(new URL('../lib/cli/main.ts', import.meta.url))

/** The calls of a group such as `@system-service`, with those of the groups in it. */
function callsOf(group: string): string[] {
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', '--no-pager', group], { encoding: 'utf8' })
  const words = stdout
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
  return words.flatMap((word) =>
    word === '' || word.startsWith('#') ? [] : word.startsWith('@') ? callsOf(word) : word,
  )
}

/** Applied in order: `~` takes away what was allowed before it. */
function allowedBy(filters: readonly string[]): Set<string> {
  const allowed = new Set<string>()
  for (const filter of filters) {
    const takesAway = filter.startsWith('~')
    for (const call of filter.replace('~', '').split(' ').flatMap(callsOf)) {
      if (takesAway) allowed.delete(call)
      else allowed.add(call)
    }
  }
  return allowed
}

describe.runIf(ready)('under the filter of its unit, the app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-sandbox-'))
  const inbox = join(folder, 'inbox')
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    NODE_ENV: 'production' as const,
    HWC_AI_STATE: join(folder, 'state'),
    HWC_AI_PORT: '0',
    HWC_AI_LOCAL_WORKFLOWS_BACKEND_TYPE: 'built-in',
    HWC_AI_LOCAL_WORKFLOWS_FILE_CLEANUP_WATCH_DIRS: inbox,
  }
  const confined = (...words: string[]) => ['-c', CONFINE, join(folder, 'calls'), process.execPath, ...words]

  beforeAll(async () => {
    const tree = writeTree(treeOf())
    const module = '{ hwc.ai = { enable = true; local-workflows.enable = true; }; }'
    const { values } = await evaluate<MachineSummary>(tree, { one: module })
    tree.remove()
    const filters = values['one']?.services['hwc-ai']?.serviceConfig['SystemCallFilter']
    if (!Array.isArray(filters)) throw new Error('the unit has no filter')
    writeFileSync(join(folder, 'calls'), [...allowedBy(filters.map(String))].join('\n'))
    mkdirSync(inbox)
    writeFileSync(join(inbox, 'a.txt'), 'a text')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is really confined', () => {
    const forbidden = `const { setuid } = process; try { setuid(process.getuid()) } catch (error) { console.log(error.code) }`
    const ran = spawnSync('python3', confined('--eval', forbidden), { env, encoding: 'utf8' })
    expect(ran.stdout.trim()).toBe('EPERM')
  })

  it('tidies, undoes, and writes the journal', () => {
    const run = (...words: string[]) => spawnSync('python3', confined(COMMAND, ...words), { env, encoding: 'utf8' })
    const tidied = run('cleanup', 'plan', inbox, '--no-dry-run')
    expect(tidied.status, tidied.stderr).toBe(0)
    expect(existsSync(join(inbox, 'a.txt'))).toBe(false)
    const undone = run('cleanup', 'undo', /undo (\S+)/.exec(tidied.stdout)?.[1] ?? '')
    expect(undone.status, undone.stderr).toBe(0)
    expect(existsSync(join(inbox, 'a.txt'))).toBe(true)
    const written = run('journal', 'run', join(inbox, 'a.txt'))
    expect(written.status, written.stderr).toBe(0)
    const kept = run('retention')
    expect(kept.status, kept.stderr).toBe(0)
  })

  it('serves, and ends when it is asked to', async () => {
    const server = spawn('python3', confined(SERVER), { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(server, 'exit')
    let url = ''
    for await (const line of createInterface(server.stdout)) {
      url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? ''
      if (url !== '') break
    }
    expect(await (await fetch(`${url}/api/health`)).json()).toMatchObject({ status: 'ok' })
    server.kill('SIGTERM')
    expect((await ended)[0]).toBe(0)
  })
})

it.skipIf(process.env['CI'] === undefined)('what confines the app in this test is there where CI is set', () => {
  expect(ready).toBe(true)
})
