import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { type Core, createCore } from '../../core/index.ts'
import { createApi } from '../../http/app.ts'
import type { ApiEnv } from '../../http/env.ts'
import { silentLogger } from '../../logging/index.ts'
import { createRegistry } from '../../operations/registry.ts'
import { defineOperation, type RunEvent } from '../../operations/types.ts'
import { systemOperations } from '../../system/index.ts'
import { RecentEvents } from './events.ts'
import { mountWorkflows } from './http.ts'
import { progressOf } from './progress.ts'
import { Tether } from './tether.ts'

describe('a tether', () => {
  it('lets go some time after the connection closed, unless another takes it up', () => {
    vi.useFakeTimers()
    try {
      const [first, second] = [new AbortController(), new AbortController()]
      const tether = new Tether(first.signal, 1000)
      vi.advanceTimersByTime(5000)
      expect([tether.isLoose, tether.signal.aborted]).toEqual([false, false])
      first.abort()
      vi.advanceTimersByTime(900)
      expect([tether.isLoose, tether.signal.aborted]).toEqual([true, false])
      tether.attach(second.signal)
      vi.advanceTimersByTime(5000)
      expect([tether.isLoose, tether.signal.aborted]).toEqual([false, false])
      second.abort()
      vi.advanceTimersByTime(1000)
      expect(tether.signal.aborted).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('holds nothing once the request is answered', () => {
    vi.useFakeTimers()
    try {
      const connection = new AbortController()
      const tether = new Tether(connection.signal, 1000)
      tether.release()
      connection.abort()
      vi.advanceTimersByTime(5000)
      expect(tether.signal.aborted).toBe(false)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('recent events', () => {
  const message = (n: number): JSONRPCMessage => ({ jsonrpc: '2.0', method: 'notifications/n', params: { n } })

  it('are given again from where a stream broke, only those of that stream', async () => {
    const events = new RecentEvents()
    const first = await events.storeEvent('a', message(1))
    await events.storeEvent('b', message(2))
    await events.storeEvent('a', message(3))
    expect(await events.getStreamIdForEventId(first)).toBe('a')
    const sent: JSONRPCMessage[] = []
    const stream = await events.replayEventsAfter(first, {
      send: (_id, one) => {
        sent.push(one)
        return Promise.resolve()
      },
    })
    expect([stream, sent]).toEqual(['a', [message(3)]])
  })

  it('are forgotten when they are many or large', async () => {
    const events = new RecentEvents()
    const first = await events.storeEvent('a', message(0))
    for (let n = 1; n <= 200; n++) await events.storeEvent('a', message(n))
    expect(await events.getStreamIdForEventId(first)).toBeUndefined()
    const large = await events.storeEvent('a', { jsonrpc: '2.0', method: 'x'.repeat(900_000) })
    await events.storeEvent('a', { jsonrpc: '2.0', method: 'x'.repeat(900_000) })
    expect(await events.getStreamIdForEventId(large)).toBeUndefined()
  })
})

describe('progress', () => {
  it('only grows, although each step counts from nothing', () => {
    const next = progressOf()
    const events: RunEvent[] = [
      { type: 'step', message: 'Reading' },
      { type: 'progress', done: 0, total: 4, unit: 'files' },
      { type: 'progress', done: 4, total: 4, unit: 'files' },
      { type: 'token', text: 'x' },
      { type: 'step', message: 'Moving' },
      { type: 'progress', done: 3, total: null, unit: 'files', message: 'Moving files' },
      { type: 'progress', done: 1, total: null, unit: 'files' },
    ]
    expect(events.map(next)).toEqual([
      { progress: 1, message: 'Reading' },
      null,
      { progress: 5, total: 5, message: 'Reading' },
      null,
      { progress: 6, message: 'Moving' },
      { progress: 9, message: 'Moving files' },
      null,
    ])
  })
})

let gate = Promise.withResolvers<null>()
let aborted = Promise.withResolvers<null>()
let isAborted = false

const work = defineOperation({
  id: 'do_work',
  title: 'Work',
  description: 'Works.',
  http: { method: 'POST', path: '/api/do_work' },
  scope: 'run',
  recorded: true,
  mutates: false,
  input: z.object({}),
  output: z.object({ said: z.string() }),
  examples: [],
  tool: { description: 'Use it to work.' },
  run: async (_input, { emit, signal }) => {
    signal.addEventListener('abort', () => {
      isAborted = true
      aborted.resolve(null)
    })
    emit({ type: 'step', message: 'Reading' })
    await Promise.race([gate.promise, aborted.promise])
    signal.throwIfAborted()
    return { said: 'done' }
  },
})

describe('a stream that breaks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-streams-'))
  let core: Core
  let api: ReturnType<typeof createApi>
  beforeAll(async () => {
    core = await createCore({
      env: { HWC_AI_STATE: folder, HWC_AI_CONFIG: JSON.stringify({ 'open-webui': { toolTimeout: 600 } }) },
      log: silentLogger,
      registry: createRegistry([], [...systemOperations, work]),
    })
    api = createApi(core)
  })
  afterAll(async () => {
    await core.close()
    rmSync(folder, { recursive: true })
  })

  it('is taken up again, and brings the answer of the call that went on', async () => {
    const { secret } = await core.keys.create('client', ['run'], null)
    let session = ''
    const send = async (init: { method: string; body?: object; signal?: AbortSignal; lastEvent?: string }) => {
      const response = await api.request('http://127.0.0.1:6021/mcp/workflows', {
        method: init.method,
        headers: {
          host: '127.0.0.1:6021',
          authorization: `Bearer ${secret}`,
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          'mcp-protocol-version': '2025-11-25',
          ...(session === '' ? {} : { 'mcp-session-id': session }),
          ...(init.lastEvent === undefined ? {} : { 'last-event-id': init.lastEvent }),
        },
        ...(init.body === undefined ? {} : { body: JSON.stringify({ jsonrpc: '2.0', ...init.body }) }),
        ...(init.signal === undefined ? {} : { signal: init.signal }),
      })
      expect(response.status).toBeLessThan(300)
      session = response.headers.get('mcp-session-id') ?? session
      return response
    }
    const reading = (response: Response) => {
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      return {
        until: async (part: string) => {
          let text = ''
          while (!text.includes(part)) {
            const next = await reader?.read()
            if (next?.done !== false) break
            text += next.value
          }
          return text
        },
        leave: () => reader?.cancel(),
      }
    }
    const begin = await send({
      method: 'POST',
      body: {
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
      },
    })
    await reading(begin).until('serverInfo')
    const connection = new AbortController()
    const call = reading(
      await send({
        method: 'POST',
        body: { id: 2, method: 'tools/call', params: { name: 'do_work', _meta: { progressToken: 'p' } } },
        signal: connection.signal,
      }),
    )
    const before = await call.until('Reading')
    await call.leave()
    connection.abort()
    const lastEvent = [...before.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? ''
    const again = reading(await send({ method: 'GET', lastEvent }))
    gate.resolve(null)
    const after = await again.until('"id":2')
    expect(after).toContain('"structuredContent":{"status":"done"')
    expect(isAborted).toBe(false)
  })
  it('is given up when the client is gone for good, and its work with it', async () => {
    const app = new Hono<ApiEnv>()
    mountWorkflows(app, core, 20)
    const listener = getRequestListener((request) => app.fetch(request))
    const server = createServer((request, response) => void listener(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const { secret } = await core.keys.create('client', ['mcp'], null)
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port ?? 0}/mcp/workflows`), {
        requestInit: { headers: { authorization: `Bearer ${secret}` } },
      }),
    )
    gate = Promise.withResolvers<null>()
    aborted = Promise.withResolvers<null>()
    const begun = Promise.withResolvers<null>()
    const call = client.callTool({ name: 'do_work' }, CallToolResultSchema, { onprogress: () => begun.resolve(null) })
    call.catch(() => undefined)
    await begun.promise
    // Closes its connections and says nothing.
    await client.close()
    await aborted.promise
    await expect.poll(async () => (await core.runs.list({ limit: 1 }))[0]?.status).toBe('cancelled')
    server.closeAllConnections()
    server.close()
  })
})
