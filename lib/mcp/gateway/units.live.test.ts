/** Servers behind sockets, as systemd's units have them; `systemd-socket-activate` stands for systemd itself. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOCAL_PRINCIPAL } from '../../auth/index.ts'
import { createCore, type Core } from '../../core/index.ts'
import { silentLogger } from '../../logging/index.ts'
import { FILESYSTEM_SERVER } from './filesystem.ts'

const ACTIVATE = 'systemd-socket-activate'
const installed = spawnSync(ACTIVATE, ['--version']).status === 0
const PROGRAM = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-filesystem/package.json')),
  'dist/index.js',
)

describe.runIf(installed)('a server in a unit of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-units-'))
  const [sockets, docs, drafts] = ['sockets', 'docs', 'drafts'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  let systemd: ChildProcess
  let core: Core

  const call = async (tool: string, args: Record<string, unknown>) => {
    const server = core.gateway.server(FILESYSTEM_SERVER)
    return server.callTool({ tool, args, argumentsJson: JSON.stringify(args), principal: LOCAL_PRINCIPAL, face: 'mcp' })
  }

  beforeAll(async () => {
    for (const path of [sockets, docs, drafts]) mkdirSync(path)
    writeFileSync(join(docs, 'a.txt'), 'the text of a')
    const socket = join(sockets, `${FILESYSTEM_SERVER}.sock`)
    const command = [process.execPath, PROGRAM, docs, drafts]
    systemd = spawn(ACTIVATE, ['--accept', '--inetd', `--listen=${socket}`, '--', ...command], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (systemd.stderr === null) throw new Error('it has no standard error')
    for await (const line of createInterface(systemd.stderr)) if (line.includes('Listening on')) break
    systemd.stderr.resume()
    const nixos = { enable: true, allowedDirs: [docs], draftsDir: drafts }
    core = await createCore({
      env: {
        HWC_AI_STATE: join(folder, 'state'),
        HWC_AI_MCP_SOCKETS: sockets,
        HWC_AI_CONFIG: JSON.stringify({ mcp: { enable: true, filesystem: { nixos } } }),
      },
      log: silentLogger,
    })
  })
  afterAll(async () => {
    await core.close()
    systemd.kill()
    await once(systemd, 'exit')
    rmSync(folder, { recursive: true })
  })

  it('is called through its socket, and says what holds it back', async () => {
    const server = core.gateway.server(FILESYSTEM_SERVER)
    expect((await server.listTools(true)).map(({ name }) => name)).toContain('read_text_file')
    expect(JSON.stringify(await call('read_text_file', { path: join(docs, 'a.txt') }))).toContain('the text of a')
    expect(await server.protection()).toMatchObject({ memory: 'at most 512 MiB with all it starts (systemd)' })
  })

  it('is still kept from writing anywhere but to the drafts', async () => {
    await expect(call('write_file', { path: join(docs, 'a.txt'), content: 'x' })).rejects.toThrow('may be changed')
    await call('write_file', { path: join(drafts, 'b.txt'), content: 'a draft' })
    expect(JSON.stringify(await call('read_text_file', { path: join(drafts, 'b.txt') }))).toContain('a draft')
  })

  it('is connected to anew after it was stopped', async () => {
    const server = core.gateway.server(FILESYSTEM_SERVER)
    await server.stop()
    expect(server.status().processes).toEqual([])
    expect(JSON.stringify(await call('read_text_file', { path: join(docs, 'a.txt') }))).toContain('the text of a')
  })
})

it.skipIf(process.env['CI'] === undefined)('systemd-socket-activate is there where CI is set', () => {
  expect(installed).toBe(true)
})
