import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema, type Progress } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { LOOK_MS } from '../../auth/end-watch.ts'
import { ApiKeys } from '../../auth/index.ts'
import { type Core, createCore } from '../../core/index.ts'
import { createApi } from '../../http/app.ts'
import { silentLogger } from '../../logging/index.ts'
import { registry as realRegistry } from '../../core/registry.ts'
import { createRegistry } from '../../operations/registry.ts'
import { defineOperation, type Scope } from '../../operations/types.ts'
import { systemOperations } from '../../system/index.ts'

const newGate = () => ({ open: Promise.withResolvers<null>(), aborted: Promise.withResolvers<null>() })
const gate = newGate()

const work = (id: string, scope: Scope) =>
  defineOperation({
    id,
    title: 'Work',
    description: 'Works.',
    http: { method: 'POST', path: `/api/${id}` },
    scope,
    recorded: true,
    mutates: true,
    input: z.object({ wait: z.boolean().default(false).describe('Whether to wait') }),
    output: z.object({ said: z.string() }),
    examples: [],
    tool: { description: 'Use it to work.' },
    run: async ({ wait }, { emit, signal }) => {
      emit({ type: 'step', message: 'Reading' })
      emit({ type: 'progress', done: 5, total: 5, unit: 'files' })
      emit({ type: 'step', message: 'Moving' })
      emit({ type: 'progress', done: 2, total: 2, unit: 'files' })
      if (wait) {
        signal.addEventListener('abort', () => gate.aborted.resolve(null))
        await gate.open.promise
        signal.throwIfAborted()
      }
      return { said: 'done' }
    },
  })

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-mcp-'))
let core: Core
let api: ReturnType<typeof createApi>
const clients: Client[] = []

beforeAll(async () => {
  core = await createCore({
    env: { HWC_AI_STATE: folder, HWC_AI_CONFIG: JSON.stringify({ 'open-webui': { toolTimeout: 600 } }) },
    log: silentLogger,
    registry: createRegistry(realRegistry.workflows, [
      ...systemOperations,
      work('do_work', 'run'),
      work('move_things', 'apply'),
    ]),
  })
  api = createApi(core)
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  Object.assign(gate, newGate())
})
afterAll(async () => {
  await core.close()
  rmSync(folder, { recursive: true })
})

const url = new URL('http://127.0.0.1:6021/mcp/workflows')
const keyWith = async (...scopes: Scope[]) => (await core.keys.create('client', scopes, null)).secret

function request(init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}) {
  return api.request(url.href, {
    ...init,
    headers: {
      host: '127.0.0.1:6021',
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...init.headers,
    },
  })
}

const transportWith = (key: string) =>
  new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { authorization: `Bearer ${key}`, host: '127.0.0.1:6021' } },
    fetch: async (to, init) => api.request(String(to), init),
  })

async function connect(...scopes: Scope[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transportWith(await keyWith(...scopes)))
  clients.push(client)
  return client
}

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
})

const namesOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name)

describe('the workflows over MCP', () => {
  it('lists the tools with schemas, annotations and prompts, and gives instructions', async () => {
    const client = await connect('read', 'run', 'apply')
    const { tools } = await client.listTools()
    expect(tools[0]).toMatchObject({
      name: 'plan_file_cleanup',
      inputSchema: { type: 'object', required: ['directory'] },
      outputSchema: { type: 'object' },
      annotations: { readOnlyHint: true },
    })
    expect(client.getInstructions()).toContain('wait_for_run')
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual([
      'tidy_folder',
      'what_happened_today',
      'document_file',
    ])
    const { messages } = await client.getPrompt({ name: 'tidy_folder', arguments: { directory: '/srv/in' } })
    expect(messages[0]?.content).toMatchObject({ text: expect.stringContaining('/srv/in') as string })
    await expect(client.getPrompt({ name: 'tidy_folder' })).rejects.toThrow(/directory must be given/)
  })

  it('calls a tool, with its answer as text and as data, and progress that only grows', async () => {
    const client = await connect('run')
    const seen: Progress[] = []
    const result = await client.callTool({ name: 'do_work', arguments: {} }, CallToolResultSchema, {
      onprogress: (progress) => seen.push(progress),
    })
    expect(result.structuredContent).toMatchObject({ status: 'done', result: { said: 'done' } })
    expect(result.content).toEqual([{ type: 'text', text: JSON.stringify(result.structuredContent) }])
    expect(seen.map(({ message }) => message)).toEqual(['Reading', 'Reading', 'Moving', 'Moving'])
    const values = seen.map(({ progress }) => progress)
    expect(values).toEqual(values.toSorted((a, b) => a - b))
    expect(new Set(values).size).toBe(values.length)
    await expect.poll(async () => (await core.calls.latest({ limit: 1 }))[0]?.face).toBe('mcp')
  })

  it('hands long work over, and waits for it with progress and the same answer', async () => {
    await core.settingsManager.set('open-webui.toolTimeout', 1, 'test')
    const client = await connect('mcp:workflows')
    const begun = await client.callTool({ name: 'do_work', arguments: { wait: true } })
    const { run_id: id } = z
      .object({ status: z.literal('running'), run_id: z.string(), progress: z.string() })
      .parse(begun.structuredContent)
    await core.settingsManager.set('open-webui.toolTimeout', 600, 'test')
    const seen: Progress[] = []
    const done = await client.callTool({ name: 'wait_for_run', arguments: { run_id: id } }, CallToolResultSchema, {
      onprogress: (progress) => {
        seen.push(progress)
        gate.open.resolve(null)
      },
    })
    expect(done.structuredContent).toMatchObject({ status: 'done', run_id: id, result: { said: 'done' } })
    expect(seen.map(({ message }) => message)).toContain('Moving')
  })

  it('says errors so that a model can act on them', async () => {
    const client = await connect('run')
    expect(await client.callTool({ name: 'do_work', arguments: { wait: 'maybe' } })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^wait: .*Correct the arguments/) as string }],
    })
    await expect(client.callTool({ name: 'do_wurk' })).rejects.toThrow(/Did you mean "do_work"/)
  })

  it('shows and lets call only what the key may do', async () => {
    const reader = await namesOf(await connect('read'))
    expect(reader).toContain('get_file_cleanup')
    expect(reader).not.toContain('do_work')
    for (const scope of ['mcp:workflows', 'mcp'] as const) {
      const client = await connect(scope)
      const names = await namesOf(client)
      expect(names).toEqual(expect.arrayContaining(['get_file_cleanup', 'plan_file_cleanup', 'do_work']))
      expect(names).not.toContain('apply_file_cleanup')
      expect(names).not.toContain('move_things')
      expect(await client.callTool({ name: 'move_things' })).toMatchObject({ isError: true })
      expect(await client.callTool({ name: 'do_work' })).toMatchObject({ structuredContent: { status: 'done' } })
    }
    expect(await namesOf(await connect('mcp:workflows', 'apply'))).toContain('move_things')
    await expect(connect('mcp:filesystem')).rejects.toThrow(/403|lacks the scope/)
  })

  it('offers resources, and says which are not there', async () => {
    const client = await connect('read')
    expect((await client.listResources()).resources).toEqual([])
    expect((await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'hwc-ai://journal/{date}',
      'hwc-ai://cleanup/{plan_id}',
      'hwc-ai://document/{document_id}',
    ])
    await expect(client.readResource({ uri: 'hwc-ai://journal/2026-01-01' })).rejects.toThrow(/no journal entry/)
    await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow(/no resource/)
    await expect(client.readResource({ uri: 'hwc-ai://cleanup/%' })).rejects.toThrow(/no resource/)
  })

  it('stops the run when the call is cancelled, and when the session is ended', async () => {
    const client = await connect('run')
    const stop = new AbortController()
    const call = client.callTool({ name: 'do_work', arguments: { wait: true } }, CallToolResultSchema, {
      signal: stop.signal,
      onprogress: () => stop.abort(),
    })
    await expect(call).rejects.toThrow()
    await gate.aborted.promise
    gate.open.resolve(null)
    Object.assign(gate, newGate())

    const other = await connect('run')
    const begun = Promise.withResolvers<null>()
    const lost = other.callTool({ name: 'do_work', arguments: { wait: true } }, CallToolResultSchema, {
      onprogress: () => begun.resolve(null),
    })
    lost.catch(() => undefined)
    await begun.promise
    const { transport } = other
    if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession()
    await gate.aborted.promise
    gate.open.resolve(null)
  })
})

describe('the door', () => {
  it('opens to no one without a key, from another site, or under another name', async () => {
    const key = await keyWith('read')
    const authorization = `Bearer ${key}`
    const status = async (headers: Record<string, string>) =>
      (await request({ method: 'POST', body: initialize, headers })).status
    expect(await status({})).toBe(401)
    expect(await status({ authorization: 'Bearer wrong' })).toBe(401)
    expect(await status({ authorization, origin: 'https://evil.example' })).toBe(403)
    expect(await status({ authorization, origin: 'null' })).toBe(403)
    expect(await status({ authorization, host: 'evil.example' })).toBe(421)
    expect(await status({ authorization })).toBe(200)
    expect(await status({ authorization, origin: 'http://127.0.0.1:6021' })).toBe(200)
  })

  it('takes the key as a password where the settings say so, and only there', async () => {
    const key = await keyWith('mcp')
    const basic = { authorization: `Basic ${Buffer.from(`anyone:${key}`).toString('base64')}` }
    const status = async (headers: Record<string, string>) =>
      (await request({ method: 'POST', body: initialize, headers })).status
    expect(await status(basic)).toBe(401)
    await core.settingsManager.set('mcp.reverseProxy.authType', 'basic', 'test')
    expect(await status(basic)).toBe(200)
    expect(await status({ authorization: `Basic ${Buffer.from('anyone:wrong').toString('base64')}` })).toBe(401)
    expect(await status({ authorization: `Bearer ${key}` })).toBe(200)
  })

  it('needs a key even where other servers need none', async () => {
    await core.settingsManager.set('mcp.reverseProxy.authType', 'none', 'test')
    expect((await request({ method: 'POST', body: initialize })).status).toBe(401)
    await core.settingsManager.set('mcp.reverseProxy.authType', 'apikey', 'test')
  })

  it('lets a key send so many calls a minute', async () => {
    await core.settingsManager.set('mcp.proxy.rateLimit', 3, 'test')
    const headers = { authorization: `Bearer ${await keyWith('read')}` }
    const statuses = []
    for (let n = 0; n < 4; n++) statuses.push((await request({ method: 'POST', body: initialize, headers })).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    const ping = JSON.stringify(Array.from({ length: 3 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' })))
    const other = { authorization: `Bearer ${await keyWith('run')}` }
    expect((await request({ method: 'POST', body: initialize, headers: other })).status).toBe(200)
    expect((await request({ method: 'POST', body: ping, headers: other })).status).toBe(429)
    await core.settingsManager.set('mcp.proxy.rateLimit', 0, 'test')
  })

  it('keeps a session for the one who opened it', async () => {
    const begin = await request({
      method: 'POST',
      body: initialize,
      headers: { authorization: `Bearer ${await keyWith('read')}` },
    })
    const session = begin.headers.get('mcp-session-id') ?? ''
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })
    const stranger = await request({
      method: 'POST',
      body: ping,
      headers: { authorization: `Bearer ${await keyWith('admin')}`, 'mcp-session-id': session },
    })
    expect(stranger.status).toBe(404)
  })

  it('refuses what does not begin with initialize', async () => {
    const authorization = `Bearer ${await keyWith('read')}`
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })
    expect((await request({ method: 'POST', body: ping, headers: { authorization } })).status).toBe(400)
    expect((await request({ method: 'GET', headers: { authorization } })).status).toBe(400)
    expect((await request({ method: 'PUT', headers: { authorization } })).status).toBe(405)
  })
})

describe('sessions', () => {
  const headersOf = (secret: string, session?: string) => ({
    authorization: `Bearer ${secret}`,
    'mcp-protocol-version': '2025-11-25',
    ...(session === undefined ? {} : { 'mcp-session-id': session }),
  })
  const begin = async (secret: string) => {
    const response = await request({ method: 'POST', body: initialize, headers: headersOf(secret) })
    await response.text()
    return { status: response.status, id: response.headers.get('mcp-session-id') ?? '' }
  }
  const ping = async (secret: string, session: string) =>
    (
      await request({
        method: 'POST',
        body: JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' }),
        headers: headersOf(secret, session),
      })
    ).status
  const listen = (secret: string, session: string) => request({ method: 'GET', headers: headersOf(secret, session) })

  it.each([
    ['a call', (deep: string) => `"method":"tools/call","params":{"name":"do_work","arguments":${deep}}`],
    ['an id', (deep: string) => `"method":"ping","id":${deep}`],
    ['initialize', (deep: string) => `"method":"initialize","params":{"protocolVersion":${deep}}`],
  ])('refuse a message that is nested too deep, and go on: %s', async (_name, members) => {
    const secret = await keyWith('run')
    const { id } = await begin(secret)
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    for (const session of [id, undefined])
      for (const batch of [false, true]) {
        const message = `{"jsonrpc":"2.0","id":4,${members(deep)}}`
        const body = batch ? `[${message}]` : message
        const refused = await request({ method: 'POST', body, headers: headersOf(secret, session) })
        expect(refused.status).toBe(400)
        expect(await refused.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32_600 } })
      }
    expect(await ping(secret, id)).toBe(200)
  })

  it('of one key, however many it begins, end no session of another and leave room for it', async () => {
    const [greedy, modest] = [await keyWith('read'), await keyWith('read')]
    const first = await begin(modest)
    const own = []
    for (let n = 0; n < 120; n++) own.push(await begin(greedy))
    expect(new Set(own.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await ping(greedy, own[0]?.id ?? '')).toBe(404)
    expect(await ping(greedy, own.at(-1)?.id ?? '')).toBe(200)
    expect(await ping(modest, first.id)).toBe(200)
    expect((await begin(modest)).status).toBe(200)
    expect((await begin(await keyWith('read'))).status).toBe(200)
  })

  it('that are all listened to are not ended for another of the same key, which is told why', async () => {
    const secret = await keyWith('read')
    const streams: Response[] = []
    let last = await begin(secret)
    while (last.status === 200) {
      streams.push(await listen(secret, last.id))
      last = await begin(secret)
    }
    expect(streams.length).toBeLessThan(100)
    const refused = await request({ method: 'POST', body: initialize, headers: headersOf(secret) })
    expect(refused.status).toBe(429)
    expect(await refused.text()).toContain(`has ${streams.length} MCP sessions, and all are in use`)
    await streams.pop()?.body?.cancel()
    expect((await begin(secret)).status).toBe(200)
    for (const stream of streams) await stream.body?.cancel()
  })

  it('end with their listeners when the key is revoked, and no other key’s do', async () => {
    const { secret, key } = await core.keys.create('revoked', ['read'], null)
    const other = await keyWith('read')
    const [mine, theirs] = [await begin(secret), await begin(other)]
    const [stream, stays] = [await listen(secret, mine.id), await listen(other, theirs.id)]
    await core.keys.revoke(key.id)
    expect(await stream.text()).toBe('')
    expect(await ping(secret, mine.id)).toBe(401)
    expect(await ping(other, theirs.id)).toBe(200)
    expect((await listen(other, theirs.id)).status).toBe(409)
    await stays.body?.cancel()
  })

  it('end with their listeners when another process revokes the key', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { secret, key } = await core.keys.create('revoked', ['read'], null)
      const stream = await listen(secret, (await begin(secret)).id)
      const text = stream.text()
      const elsewhere = new ApiKeys({ store: core.store, now: core.now, ownerKey: null, log: silentLogger })
      await elsewhere.revoke(key.id)
      await vi.advanceTimersByTimeAsync(LOOK_MS)
      expect(await text).not.toContain('data:')
    } finally {
      vi.useRealTimers()
    }
  })

  it('answer the call that goes on when the key is revoked', async () => {
    const { secret, key } = await core.keys.create('revoked', ['run'], null)
    const { id } = await begin(secret)
    const listening = await listen(secret, id)
    const call = await request({
      method: 'POST',
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 3,
        method: 'tools/call',
        params: { name: 'do_work', arguments: { wait: true }, _meta: { progressToken: 'p' } },
      }),
      headers: headersOf(secret, id),
    })
    const answer = call.text()
    await core.keys.revoke(key.id)
    await listening.text()
    gate.open.resolve(null)
    expect(await answer).toContain('"status":"done"')
  })
})
