/**
 * The gateway with programs that nobody here wrote: the official servers behind it, the official client before it, and
 * bubblewrap around them. Skipped where bubblewrap does not work; under CI it has to.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/lib/free-port.mjs'
import { createLogger } from '../../logging/index.ts'
import { type RunningServer, startServer } from '../../server/index.ts'
import { probeMeans } from './protection.ts'
import { OWNER_KEY, SMALL_SERVER, smallServer } from './testing/harness.ts'

const { bubblewrap } = await probeMeans()

it.skipIf(process.env['CI'] === undefined)('bubblewrap works where CI is set', () => {
  expect(bubblewrap).toBe(true)
})

const everythingFolder = dirname(
  createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/package.json'),
)
const everything = join(everythingFolder, 'dist', 'index.js')
const modules = dirname(dirname(everythingFolder))
const everythingServer = (more: object = {}) => ({
  command: process.execPath,
  args: [everything, 'stdio'],
  readOnlyPaths: [modules],
  ...more,
})
const authorization = `Bearer ${OWNER_KEY}`

/** A proxy that can cut what goes through it, as a broken network would. */
class Cutter {
  readonly #target: () => string
  readonly server: Server
  cuts = 0

  constructor(target: () => string) {
    this.#target = target
    this.server = createServer((request, response) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) =>
          typeof value === 'string' && !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name)
            ? [[name, value]]
            : [],
        ),
      )
      const gone = new AbortController()
      response.on('close', () => gone.abort())
      const forward = async () => {
        const parts: Buffer[] = []
        for await (const part of request) parts.push(part as Buffer)
        const { method = 'GET', url = '/' } = request
        const body = parts.length === 0 ? null : Buffer.concat(parts)
        const answer = await fetch(`${this.#target()}${url}`, { method, headers, body, signal: gone.signal })
        response.writeHead(answer.status, Object.fromEntries(answer.headers))
        // A stream of a call is cut after its first progress.
        const cut =
          method === 'POST' && answer.headers.get('content-type')?.includes('event-stream') === true && this.cuts === 0
        for await (const chunk of answer.body ?? []) {
          response.write(chunk)
          if (!cut || !Buffer.from(chunk).includes('notifications/progress')) continue
          this.cuts += 1
          await sleep(50)
          response.destroy()
          return
        }
        response.end()
      }
      forward().catch(() => response.destroy())
    })
  }
}

/** Live processes whose command line holds a text. */
function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return []
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text) ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

describe.runIf(bubblewrap)('with the real programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-mcp-live-'))
  const allowed = join(folder, 'allowed')
  const drafts = join(folder, 'drafts')
  let server: RunningServer
  let upstream: ChildProcess
  let cutter: Cutter
  let cutterUrl: string
  const clients: Client[] = []

  beforeAll(async () => {
    mkdirSync(allowed)
    writeFileSync(join(allowed, 'configuration.nix'), '{ }')
    writeFileSync(join(folder, 'secret'), 'not for models')
    writeFileSync(join(folder, 'key'), OWNER_KEY)
    writeFileSync(join(folder, 'upstream-key'), 'upstream-secret')
    const port = await freePort()
    upstream = spawn(process.execPath, [everything, 'streamableHttp'], {
      env: { ...process.env, PORT: `${port}` },
      stdio: 'ignore',
    })
    const url = `http://127.0.0.1:${port}/mcp`
    const config = {
      mcp: {
        enable: true,
        proxy: { port: await freePort() },
        servers: {
          everything: everythingServer(),
          shared: everythingServer({ shared: true }),
          remote: { url, keyFile: join(folder, 'upstream-key') },
          'remote-narrow': { url, allowedTools: ['echo'] },
          installed: { command: join(modules, '.bin', 'mcp-server-everything'), args: ['stdio'] },
          small: smallServer({ shared: true }),
          nosy: smallServer({ shared: true, readOnlyPaths: [dirname(SMALL_SERVER), folder] }),
          greedy: smallServer({ shared: true, memoryMax: 200 }),
          connected: smallServer({ shared: true, network: true }),
        },
        filesystem: { nixos: { enable: true, allowedDirs: [allowed], draftsDir: drafts } },
      },
    }
    const env = {
      HWC_AI_STATE: join(folder, 'state'),
      HWC_AI_PORT: '0',
      HWC_AI_API_KEY_FILE: join(folder, 'key'),
      HWC_AI_CONFIG: JSON.stringify(config),
    }
    const log = createLogger({ write: () => undefined })
    server = await startServer({ env, pagesDir: null, log, print: () => undefined })
    cutter = new Cutter(() => server.url)
    cutter.server.listen(0, '127.0.0.1')
    await once(cutter.server, 'listening')
    const address = cutter.server.address()
    cutterUrl = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
    const listens = () =>
      fetch(url).then(
        () => true,
        () => false,
      )
    while (!(await listens())) await sleep(100)
  })
  afterAll(async () => {
    for (const client of clients) await client.close()
    cutter.server.closeAllConnections()
    cutter.server.close()
    await server.close()
    upstream.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  async function connect(name: string, base = server.url): Promise<Client> {
    const client = new Client(
      { name: 'test', version: '1' },
      { capabilities: { sampling: {}, elicitation: {}, roots: {} } },
    )
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'none',
      role: 'assistant',
      content: { type: 'text', text: 'sampled here' },
    }))
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }))
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: 'file:///of/this/client' }] }))
    const transport = new StreamableHTTPClientTransport(new URL(`${base}/mcp/${name}`), {
      requestInit: { headers: { authorization } },
      reconnectionOptions: {
        initialReconnectionDelay: 50,
        maxReconnectionDelay: 500,
        reconnectionDelayGrowFactor: 1.5,
        maxRetries: 5,
      },
    })
    await client.connect(transport)
    clients.push(client)
    return client
  }

  const textOf = (result: Awaited<ReturnType<Client['callTool']>>) => JSON.stringify(result.content)
  const small = async (name: string, tool: string, args: object = {}) => {
    const headers = { authorization, 'content-type': 'application/json' }
    const response = await fetch(`${server.url}/mcp/${name}/${tool}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(args),
    })
    return await response.text()
  }

  describe.each(['everything', 'shared', 'remote'])('the official client and server, as %s', (name) => {
    it('lists and calls tools', async () => {
      const client = await connect(name)
      expect((await client.listTools()).tools.map((tool) => tool.name)).toContain('echo')
      expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hello' } }))).toContain('Echo: hello')
      expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0)
      expect((await client.listResources()).resources.length).toBeGreaterThan(0)
    })

    it('tells the progress of a long call', async () => {
      const client = await connect(name)
      const told: number[] = []
      const call = { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 4 } }
      const result = await client.callTool(call, undefined, { onprogress: ({ progress }) => told.push(progress) })
      expect(textOf(result)).toContain('completed')
      expect(told).toEqual([1, 2, 3, 4])
    })

    it('lets a long call be cancelled, and goes on', async () => {
      const client = await connect(name)
      const stop = new AbortController()
      const call = { name: 'trigger-long-running-operation', arguments: { duration: 600, steps: 1000 } }
      const options = { signal: stop.signal, onprogress: () => stop.abort('enough') }
      await expect(client.callTool(call, undefined, options)).rejects.toThrow(/enough/)
      expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'still' } }))).toContain('still')
    })

    it('carries a large message', async () => {
      const client = await connect(name)
      const message = 'x'.repeat(3_000_000)
      expect(textOf(await client.callTool({ name: 'echo', arguments: { message } }))).toHaveLength(
        message.length + JSON.stringify([{ type: 'text', text: 'Echo: ' }]).length,
      )
    })
  })

  it.each(['everything', 'remote'])('what %s asks of its client reaches the one that caused it', async (name) => {
    const [client] = [await connect(name), await connect(name)]
    const sampled = await client.callTool({
      name: 'trigger-sampling-request',
      arguments: { prompt: 'x', maxTokens: 5 },
    })
    expect(textOf(sampled)).toContain('sampled here')
    const asked = await client.callTool({ name: 'trigger-elicitation-request', arguments: {} })
    expect(textOf(asked)).toMatch(/declined/i)
    expect(textOf(await client.callTool({ name: 'get-roots-list', arguments: {} }))).toContain('file:///of/this/client')
  })

  it('the official client resumes a call whose stream was cut, and misses nothing', async () => {
    const client = await connect('everything', cutterUrl)
    const told: number[] = []
    const call = { name: 'trigger-long-running-operation', arguments: { duration: 2, steps: 8 } }
    const result = await client.callTool(call, undefined, { onprogress: ({ progress }) => told.push(progress) })
    expect(cutter.cuts).toBe(1)
    expect(textOf(result)).toContain('completed')
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('a server with an address gets its own key and none of ours, and its tools are hidden all the same', async () => {
    const client = await connect('remote-narrow')
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(['echo'])
    await expect(client.callTool({ name: 'get-env', arguments: {} })).rejects.toThrow(/not among/)
    expect(await small('remote-narrow', 'echo', { message: 'over OpenAPI' })).toBe('"Echo: over OpenAPI"')
    const seen: (string | undefined)[] = []
    const judge = createServer((request, response) => {
      seen.push(
        request.headers.authorization,
        request.headers.cookie,
        request.headers['x-private'] as string | undefined,
      )
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":1,"result":{}}')
    }).listen(0, '127.0.0.1')
    await once(judge, 'listening')
    const address = judge.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const headers = { authorization, 'content-type': 'application/json', cookie: 'a=b', 'x-private': 'c' }
    const put = { url: `http://127.0.0.1:${port}/mcp`, key_file: join(folder, 'upstream-key') }
    const { status } = await fetch(`${server.url}/api/mcp/servers/judge`, {
      method: 'PUT',
      headers,
      body: JSON.stringify(put),
    })
    // The servers of this machine are declared in its configuration; a further one may be added beside them.
    expect(status).toBe(200)
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })
    await (await fetch(`${server.url}/mcp/judge`, { method: 'POST', headers, body })).text()
    expect(seen).toEqual(['Bearer upstream-secret', undefined, undefined])
    judge.close()
  })

  it('answers at its own listener too, and there nothing else of the API', async () => {
    const { url } = server.core.gateway.listener
    const headers = { authorization }
    expect((await fetch(`${url ?? ''}/.well-known/mcp.json`, { headers })).status).toBe(200)
    expect((await fetch(`${url ?? ''}/api/workflows/status`, { headers })).status).toBe(404)
    const client = await connect('shared', url ?? '')
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'here' } }))).toContain('here')
  })

  describe('the sandbox', () => {
    it('shows no file that is not listed, not even the state of this app', async () => {
      expect(await small('small', 'read', { path: SMALL_SERVER })).toContain('A small MCP server')
      expect(await small('small', 'read', { path: join(folder, 'secret') })).toMatch(/ENOENT/)
      expect(await small('small', 'read', { path: join(folder, 'state', 'hwc-ai.sqlite') })).toMatch(/ENOENT/)
      expect(await small('small', 'read', { path: '/etc/shadow' })).toMatch(/ENOENT/)
    })

    it('hides the state of this app in a folder that is listed, too', async () => {
      expect(await small('nosy', 'read', { path: join(folder, 'secret') })).toContain('not for models')
      expect(await small('nosy', 'read', { path: join(folder, 'state', 'hwc-ai.sqlite') })).toMatch(/ENOENT/)
    })

    it('shows a program that npm installed what it needs', async () => {
      const client = await connect('installed')
      expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'here' } }))).toContain('here')
    })

    it('lets nothing be written, but in a scratch folder that is gone with the process', async () => {
      expect(await small('small', 'write', { path: SMALL_SERVER })).toMatch(/EROFS|EACCES/)
      expect(await small('small', 'write', { path: '/usr/bin/planted' })).toMatch(/EROFS|EACCES/)
      expect(await small('small', 'write', { path: '/tmp/scratch-of-the-sandbox' })).toBe('"written"')
      expect(readdirSync('/tmp')).not.toContain('scratch-of-the-sandbox')
    })

    it('has no network, not even this machine’s own, unless it may', async () => {
      const { port } = new URL(server.url)
      expect(await small('small', 'connect', { port })).toMatch(/ENETUNREACH|ECONNREFUSED/)
      expect(await small('connected', 'connect', { port })).toBe('"connected"')
    })

    it('ends what takes too much memory, and says so', async () => {
      expect(await small('greedy', 'hoard', { mib: '300' })).toMatch(/MiB of memory, more than the 200 it may/)
    })

    it('leaves nothing behind when it is stopped', async () => {
      expect(await small('small', 'offspring')).toBe('"left behind"')
      const [{ pid } = { pid: 0 }] = server.core.gateway.server('small').status().processes
      expect(processesWith(SMALL_SERVER)).toContain(pid)
      const before = processesWith('sleep\u0000613').length
      await server.core.gateway.server('small').stop()
      await expect.poll(() => processesWith('sleep\u0000613').length, { timeout: 10_000 }).toBeLessThan(before)
    })
  })

  it('the file server reads what is allowed, writes drafts, and nothing else', async () => {
    const client = await connect('filesystem-nixos')
    const call = async (name: string, args: Record<string, unknown>) => {
      try {
        return textOf(await client.callTool({ name, arguments: args }))
      } catch (error) {
        return String(error)
      }
    }
    expect(await call('read_text_file', { path: join(allowed, 'configuration.nix') })).toContain('{ }')
    expect(await call('read_text_file', { path: join(folder, 'secret') })).toMatch(/denied|outside/i)
    expect(await call('write_file', { path: join(drafts, 'draft.nix'), content: '{ a = 1; }' })).toContain(
      'Successfully',
    )
    expect(readFileSync(join(drafts, 'draft.nix'), 'utf8')).toBe('{ a = 1; }')
    expect(await call('write_file', { path: join(allowed, 'configuration.nix'), content: 'x' })).toMatch(
      /may be changed/,
    )
    expect(readFileSync(join(allowed, 'configuration.nix'), 'utf8')).toBe('{ }')
    await client.close()
  })
})

describe.runIf(bubblewrap)('when the app is killed', () => {
  it('no program that it started stays', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-mcp-kill-'))
    const marker = `--marker-${process.pid}-${Date.now()}`
    writeFileSync(join(folder, 'key'), OWNER_KEY)
    const program = smallServer({ args: [SMALL_SERVER, marker], shared: true })
    const port = await freePort()
    const config = { mcp: { enable: true, proxy: { enable: false }, servers: { small: program } } }
    const starter = new URL('../../server/index.ts', import.meta.url).href
    const script = `const { startServer } = await import(${JSON.stringify(starter)}); await startServer({ env: process.env, pagesDir: null })`
    const env = {
      ...process.env,
      HWC_AI_STATE: join(folder, 'state'),
      HWC_AI_PORT: `${port}`,
      HWC_AI_API_KEY_FILE: join(folder, 'key'),
      HWC_AI_CONFIG: JSON.stringify(config),
    }
    const app = spawn(process.execPath, ['--input-type=module', '-e', script], { env, stdio: 'ignore' })
    const call = () =>
      fetch(`http://127.0.0.1:${port}/mcp/small/offspring`, { method: 'POST', headers: { authorization } }).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(call, { timeout: 60_000, interval: 200 }).toBe(200)
    expect(processesWith(marker).length).toBeGreaterThan(0)
    app.kill('SIGKILL')
    await once(app, 'exit')
    await expect.poll(() => processesWith(marker).filter((pid) => pid !== app.pid), { timeout: 10_000 }).toEqual([])
    rmSync(folder, { recursive: true, force: true })
  })
})
