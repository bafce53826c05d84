/** The exported service, started with the settings and the environment that Nix makes for it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { evaluate, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { treeOf } from './testing/trees.ts'

const EVERYTHING = fileURLToPath(new URL('./testing/everything.nix', import.meta.url))
const SERVER = fileURLToPath(new URL('../server.ts', import.meta.url))
const OWNER = 'owner-key-of-the-test-0123456789abcdef'

const settingsAnswer = z.object({
  settings: z.array(z.looseObject({ path: z.string(), value: z.unknown(), source: z.string() })),
})

describe.runIf(hasNix)('the service of a machine with everything on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-service-'))
  const tree = writeTree(treeOf())
  let server: ChildProcess
  let url = ''
  const errors: string[] = []

  /** What lies in folders of the system goes into the test's own. */
  const moved = (text: string) =>
    text
      .replaceAll('/var/lib/hwc-ai', join(folder, 'state'))
      .replaceAll('/run/credentials/hwc-ai.service', join(folder, 'credentials'))
      .replaceAll('/etc/hwc-ai', join(folder, 'etc'))
      .replaceAll('/run/hwc-ai-mcp', join(folder, 'mcp'))

  beforeAll(async () => {
    const ports = 'hwc.ai.local-workflows.api.port = 0; hwc.ai.mcp.proxy.port = 0;'
    const module = `{ lib, ... }: { imports = [ ${EVERYTHING} ]; ${ports} }`
    const { values } = await evaluate<MachineSummary>(tree, { one: module }, { entry: ['.'] })
    const service = values['one']?.services['hwc-ai']
    const json = values['one']?.etc['hwc-ai/hwc-ai.json']?.text
    if (service === undefined || typeof json !== 'string') throw new Error('nothing was evaluated')
    for (const name of ['state', 'credentials', 'etc']) mkdirSync(join(folder, name), { mode: 0o700 })
    writeFileSync(join(folder, 'etc', 'hwc-ai.json'), moved(json))
    writeFileSync(join(folder, 'credentials', 'owner-key'), OWNER)
    const given = Object.entries(service.environment).filter(([, value]) => value !== null)
    const env = Object.fromEntries(given.map(([name, value]) => [name, moved(value ?? '')]))
    server = spawn(process.execPath, [SERVER], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        CREDENTIALS_DIRECTORY: join(folder, 'credentials'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (server.stdout === null || server.stderr === null) throw new Error('the server has no output')
    createInterface(server.stderr).on('line', (line) => errors.push(line))
    for await (const line of createInterface(server.stdout)) {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)
      if (found === null) continue
      url = found[0]
      break
    }
  })
  afterAll(async () => {
    server.kill()
    if (server.exitCode === null) await once(server, 'exit')
    tree.remove()
    rmSync(folder, { recursive: true })
  })

  const get = (path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${OWNER}` } })

  it('starts without a fault and answers', async () => {
    expect(url, errors.join('\n')).not.toBe('')
    expect((await fetch(`${url}/api/health`)).status).toBe(200)
  })

  it('knows its owner by the key that systemd hands over', async () => {
    expect((await get('/api/settings')).status).toBe(200)
    expect((await fetch(`${url}/api/settings`)).status).toBe(401)
  })

  it('has the values of the machine, set by Nix, and leaves the rest to the admin', async () => {
    const { settings } = settingsAnswer.parse(await (await get('/api/settings')).json())
    const of = (path: string) => settings.find((setting) => setting.path === path)
    expect(of('local-workflows.fileCleanup.watchDirs')).toMatchObject({
      value: ['/srv/in box', `/srv/it's 100% $HOME "quoted"`, '/home/somebody/Down:loads'],
      source: 'nix',
    })
    // Left at their defaults: one that the units are built from, one that only the app knows.
    expect(of('local-workflows.fileCleanup.schedule')).toMatchObject({ value: '*:0/30', source: 'nix' })
    expect(of('local-workflows.fileCleanup.model')).toMatchObject({ source: 'default' })
    expect(of('local-workflows.scheduler.enable')).toMatchObject({ value: false, source: 'nix' })
    expect(of('cloud.openai.apiKeyFile')).toMatchObject({
      value: '/run/secrets/openai',
      source: 'nix',
    })
  })

  it('refuses in the admin what Nix has set', async () => {
    const change = (path: string, value: unknown) =>
      fetch(`${url}/api/settings/${path}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${OWNER}`, 'content-type': 'application/json' },
        body: JSON.stringify({ value }),
      })
    expect((await change('local-workflows.fileCleanup.watchDirs', ['/srv'])).status).toBe(409)
    expect((await change('local-workflows.fileCleanup.model', 'llama3.2:3b')).status).toBe(200)
  })
})
