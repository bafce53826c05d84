import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Core, createCore } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import { silentLogger } from '../logging/index.ts'
import { createRegistry } from '../operations/registry.ts'
import { type AnyOperation, defineOperation } from '../operations/types.ts'
import { systemOperations } from '../system/index.ts'
import { createApi } from './app.ts'

const OWNER = 'owner-key-0123456789abcdef'

const echo = defineOperation({
  id: 'echo_text',
  title: 'Echo',
  description: 'Says it again.',
  http: { method: 'POST', path: '/api/echo/:name' },
  scope: 'run',
  recorded: true,
  mutates: false,
  input: z.object({
    name: z.string(),
    text: z.string().max(10),
    times: z.int().default(1),
    stream: z.boolean().default(false),
  }),
  output: z.object({ said: z.string() }),
  streamFlag: 'stream',
  examples: [],
  run: async (input, context) => {
    context.emit({ type: 'info', name: 'about', data: {} })
    await new Promise((resolve) => setImmediate(resolve))
    context.signal.throwIfAborted()
    if (input.text === 'fail') throw new AppError('backend-busy', 'Busy.', { retryAfterSeconds: 7, hint: 'Wait.' })
    if (input.text === 'fail late') {
      context.emit({ type: 'token', text: 'so far' })
      throw new AppError('backend-busy', 'Busy.')
    }
    if (input.text === 'bug') throw new Error('secret detail of the inside')
    if (input.text === 'wait')
      return new Promise((_resolve, reject) =>
        context.signal.addEventListener('abort', () => reject(new Error('aborted'))),
      )
    context.emit({ type: 'step', message: 'echoing' })
    context.emit({ type: 'token', text: input.text })
    context.engine({ engine: 'built-in' })
    return { said: `${input.name}: ${input.text.repeat(input.times)}` }
  },
})

const search = defineOperation({
  id: 'search_things',
  title: 'Search',
  description: 'Finds things.',
  http: { method: 'GET', path: '/api/things' },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({
    limit: z.int().default(5),
    deep: z.boolean().default(false),
    kinds: z.array(z.enum(['a', 'b'])).default([]),
  }),
  output: z.object({ limit: z.int(), deep: z.boolean(), kinds: z.array(z.string()) }),
  examples: [],
  run: (input) => Promise.resolve(input),
})

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-http-'))
let core: Core
let api: ReturnType<typeof createApi>

beforeAll(async () => {
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, `${OWNER}\n`)
  const operations: AnyOperation[] = [echo, search, ...systemOperations]
  core = await createCore({
    env: { HWC_AI_STATE: folder, HWC_AI_API_KEY_FILE: keyFile },
    log: silentLogger,
    registry: createRegistry([], operations),
  })
  api = createApi(core)
})
afterAll(async () => {
  await core.close()
  rmSync(folder, { recursive: true })
})

interface CallOptions {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  key?: string | null
}

function call(path: string, { method = 'GET', body, headers = {}, key = OWNER }: CallOptions = {}) {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  return api.request(`http://127.0.0.1${path}`, {
    method,
    headers: {
      host: '127.0.0.1:6021',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  })
}

const problem = z.object({
  code: z.string(),
  detail: z.string(),
  faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

describe('an operation over HTTP', () => {
  it('takes its input from body and path, answers its output and names the run', async () => {
    const response = await call('/api/echo/ann', { method: 'POST', body: { text: 'hi', times: 2 } })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ said: 'ann: hihi' })
    const run = await core.runs.get(response.headers.get('x-run-id') ?? '')
    expect(run).toMatchObject({
      status: 'succeeded',
      operation: 'echo_text',
      engine: 'built-in',
      principal: 'owner key',
    })
  })

  it('reads numbers, booleans and lists from the query', async () => {
    const response = await call('/api/things?limit=3&deep=true&kinds=a,b')
    expect(await response.json()).toEqual({ limit: 3, deep: true, kinds: ['a', 'b'] })
  })

  it('reports every fault at once, and what an unknown field probably meant', async () => {
    const response = await call('/api/echo/ann', { method: 'POST', body: { txt: 'hi', times: 'x' } })
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const { faults } = problem.parse(await response.json())
    expect(faults?.map((fault) => fault.path).sort()).toEqual(['text', 'times', 'txt'])
    expect(faults?.find((fault) => fault.path === 'text')?.message).toBe('is required')
    expect(faults?.find((fault) => fault.path === 'txt')?.message).toContain('did you mean text')
  })

  it.each([
    ['not JSON', '{', 'malformed-body', 400],
    ['a list', '[1]', 'malformed-body', 400],
    ['NUL in a text', '{"text":"a\\u0000"}', 'invalid-input', 422],
    ['a path field in the body', '{"text":"a","name":"b"}', 'invalid-input', 422],
  ])('refuses %s', async (_title, body, code, status) => {
    const response = await call('/api/echo/ann', { method: 'POST', body })
    expect(response.status).toBe(status)
    expect(problem.parse(await response.json()).code).toBe(code)
  })

  it('refuses a body that says it is larger than the limit before reading it', async () => {
    const response = await call('/api/echo/ann', {
      method: 'POST',
      body: '{}',
      headers: { 'content-length': '1000000000' },
    })
    expect(response.status).toBe(413)
  })

  it('stops reading a body of undeclared length at the limit', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
    const streamed = {
      method: 'POST',
      headers: { host: 'localhost', authorization: `Bearer ${OWNER}`, 'transfer-encoding': 'chunked' },
      body: endless,
      duplex: 'half',
    }
    const response = await api.request('http://127.0.0.1/api/echo/ann', streamed)
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(2 * core.settings['local-workflows'].api.maxBodyBytes)
  })

  it('turns a typed error into its problem with Retry-After', async () => {
    const response = await call('/api/echo/ann', { method: 'POST', body: { text: 'fail' } })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await response.json()).toMatchObject({ code: 'backend-busy', hint: 'Wait.' })
  })

  it('keeps the inside of an unexpected error to itself', async () => {
    const response = await call('/api/echo/ann', { method: 'POST', body: { text: 'bug' } })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret detail')
  })

  it('says which methods a path takes', async () => {
    const response = await call('/api/echo/ann', { method: 'PUT' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect((await call('/api/things', { method: 'PUT' })).headers.get('allow')).toBe('GET, HEAD')
  })
})

describe('a run as a stream', () => {
  it('sends steps and the result when asked for events', async () => {
    const response = await call('/api/echo/ann', {
      method: 'POST',
      body: { text: 'hi' },
      headers: { accept: 'text/event-stream' },
    })
    const text = await response.text()
    expect(text).toContain('event: step\ndata: {"type":"step","message":"echoing"}')
    expect(text).toContain('event: result\ndata: {"said":"ann: hi"}')
  })

  it('ends a chat stream with [DONE], after an error too', async () => {
    const good = await (await call('/api/echo/ann', { method: 'POST', body: { text: 'hi', stream: true } })).text()
    expect(good).toContain('data: {"type":"token","content":"hi"}')
    expect(good.endsWith('data: [DONE]\n\n')).toBe(true)
    const bad = await (
      await call('/api/echo/ann', { method: 'POST', body: { text: 'fail late', stream: true } })
    ).text()
    expect(bad).toContain('data: {"type":"token","content":"so far"}')
    expect(bad).toContain('"code":"backend-busy"')
    expect(bad.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('answers a stream that fails before it began with the status of the failure', async () => {
    const response = await call('/api/echo/ann', { method: 'POST', body: { text: 'fail', stream: true } })
    expect(response.status).toBe(503)
    expect(problem.parse(await response.json()).code).toBe('backend-busy')
  })

  it('cancels the run when the reader goes away', async () => {
    const response = await call('/api/echo/ann', { method: 'POST', body: { text: 'wait', stream: true } })
    await response.body?.cancel()
    await expect
      .poll(async () => (await core.runs.get(response.headers.get('x-run-id') ?? '')).status)
      .toBe('cancelled')
  })

  it('starts a run to watch later, which outlives its watcher and can be cancelled', async () => {
    const started = await call('/api/echo/ann', {
      method: 'POST',
      body: { text: 'wait' },
      headers: { prefer: 'respond-async' },
    })
    expect(started.status).toBe(202)
    const { run_id } = z.object({ run_id: z.string() }).parse(await started.json())
    const watching = await call(`/api/runs/${run_id}/events`)
    await watching.body?.cancel()
    expect((await core.runs.get(run_id)).status).toBe('running')
    expect((await call(`/api/runs/${run_id}/cancel`, { method: 'POST' })).status).toBe(202)
    await expect.poll(async () => (await core.runs.get(run_id)).status).toBe('cancelled')
    expect((await call(`/api/runs/${run_id}/cancel`, { method: 'POST' })).status).toBe(409)
  })
})

describe('who may do what', () => {
  it('lets nobody in without a key, and says how to get one', async () => {
    const response = await call('/api/workflows/status', { key: null })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
  })

  it('tells a key without the scope which one it lacks', async () => {
    const { secret } = await core.keys.create('reader', ['read'], null)
    expect((await call('/api/workflows/status', { key: secret })).status).toBe(200)
    const refused = await call('/api/echo/ann', { method: 'POST', body: { text: 'hi' }, key: secret })
    expect(refused.status).toBe(403)
    expect(problem.parse(await refused.json()).detail).toContain('"run"')
  })

  it('refuses a revoked key', async () => {
    const { secret, key } = await core.keys.create('short', ['read'], null)
    expect((await call('/api/things', { key: secret })).status).toBe(200)
    await core.keys.revoke(key.id)
    expect((await call('/api/things', { key: secret })).status).toBe(401)
  })

  it('keeps no key in clear in the store', async () => {
    const { secret } = await core.keys.create('hidden', ['read'], null)
    const rows = await core.store.db.selectFrom('api_keys').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(JSON.stringify(rows)).not.toContain(OWNER)
  })

  it.each([
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost:9999', 200],
    ['[::1]:6021', 200],
  ])('answers Host %s with %i', async (host, status) => {
    expect((await call('/api/health', { key: null, headers: { host } })).status).toBe(status)
  })
})

describe('the admin session', () => {
  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const password = 'correct horse battery'

  it('opens with the first-run link once, then with the password, and is refused from another site', async () => {
    const token = await core.admin.createFirstRunToken()
    const first = await call('/api/session/first-run', { method: 'POST', key: null, body: { token, password } })
    expect(first.status).toBe(200)
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
    expect(
      (await call('/api/session/first-run', { method: 'POST', key: null, body: { token, password } })).status,
    ).toBe(410)

    const signedIn = await call('/api/session', { method: 'POST', key: null, body: { password } })
    const cookie = cookieOf(signedIn)
    expect((await call('/api/things', { key: null, headers: { cookie } })).status).toBe(200)
    const body = { text: 'hi' }
    const own = { cookie, origin: 'http://127.0.0.1:6021' }
    expect((await call('/api/echo/ann', { method: 'POST', key: null, body, headers: own })).status).toBe(200)
    const foreign = { cookie, origin: 'https://evil.example' }
    expect((await call('/api/echo/ann', { method: 'POST', key: null, body, headers: foreign })).status).toBe(403)

    expect((await call('/api/session', { method: 'DELETE', key: null, headers: own })).status).toBe(200)
    expect((await call('/api/things', { key: null, headers: { cookie } })).status).toBe(401)
  })

  it('takes a new password from whoever has the owner key, which ends every session', async () => {
    const signedIn = await call('/api/session', { method: 'POST', key: null, body: { password } })
    const cookie = cookieOf(signedIn)
    expect((await call('/api/session/password', { method: 'PUT', key: null, body: { password } })).status).toBe(401)
    expect((await call('/api/session/password', { method: 'PUT', body: { password } })).status).toBe(200)
    expect((await call('/api/things', { key: null, headers: { cookie } })).status).toBe(401)
  })

  it('locks an address after five wrong passwords and says for how long', async () => {
    const attempt = () => call('/api/session', { method: 'POST', key: null, body: { password: 'wrong' } })
    for (let i = 0; i < 4; i++) expect((await attempt()).status).toBe(401)
    const locked = await attempt()
    expect(locked.status).toBe(429)
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await call('/api/session', { method: 'POST', key: null, body: { password } })).status).toBe(429)
  })
})

describe('what the API says of itself', () => {
  it('describes every operation by its id in OpenAPI', async () => {
    const document = z
      .object({
        openapi: z.string(),
        paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
      })
      .parse(await (await call('/openapi.json', { key: null })).json())
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((operation) => operation.operationId),
    )
    expect(ids.sort()).toEqual(core.registry.operations.map((operation) => operation.id).sort())
  })

  it('has a docs page that loads nothing', async () => {
    const html = await (await call('/docs', { key: null })).text()
    expect(html).toContain('echo_text')
    expect(html).not.toMatch(/<script|src=|url\(|@import/)
  })
})
