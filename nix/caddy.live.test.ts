/** The way in through Caddy: its configuration judged by Caddy, and requests really passed on by it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluate, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { treeOf } from './testing/trees.ts'

const hasCaddy = spawnSync('caddy', ['version']).status === 0
const ready = hasNix && hasCaddy

const machine = (upstream: number, path: string) => `{
  services.caddy.enable = true;
  hwc.ai = {
    enable = true;
    local-workflows = { enable = true; backend.type = "built-in"; };
    mcp = {
      enable = true;
      proxy.port = ${upstream};
      service.virtualHost = "ai.example.lan";
      reverseProxy = { enable = true; path = "${path}"; };
    };
  };
}`

/** As NixOS writes it, without the names that are there for the web at large: certificates, and the port of HTTPS. */
function caddyfile({ caddy }: MachineSummary, port: number): string {
  const hosts = Object.entries(caddy).map(
    ([name, { extraConfig }]) => `http://${name}:${port}, http://127.0.0.1:${port} {\n${extraConfig}\n}\n`,
  )
  return `{\n  admin off\n  auto_https off\n}\n${hosts.join('')}`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe.runIf(ready)('Caddy, in front of the gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-caddy-'))
  const tree = writeTree(treeOf())
  const gateway = createServer((request, response) => {
    const { host, authorization } = request.headers
    response.end(JSON.stringify({ url: request.url, host, authorization }))
  })
  let caddy: ChildProcess
  let port: number
  let evaluated: MachineSummary

  beforeAll(async () => {
    await once(gateway.listen(0, '127.0.0.1'), 'listening')
    const { port: upstream } = gateway.address() as AddressInfo
    const { values } = await evaluate<MachineSummary>(tree, { one: machine(upstream, '/tools') }, { entry: ['.'] })
    if (values['one'] === undefined) throw new Error('nothing was evaluated')
    evaluated = values['one']
    port = await freePort()
    writeFileSync(join(folder, 'Caddyfile'), caddyfile(evaluated, port))
    const home = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
    caddy = spawn('caddy', args, { env: home, stdio: ['ignore', 'ignore', 'pipe'] })
    if (caddy.stderr === null) throw new Error('Caddy has no standard error')
    for await (const line of createInterface(caddy.stderr)) if (line.includes('serving initial configuration')) break
  })
  afterAll(async () => {
    caddy.kill()
    if (caddy.exitCode === null) await once(caddy, 'exit')
    gateway.closeAllConnections()
    gateway.close()
    tree.remove()
    rmSync(folder, { recursive: true })
  })

  it('is configured as Caddy wants it', () => {
    const args = ['validate', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
    const judged = spawnSync('caddy', args, { encoding: 'utf8', env: { ...process.env, HOME: folder } })
    expect(judged.stdout + judged.stderr).toContain('Valid configuration')
  })

  it('takes requests for its own path to the path of the gateway, with the key and the name they came with', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/tools/wiki?x=1`, { headers: { authorization: 'Bearer k' } })
    expect(await answer.json()).toEqual({
      url: '/mcp/wiki?x=1',
      host: `127.0.0.1:${port}`,
      authorization: 'Bearer k',
    })
  })

  it('shows where the servers are, and passes on nothing else', async () => {
    const found = await fetch(`http://127.0.0.1:${port}/.well-known/mcp.json`)
    expect(await found.json()).toMatchObject({ url: '/.well-known/mcp.json' })
    for (const path of ['/', '/api/status', '/mcp/wiki', '/toolsmith'])
      expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text(), path).toBe('')
  })

  it('is answered under its name, since the app is told of it', () => {
    const settings: unknown = JSON.parse(evaluated.etc['hwc-ai/hwc-ai.json']?.text ?? '')
    expect(settings).toMatchObject({ 'local-workflows': { api: { allowedHosts: ['ai.example.lan'] } } })
  })
})

describe.runIf(hasNix)('a machine with shared routes', () => {
  it('gets a route instead of a virtual host', async () => {
    const tree = writeTree(treeOf())
    const module = `{
      imports = [ hwcHost ];
      hwc.ai = {
        enable = true;
        local-workflows = { enable = true; backend.type = "built-in"; };
        mcp = { enable = true; reverseProxy.enable = true; };
      };
    }`
    const { values } = await evaluate<MachineSummary>(tree, { one: module }, { entry: ['.'] })
    tree.remove()
    expect(values['one']?.failed).toEqual([])
    expect(values['one']?.caddy).toEqual({})
    expect(values['one']?.routes).toEqual([
      {
        name: 'mcp',
        mode: 'subpath',
        path: '/mcp',
        port: null,
        upstream: 'http://127.0.0.1:6001',
        needsUrlBase: true,
        stripPrefix: false,
        ws: false,
        headers: { Host: '127.0.0.1:6001' },
      },
    ])
  })
})

it.skipIf(process.env['CI'] === undefined)('Caddy is there where CI is set', () => {
  expect(hasCaddy).toBe(true)
})
