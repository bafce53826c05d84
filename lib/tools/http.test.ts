import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Core, createCore } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import { createApi } from '../http/app.ts'
import { silentLogger } from '../logging/index.ts'
import { createRegistry } from '../operations/registry.ts'
import { type AnyOperation, defineOperation, type Scope } from '../operations/types.ts'
import { systemOperations } from '../system/index.ts'
import { problemSchema } from '../runs/index.ts'

const OWNER = 'owner-key-0123456789abcdef'

/** Told by a test when to go on, and what became of it. */
const newGate = () => ({ open: Promise.withResolvers<null>(), aborted: Promise.withResolvers<null>() })
const gate = newGate()

const slow = defineOperation({
  id: 'slow_work',
  title: 'Slow work',
  description: 'Takes as long as the test wants.',
  http: { method: 'POST', path: '/api/slow' },
  scope: 'run',
  recorded: true,
  mutates: true,
  input: z.object({
    name: z.string().min(1).describe('A name'),
    times: z.int().min(1).default(1).describe('How often'),
    deep: z.boolean().optional().describe('Whether deep'),
    secretly: z.string().default('hidden').describe('Not for models'),
    dry_run: z.boolean().default(false).describe('Whether to only look'),
  }),
  output: z.object({ said: z.string(), long: z.string() }),
  examples: [{ title: 'One', input: { name: 'ann' } }],
  tool: {
    description: 'Does slow work.',
    note: () => 'On this machine only.',
    hidden: ['secretly'],
    fixed: { dry_run: true },
    answer: ({ said }, link) => ({ said, link: link('/slow') }),
  },
  run: async ({ name, times, deep, secretly, dry_run }, context) => {
    context.emit({ type: 'step', message: 'Working' })
    context.emit({ type: 'progress', done: 3, total: 10, unit: 'files' })
    if (name === 'refused') throw new AppError('path-not-allowed', 'Not there.', { hint: 'Edit HWC_AI_CONFIG.' })
    if (name === 'wait') {
      context.signal.addEventListener('abort', () => gate.aborted.resolve(null))
      await gate.open.promise
      context.signal.throwIfAborted()
    }
    return { said: `${name} ${times} ${String(deep)} ${secretly} ${String(dry_run)}`, long: 'x'.repeat(100_000) }
  },
})

const list = defineOperation({
  id: 'list_things',
  title: 'List things',
  description: 'Lists things.',
  http: { method: 'GET', path: '/api/things' },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({ offset: z.int().min(0).default(0).describe('Where to begin') }),
  output: z.object({ offset: z.int() }),
  examples: [],
  tool: { description: 'Lists things.' },
  run: (input) => Promise.resolve(input),
})

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-tools-'))
let core: Core
let api: ReturnType<typeof createApi>

beforeAll(async () => {
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, `${OWNER}\n`)
  const config = join(folder, 'config.json')
  writeFileSync(config, JSON.stringify({ 'open-webui': { toolTimeout: 1 } }))
  const operations: AnyOperation[] = [slow, list, ...systemOperations]
  core = await createCore({
    env: { HWC_AI_STATE: folder, HWC_AI_API_KEY_FILE: keyFile, HWC_AI_CONFIG: config },
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
  key?: string | null
  body?: unknown
  signal?: AbortSignal
  method?: string
  headers?: Record<string, string>
}

async function call(path: string, { key = OWNER, body, signal, method = 'POST', headers = {} }: CallOptions = {}) {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  return api.request(`http://127.0.0.1:6021/api/tools/${path}`, {
    method,
    headers: {
      host: '127.0.0.1:6021',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(text.length) }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
    ...(signal === undefined ? {} : { signal }),
  })
}

const keyWith = async (...scopes: Scope[]) => (await core.keys.create('test', scopes, null)).secret

const problemBody = problemSchema.extend({
  run_id: z.string().optional(),
  faults: z.array(z.object({ path: z.string() })).optional(),
})
const problemOf = async (response: Response) => {
  const problem = problemBody.parse(await response.json())
  expect(problem.status).toBe(response.status)
  return problem
}

const running = z.object({ status: z.literal('running'), run_id: z.string(), progress: z.string(), next: z.string() })

describe('the document of the tools', () => {
  it('needs a key that may read, and no other', async () => {
    expect((await call('openapi.json', { method: 'GET', key: null })).status).toBe(401)
    expect((await call('openapi.json', { method: 'GET', key: 'wrong' })).status).toBe(401)
    expect((await call('openapi.json', { method: 'GET', key: await keyWith('run') })).status).toBe(403)
    expect((await call('openapi.json', { method: 'GET', key: await keyWith('read') })).status).toBe(200)
    expect((await call('openapi.json', { method: 'GET', headers: { host: 'evil.example' } })).status).toBe(421)
  })

  it('has only what the key may call', async () => {
    const paths = async (key: string) => {
      const response = await call('openapi.json', { method: 'GET', key })
      return Object.keys(z.object({ paths: z.record(z.string(), z.unknown()) }).parse(await response.json()).paths)
    }
    expect(await paths(OWNER)).toEqual(expect.arrayContaining(['/slow_work', '/list_things', '/wait_for_run']))
    expect(await paths(await keyWith('read'))).toEqual(['/list_things', '/list_health_checks'])
  })

  it('has one flat operation for each tool, with its arguments where every Open WebUI finds them', async () => {
    const response = await call('openapi.json', { method: 'GET' })
    expect(await response.json()).toMatchObject({
      servers: [{ url: '/api/tools' }],
      paths: {
        '/slow_work': {
          post: {
            operationId: 'slow_work',
            description: 'Does slow work. On this machine only.',
            requestBody: {
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    required: ['name'],
                    properties: {
                      name: { type: 'string', description: 'A name' },
                      times: { type: 'integer', default: 1, minimum: 1 },
                      deep: { type: 'boolean' },
                    },
                    additionalProperties: false,
                  },
                },
              },
            },
          },
        },
        '/list_things': { post: { parameters: [{ name: 'offset', in: 'query', schema: { type: 'integer' } }] } },
      },
    })
  })
})

describe('a tool over HTTP', () => {
  it('answers in short, with the run and a link, what is hidden at its default and what is fixed as it is', async () => {
    const response = await call('slow_work', { body: { name: 'ann', times: '2', deep: '' } })
    expect(await response.json()).toEqual({
      status: 'done',
      run_id: expect.stringMatching(/^run_/) as string,
      link: 'http://127.0.0.1:6021/slow',
      result: { said: 'ann 2 undefined hidden true' },
    })
    expect(response.headers.get('x-run-id')).toMatch(/^run_/)
  })

  it('gives links that lead back through the proxy that the call came by', async () => {
    await core.settingsManager.set('local-workflows.api.allowedHosts', ['ai.example.lan'], 'test')
    const linked = async (headers: Record<string, string>) => {
      const response = await call('slow_work', { body: { name: 'ann' }, headers })
      return z.object({ link: z.string() }).parse(await response.json()).link
    }
    const proxied = { host: 'ai.example.lan', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' }
    expect(await linked(proxied)).toBe('https://ai.example.lan/slow')
    await core.settingsManager.set('open-webui.selfUrl', 'https://ai.example.lan', 'test')
    expect(await linked({ host: 'ai.example.lan' })).toBe('https://ai.example.lan/slow')
    expect(await linked({})).toBe('http://127.0.0.1:6021/slow')
    await core.settingsManager.set('open-webui.selfUrl', null, 'test')
  })

  it('takes arguments from the query too, and none at all', async () => {
    expect(await (await call('list_things?offset=7')).json()).toEqual({ status: 'done', result: { offset: 7 } })
    expect(await (await call('list_things', { body: {} })).json()).toEqual({ status: 'done', result: { offset: 0 } })
    expect(await (await call('list_things', { body: { offset: null } })).json()).toMatchObject({
      result: { offset: 0 },
    })
  })

  it('refuses hidden, fixed and unknown arguments, and names what there is', async () => {
    const problem = await problemOf(await call('slow_work', { body: { secretly: 'x', dry_run: false, nam: 'y' } }))
    expect(problem).toMatchObject({ status: 422, code: 'invalid-input' })
    expect(problem.faults?.map(({ path }) => path).toSorted()).toEqual(['dry_run', 'nam', 'name', 'secretly'])
  })

  it('says in a model’s words what to do', async () => {
    const problem = await problemOf(await call('slow_work', { body: { name: 'refused' } }))
    expect(problem).toMatchObject({ status: 403, code: 'path-not-allowed', detail: 'Not there.' })
    expect(problem.hint).toMatch(/^Use one of the folders/)
    expect(problem.run_id).toMatch(/^run_/)
  })

  it('needs the scope of its operation', async () => {
    expect((await call('slow_work', { body: { name: 'ann' }, key: null })).status).toBe(401)
    expect((await call('slow_work', { body: { name: 'ann' }, key: await keyWith('read') })).status).toBe(403)
    expect((await call('slow_work', { body: { name: 'ann' }, key: await keyWith('run') })).status).toBe(200)
  })

  it('says which tool was meant, and that it is called with POST', async () => {
    expect(await problemOf(await call('slow_works', { body: {} }))).toMatchObject({
      status: 404,
      detail: 'There is no tool "slow_works". Did you mean "slow_work"?',
    })
    const response = await call('slow_work', { method: 'GET' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('records who called what, and what it failed with', async () => {
    const key = (await core.keys.create('Open WebUI', ['run'], null)).secret
    await call('slow_work', { body: { name: 'ann' }, key })
    await call('slow_work', { body: {}, key })
    await call('list_things', { body: {}, key })
    const own = async () => (await core.calls.latest({ limit: 500 })).filter((one) => one.principal === 'Open WebUI')
    await expect.poll(async () => (await own()).length).toBe(3)
    const calls = (await own()).map(({ tool, principal, error, face, server, runId }) => [
      face,
      server,
      tool,
      principal,
      error,
      runId !== null,
    ])
    expect(calls.toReversed()).toEqual([
      ['openapi', 'workflows', 'slow_work', 'Open WebUI', null, true],
      ['openapi', 'workflows', 'slow_work', 'Open WebUI', 'invalid-input', false],
      ['openapi', 'workflows', 'list_things', 'Open WebUI', 'forbidden', false],
    ])
  })
})

describe('long work', () => {
  it('is handed over in time, goes on when the caller leaves, and is waited for with the same answer', async () => {
    Object.assign(gate, newGate())
    const caller = new AbortController()
    const first = running.parse(
      await (await call('slow_work', { body: { name: 'wait' }, signal: caller.signal })).json(),
    )
    expect(first.progress).toBe('Working: 3 of 10 files')
    expect(first.next).toContain(`wait_for_run with run_id ${first.run_id}`)
    caller.abort()
    const again = running.parse(await (await call('wait_for_run', { body: { run_id: first.run_id } })).json())
    expect(again).toEqual(first)
    const waiting = call('wait_for_run', { body: { run_id: first.run_id } })
    gate.open.resolve(null)
    expect(await (await waiting).json()).toEqual({
      status: 'done',
      run_id: first.run_id,
      link: 'http://127.0.0.1:6021/slow',
      result: { said: 'wait 1 undefined hidden true' },
    })
  })

  it('is cancelled when the caller leaves while it waits', async () => {
    Object.assign(gate, newGate())
    const caller = new AbortController()
    const answer = call('slow_work', { body: { name: 'wait' }, signal: caller.signal })
    await expect.poll(async () => (await core.runs.list({ status: 'running', limit: 5 })).length).toBe(1)
    caller.abort()
    await gate.aborted.promise
    gate.open.resolve(null)
    const problem = await problemOf(await answer)
    expect(problem).toMatchObject({ status: 409, code: 'cancelled' })
    const waited = await problemOf(await call('wait_for_run', { body: { run_id: String(problem.run_id) } }))
    expect(waited).toMatchObject({ code: 'cancelled' })
  })

  it('that nobody knows is not found', async () => {
    expect(await problemOf(await call('wait_for_run', { body: { run_id: 'run_none' } }))).toMatchObject({
      status: 404,
      code: 'not-found',
    })
  })
})
