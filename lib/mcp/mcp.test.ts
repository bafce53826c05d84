import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import type { Core } from '../core/index.ts'
import { silentLogger } from '../logging/index.ts'
import type { HealthServices } from '../health/types.ts'
import { type RunningServer, startServer } from '../server/index.ts'
import { mcpChecks } from './checks.ts'
import { OWNER_KEY, smallServer } from './gateway/testing/harness.ts'
import type { GatewayView } from './schemas.ts'

const run = promisify(execFile)
const CLI = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
const folders: string[] = []
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function serve(mcp: object): Promise<RunningServer & { env: Record<string, string> }> {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-mcp-'))
  folders.push(folder)
  writeFileSync(join(folder, 'key'), OWNER_KEY)
  const env = {
    HWC_AI_STATE: join(folder, 'state'),
    HWC_AI_PORT: '0',
    HWC_AI_API_KEY_FILE: join(folder, 'key'),
    HWC_AI_CONFIG: JSON.stringify({ mcp: { enable: true, ...mcp } }),
  }
  const server = await startServer({ env, pagesDir: null, log: silentLogger, print: () => undefined })
  closing.push(() => server.close())
  return { ...server, env }
}

async function listed(core: Core): Promise<GatewayView> {
  const operation = core.registry.operation('list_mcp_servers')
  return (await core.call(operation, {}, LOCAL_PRINCIPAL, null)) as GatewayView
}

/** What the checks say now, by their ids. */
async function outcomes(core: Core): Promise<Record<string, string>> {
  const services: HealthServices = {
    settings: () => core.settings,
    store: core.store,
    workflows: [],
    now: core.now,
    schedule: () => null,
    overdue: () => null,
  }
  const context = { ...services, signal: new AbortController().signal, firstSeen: core.now(), reach: false }
  const checks = mcpChecks(core.gateway).list(services)
  const found = await Promise.all(checks.map(async (check) => [check.id, (await check.run(context)).status] as const))
  return Object.fromEntries(found)
}

/** Something else that listens. */
async function otherProgram(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  closing.push(() => new Promise((resolve) => other.close(() => resolve())))
  const address = other.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('the listener of the proxy', () => {
  it('comes and goes with the settings', async () => {
    const { core } = await serve({ servers: { small: smallServer() }, proxy: { port: 0 } })
    const { url } = core.gateway.listener
    const ask = () =>
      fetch(`${url ?? ''}/.well-known/mcp.json`, { headers: { authorization: `Bearer ${OWNER_KEY}` } }).then(
        ({ status }) => status,
        () => null,
      )
    expect(await ask()).toBe(200)
    await core.settingsManager.set('mcp.proxy.enable', false, 'test')
    await expect.poll(ask).toBeNull()
    expect(core.gateway.listener.state).toBe('off')
  })

  it('is shown where it really listens, and so is the API', async () => {
    const { core, url } = await serve({ servers: { small: smallServer() }, proxy: { port: 0 } })
    const origins = async () => new Set((await listed(core)).servers.map((server) => new URL(server.url).origin))
    const proxy = core.gateway.listener.url ?? ''
    expect((await listed(core)).listener.address).toBe(new URL(proxy).host)
    expect(await origins()).toEqual(new Set([proxy]))
    await core.settingsManager.set('mcp.proxy.enable', false, 'test')
    await expect.poll(origins).toEqual(new Set([url]))
    const headers = { authorization: `Bearer ${OWNER_KEY}` }
    const discovered = await (await fetch(`${url}/.well-known/mcp.json`, { headers })).text()
    expect(discovered).toContain(`"${url}/api/tools/openapi.json"`)
  })

  it('a port that is taken stops nothing, and is shown', async () => {
    const port = await otherProgram()
    const { core, url } = await serve({ proxy: { port } })
    expect((await fetch(`${url}/api/health`)).status).toBe(200)
    const { listener } = await listed(core)
    expect(listener.state).toBe('failed')
    expect(listener.reason).toMatch(/is taken/)
    expect(await outcomes(core)).toEqual({ 'mcp-proxy': 'down' })
  })
})

describe('the checks', () => {
  it('there are none while MCP is off', async () => {
    const { core } = await serve({ enable: false, servers: { small: smallServer() } })
    expect(await outcomes(core)).toEqual({})
  })

  it('start no program that nobody called, ask one that runs, and name what is not there', async () => {
    const { core } = await serve({
      proxy: { port: 0 },
      servers: {
        idle: smallServer(),
        busy: smallServer({ shared: true }),
        missing: { command: 'no-such-program-anywhere' },
        off: smallServer({ enable: false }),
        gone: { url: `http://127.0.0.1:${await otherProgram()}/mcp`, callTimeout: '1s' },
      },
    })
    await core.gateway.server('busy').start()
    const found = await outcomes(core)
    expect(found).toEqual({
      'mcp-proxy': 'ok',
      'mcp-idle': 'ok',
      'mcp-busy': 'ok',
      'mcp-missing': 'down',
      'mcp-gone': 'degraded',
    })
    expect(core.gateway.server('idle').status().processes).toEqual([])
  })
})

describe('the command line beside the server', () => {
  it('shows what runs there, without starting anything', async () => {
    const { core, env } = await serve({ servers: { small: smallServer({ shared: true }) }, proxy: { port: 0 } })
    await core.gateway.server('small').listTools(false)
    const [{ pid } = { pid: 0 }] = core.gateway.server('small').status().processes
    const command = async (...words: string[]): Promise<unknown> => {
      const { stdout } = await run(process.execPath, [CLI, 'mcp', ...words, '--json'], {
        env: { ...process.env, ...env },
      })
      return JSON.parse(stdout)
    }
    const shown = async () => {
      const { servers } = (await command('list')) as GatewayView
      return servers.find(({ name }) => name === 'small')
    }
    await expect.poll(shown, { timeout: 20_000, interval: 500 }).toMatchObject({ state: 'running', pid })
    const { lines } = (await command('log', 'small')) as { lines: { text: string }[] }
    expect(lines.map(({ text }) => text)).toContain(`[gateway] process ${pid} started for all`)
    expect(core.gateway.server('small').status().processes).toHaveLength(1)
    // A call from there starts a program of its own, and is recorded before the command ends.
    expect(await command('call', 'small', 'echo', '--arguments', '{"text":"hi"}')).toMatchObject({ is_error: false })
    expect(await core.calls.latest({ server: 'small', limit: 1 })).toMatchObject([{ tool: 'echo', error: null }])
  })
})
