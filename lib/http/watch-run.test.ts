import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import { type Core, createCore } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import { silentLogger } from '../logging/index.ts'
import { createRegistry } from '../operations/registry.ts'
import { defineOperation, type OperationContext, type RunEvent } from '../operations/types.ts'
import { systemOperations } from '../system/index.ts'
import { createApi } from './app.ts'
import { openApiDocument } from './openapi.ts'

/** What the next run does. */
let work: (context: OperationContext) => Promise<unknown> = () => Promise.resolve()

const act = defineOperation({
  id: 'act_out',
  title: 'Act',
  description: 'Does what the test says.',
  http: { method: 'POST', path: '/api/act' },
  scope: 'run',
  recorded: true,
  mutates: false,
  input: z.object({}),
  output: z.object({ done: z.boolean() }),
  examples: [],
  run: async (_input, context) => {
    await work(context)
    return { done: true }
  },
})

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-watch-'))
let core: Core
/** The same state, as another process sees it. */
let other: Core
let secret = ''

beforeAll(async () => {
  const open = () =>
    createCore({
      env: { HWC_AI_STATE: folder },
      log: silentLogger,
      registry: createRegistry([], [act, ...systemOperations]),
    })
  core = await open()
  other = await open()
  secret = (await core.keys.create('watcher', ['read'], null)).secret
})
afterAll(async () => {
  await core.close()
  await other.close()
  rmSync(folder, { recursive: true })
})

function watch(id: string, { by = core, key = secret, method = 'GET' } = {}) {
  return createApi(by).request(`http://127.0.0.1/api/runs/${id}/events`, {
    method,
    headers: { host: '127.0.0.1', ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
  })
}

const start = () => core.start(core.registry.operation('act_out'), {}, LOCAL_PRINCIPAL, null)

/** Starts a run that shows a step and some of an answer, and ends when it is let. */
function startHeld() {
  const end = Promise.withResolvers<undefined>()
  work = async ({ emit }) => {
    emit({ type: 'step', message: 'Acting' })
    emit({ type: 'token', text: 'so far' })
    await end.promise
  }
  return { run: start(), end: () => end.resolve(undefined) }
}

const STEP = 'event: step\ndata: {"type":"step","message":"Acting"}\n\n'
const RESULT = 'event: result\ndata: {"done":true}\n\n'

/** The operation that watches, as the command line calls it. */
function followed(by: Core, id: string, signal: AbortSignal = new AbortController().signal) {
  const events: RunEvent[] = []
  const watcher = { emit: (event: RunEvent) => void events.push(event), signal }
  const result = by.call(by.registry.operation('watch_run'), { run_id: id }, LOCAL_PRINCIPAL, null, watcher)
  return { events, result }
}

it('tells a run that goes on from its start, and then its result', async () => {
  const { run, end } = startHeld()
  const response = await watch(run.id)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('x-run-id')).toBe(run.id)
  end()
  const token = 'event: token\ndata: {"type":"token","text":"so far"}\n\n'
  expect(await response.text()).toBe(`: run ${run.id}\n\n${STEP}${token}${RESULT}`)
})

it('tells a run that has ended, with its result or its error', async () => {
  const { run, end } = startHeld()
  end()
  await run.result
  const response = await watch(run.id)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(await response.text()).toBe(STEP + RESULT)

  work = () => Promise.reject(new AppError('backend-busy', 'Busy.'))
  const failed = start()
  await expect(failed.result).rejects.toThrow('Busy.')
  expect(await (await watch(failed.id)).text()).toMatch(
    /^event: error\ndata: \{[^\n]*"code":"backend-busy"[^\n]*\}\n\n$/,
  )
})

it('ends for a key that is revoked, while the run goes on', async () => {
  const { run, end } = startHeld()
  const { secret: brief, key } = await core.keys.create('brief', ['read'], null)
  const told = (await watch(run.id, { key: brief })).text()
  await core.keys.revoke(key.id)
  expect(await told).not.toContain('result')
  end()
  await expect(run.result).resolves.toMatchObject({ output: { done: true } })
})

it('says that another process does the run, where it does', async () => {
  const { run, end } = startHeld()
  const elsewhere = 'event: elsewhere\ndata: {"message":"Another process does this run; ask again for its state."}\n\n'
  await expect.poll(async () => (await watch(run.id, { by: other })).text()).toBe(STEP + elsewhere)
  end()
  await run.result
})

it('answers only the headers where only those are asked for', async () => {
  const { run, end } = startHeld()
  const response = await watch(run.id, { method: 'HEAD' })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-run-id')).toBe(run.id)
  expect(await response.text()).toBe('')
  end()
  await run.result
})

it.each([
  ['a run that there is not', 'run_none', undefined, 404, 'not-found'],
  ['nobody', 'run_none', '', 401, 'unauthorized'],
  ['a wrong key', 'run_none', 'wrong', 401, 'unauthorized'],
])('refuses %s', async (_who, id, key, status, code) => {
  const response = await watch(id, key === undefined ? {} : { key })
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code })
})

it('is an operation like any other: counted, described, and a command', async () => {
  const before = core.requests
  await watch('run_none')
  expect(core.requests).toBe(before + 1)
  expect(openApiDocument(core.registry, '0')).toMatchObject({
    paths: {
      '/api/runs/{run_id}/events': {
        get: { operationId: 'watch_run', 'x-command': 'hwc-ai runs watch', 'x-scope': 'read' },
      },
    },
  })
  const { paths } = openApiDocument(core.registry, '0')
  const answers = z.record(z.string(), z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) })))
  const ok = answers.parse(paths)['/api/runs/{run_id}/events']?.['get']?.responses['200']
  expect(z.object({ content: z.record(z.string(), z.unknown()) }).parse(ok).content).toEqual({
    'text/event-stream': { schema: expect.anything() as unknown },
  })
})

it('is followed to its end by any process, and gives what the run came to', async () => {
  const { run, end } = startHeld()
  // Once it is in the store, where the other finds it.
  await core.runs.get(run.id)
  const here = followed(core, run.id)
  const there = followed(other, run.id)
  const step = { type: 'step', message: 'Acting' }
  await expect.poll(() => there.events).toEqual([step])
  end()
  const outcome = { run: { id: run.id, status: 'succeeded' }, output: { done: true } }
  expect(await here.result).toMatchObject(outcome)
  expect(await there.result).toMatchObject(outcome)
  expect(here.events).toEqual([step, { type: 'token', text: 'so far' }])
  expect(there.events).toEqual([step])
})

it('may be left, which does not end the run', async () => {
  const { run, end } = startHeld()
  await core.runs.get(run.id)
  for (const by of [core, other]) {
    const gone = new AbortController()
    const { events, result } = followed(by, run.id, gone.signal)
    await expect.poll(() => events.length).toBeGreaterThan(0)
    gone.abort()
    await expect(result).rejects.toMatchObject({ code: 'cancelled', message: 'Stopped watching. The run goes on.' })
  }
  expect((await core.runs.get(run.id)).status).toBe('running')
  end()
  await run.result
})
