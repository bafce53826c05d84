/** The way in through Caddy: its configuration judged by Caddy, and requests really passed on by it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluate, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { treeOf } from './testing/trees.ts'

const hasCaddy = spawnSync('caddy', ['version']).status === 0
const ready = hasNix && hasCaddy

/** No authority on the internet signs for it: Caddy does. */
const NAME = 'ai.example.lan'

const machine = (upstream: number, path: string) => `{
  services.caddy.enable = true;
  hwc.ai = {
    enable = true;
    local-workflows = { enable = true; backend.type = "built-in"; };
    mcp = {
      enable = true;
      proxy.port = ${upstream};
      service.virtualHost = "${NAME}";
      reverseProxy = { enable = true; path = "${path}"; };
    };
  };
}`

/** As NixOS writes it, at other ports and without asking the machine to trust Caddy. */
function caddyfile({ caddy }: MachineSummary, port: number, httpPort: number): string {
  const hosts = Object.entries(caddy).map(([name, { extraConfig }]) => `${name} {\n${extraConfig}\n}\n`)
  const global = ['admin off', 'skip_install_trust', `https_port ${port}`, `http_port ${httpPort}`]
  return `{\n${global.join('\n')}\n}\n${hosts.join('')}`
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
    writeFileSync(join(folder, 'Caddyfile'), caddyfile(evaluated, port, await freePort()))
    const home = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
    caddy = spawn('caddy', args, { env: home, stdio: ['ignore', 'ignore', 'pipe'] })
    if (caddy.stderr === null) throw new Error('Caddy has no standard error')
    const awaited = new Set(['serving initial configuration', 'certificate obtained successfully'])
    for await (const line of createInterface(caddy.stderr)) {
      for (const words of awaited) if (line.includes(words)) awaited.delete(words)
      if (awaited.size === 0) break
    }
  })
  afterAll(async () => {
    caddy.kill()
    if (caddy.exitCode === null) await once(caddy, 'exit')
    gateway.closeAllConnections()
    gateway.close()
    tree.remove()
    rmSync(folder, { recursive: true })
  })

  /** Asks as a client does that knows the name and trusts Caddy's own root certificate. */
  async function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const ca = readFileSync(join(folder, 'caddy/pki/authorities/local/root.crt'))
    const named = { ...headers, host: `${NAME}:${port}` }
    const request = get({ host: '127.0.0.1', port, path, servername: NAME, ca, headers: named, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return text(response)
  }

  it('is configured as Caddy wants it', () => {
    const args = ['validate', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
    const judged = spawnSync('caddy', args, { encoding: 'utf8', env: { ...process.env, HOME: folder } })
    expect(judged.stdout + judged.stderr).toContain('Valid configuration')
  })

  it('takes requests for its own path to the path of the gateway, with the key and the name they came with', async () => {
    expect(JSON.parse(await ask('/tools/wiki?x=1', { authorization: 'Bearer k' }))).toEqual({
      url: '/mcp/wiki?x=1',
      host: `${NAME}:${port}`,
      authorization: 'Bearer k',
    })
  })

  it('shows where the servers are, and passes on nothing else', async () => {
    expect(JSON.parse(await ask('/.well-known/mcp.json'))).toMatchObject({ url: '/.well-known/mcp.json' })
    for (const path of ['/', '/api/status', '/mcp/wiki', '/toolsmith']) expect(await ask(path), path).toBe('')
  })

  it('signs for names that nobody else signs for, and asks an authority for the others', async () => {
    const names = {
      [NAME]: true,
      server: true,
      'ai.home.arpa': true,
      'https://ai.Local:8443': true,
      'http://server': false,
      'ai.example.com': false,
      'ai.box': false,
    }
    const cases = Object.fromEntries(
      Object.keys(names).map((name) => [name, machine(1, '/mcp').replace(`"${NAME}"`, JSON.stringify(name))]),
    )
    const { values } = await evaluate<MachineSummary>(tree, cases, { entry: ['.'] })
    const signs = Object.entries(values).map(([name, { caddy: hosts }]) => {
      return [name, hosts[name]?.extraConfig.startsWith('tls internal\n')]
    })
    expect(Object.fromEntries(signs)).toEqual(names)
  })

  it('is answered under its name, since the app is told of it', () => {
    const settings: unknown = JSON.parse(evaluated.etc['hwc-ai/hwc-ai.json']?.text ?? '')
    expect(settings).toMatchObject({ 'local-workflows': { api: { allowedHosts: [NAME] } } })
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
