import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { behindShims } from './shim.ts'
import { createHarness, SMALL_SERVER, smallServer } from './testing/harness.ts'

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-shim-'))
const at = (path: string) => join(folder, path)
const write = (path: string, text: string) => {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text, { mode: 0o755 })
}
/** As pyenv writes it. */
const pyenvShim = (root: string) => `#!/usr/bin/env bash
set -e
[ -n "$PYENV_DEBUG" ] && set -x

program="\${0##*/}"

export PYENV_ROOT="${root}"
exec "${root}/libexec/pyenv" exec "$program" "$@"
`
/** As asdf writes it. */
const asdfShim = (name: string) => `#!/usr/bin/env bash
# asdf-plugin: nodejs 24.0.0
exec asdf exec "${name}" "$@"
`
const search = `${at('manager/shims')}:${at('manager/bin')}:/usr/bin:/bin`
const versions = at('manager/versions/1/bin')

beforeAll(() => {
  const manager = '#!/bin/sh\n[ "$1" = which ] || exit 3\n'
  const chosen = '$PYENV_ROOT/versions/$V/bin/$2'
  write('manager/libexec/pyenv', `${manager}[ -x "${chosen}" ] && echo "${chosen}"`)
  write('manager/bin/asdf', `${manager}echo "${versions}/$2"`)
  for (const name of ['tool', 'node', 'gone']) write(`manager/shims/${name}`, pyenvShim(at('manager')))
  write('manager/shims/other', asdfShim('other'))
  for (const name of ['tool', 'other']) write(`manager/versions/1/bin/${name}`, '#!/usr/bin/env node\n')
  symlinkSync(process.execPath, at('manager/versions/1/bin/node'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const real = (path: string, env: Record<string, string> = { V: '1' }) => behindShims(at(path), { search, env })

describe('a program behind a version manager', () => {
  it('is what the manager says, and so is what runs it', async () => {
    expect(await real('manager/shims/node')).toEqual({ program: `${versions}/node`, search: `${versions}:${search}` })
    expect((await real('manager/shims/other')).program).toBe(`${versions}/other`)
    const tool = await real('manager/shims/tool')
    expect(tool.program).toBe(`${versions}/tool`)
    expect(tool.search.startsWith(`${versions}:`)).toBe(true)
  })

  it('is said to be none when the manager knows none, with what to do', async () => {
    for (const [path, env] of [['manager/shims/gone'], ['manager/shims/tool', { V: '2' }]] as const)
      await expect(real(path, env)).rejects.toMatchObject({
        code: 'mcp-server',
        message: expect.stringContaining('pyenv does not say to which') as string,
        hint: expect.stringMatching(/whole path .* "pyenv which (gone|tool)"/) as string,
      })
  })

  it('is itself where no manager is', async () => {
    write('plain/run', '#!/bin/sh\nexec env "$@" exec x\n')
    expect(await real('plain/run')).toEqual({ program: at('plain/run'), search })
    expect(await behindShims(process.execPath, { search, env: {} })).toEqual({ program: process.execPath, search })
  })

  it('starts, whether it is the command or runs the command, with what the settings set for its manager', async () => {
    write('app/serve', `#!/usr/bin/env node\nimport(${JSON.stringify(SMALL_SERVER)})\n`)
    const env = { V: '1', PATH: search }
    const harness = await createHarness({
      servers: {
        shimmed: smallServer({ command: at('manager/shims/node'), env, shared: true }),
        script: smallServer({ command: at('app/serve'), args: [], env, shared: true }),
        lost: smallServer({ command: at('manager/shims/gone'), env, shared: true }),
      },
    })
    const ask = (server: string) => harness.fetch(`/mcp/${server}/echo`, { method: 'POST', body: '{"text":"hi"}' })
    for (const server of ['shimmed', 'script'])
      expect([server, await (await ask(server)).text()]).toEqual([server, '"hi"'])
    const refused = await ask('lost')
    expect(refused.status).toBe(502)
    expect(await refused.text()).toContain('pyenv which gone')
    await harness.close()
  })
})
