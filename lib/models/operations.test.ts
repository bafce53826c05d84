import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import { type Core, createCore } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import { createApi } from '../http/app.ts'
import { silentLogger } from '../logging/index.ts'
import { validateInput } from '../operations/validate.ts'
import { closedPort } from '../../e2e/fakes/closed-port.ts'
import { judgeModel } from './checks.ts'
import { modelJobs } from './jobs.ts'
import { recordTest, rememberFailure } from './records.ts'
import { renderStatus } from './render.ts'
import { fakeModel, type FakeOllama, startFakeOllama } from './testing/fake-ollama.ts'
import { listSchema, planSchema, prunedSchema, statusSchema, testedSchema } from './schemas.ts'
import { modelWork } from './work.ts'

let folder: string
let fake: FakeOllama
let core: Core
let clock: Date

async function open(models: unknown, endpoint = fake.url): Promise<Core> {
  const config = {
    'local-workflows': { ollamaEndpoint: endpoint },
    // A registry that never answers: the network is no part of these tests.
    ollama: { models, dataDir: join(folder, 'none'), insecureRegistries: ['127.0.0.1:9'] },
  }
  return createCore({
    env: { HWC_AI_STATE: join(folder, 'state'), HWC_AI_CONFIG: JSON.stringify(config) },
    log: silentLogger,
    now: () => clock,
  })
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hwc-ai-operations-'))
  fake = await startFakeOllama()
  clock = new Date('2026-01-05T10:00:00Z')
})
afterEach(async () => {
  await core.close()
  await fake.close()
  rmSync(folder, { recursive: true })
})

const model = (name: string) => `127.0.0.1:9/library/${name}`

/** Runs an operation as the command line does. */
async function call<Schema extends z.ZodType>(id: string, input: object, schema: Schema): Promise<z.output<Schema>> {
  const operation = core.registry.operation(id)
  const checked = validateInput(operation.input, input)
  if (!operation.recorded) return schema.parse(await core.call(operation, checked, LOCAL_PRINCIPAL, null))
  return schema.parse((await core.start(operation, checked, LOCAL_PRINCIPAL, null).result).output)
}

const outcomes = ({ actions }: z.output<typeof planSchema>) =>
  actions.map(({ action, name, outcome }) => `${action} ${name.split('/').at(-1) ?? ''} ${outcome}`)
const work = () =>
  modelWork({
    settings: core.settings,
    store: core.store,
    now: () => clock,
    log: silentLogger,
    signal: new AbortController().signal,
    emit: () => undefined,
    runId: null,
  })
const later = (minutes: number) => {
  clock = new Date(clock.getTime() + 60_000 * minutes)
}

describe('the list of wanted models', () => {
  it('is edited without losing what the configuration declares', async () => {
    core = await open([model('declared:1')])
    const edited = await call('set_models', { models: ['mine:1', { name: 'other', priority: 10 }] }, listSchema)
    expect(edited.models).toEqual([
      { name: model('declared:1'), auto_update: true, priority: 50, declared: true },
      { name: 'mine:1', auto_update: true, priority: 50, declared: false },
      { name: 'other', auto_update: true, priority: 10, declared: false },
    ])
    expect(await call('list_models', {}, listSchema)).toEqual(edited)
    const emptied = await call('set_models', { models: [] }, listSchema)
    expect(emptied.models.map(({ name }) => name)).toEqual([model('declared:1')])
  })

  it('takes back what it gave, and refuses a change of what is declared', async () => {
    core = await open([model('declared:1')])
    const { models } = await call('set_models', { models: ['mine:1'] }, listSchema)
    const same = models.map(({ name, auto_update, priority }) => ({ name, auto_update, priority }))
    expect((await call('set_models', { models: same }, listSchema)).models).toEqual(models)
    await expect(
      call('set_models', { models: [{ name: model('declared:1'), priority: 1 }] }, listSchema),
    ).rejects.toMatchObject({ code: 'invalid-input' })
  })
})

describe('wanted models', () => {
  it('are shown as a plan first, then pulled by priority, and a second time nothing is done', async () => {
    core = await open([model('b:1'), { name: model('a:1'), priority: 1 }])
    fake.offers.set(model('a:1'), fakeModel()).set(model('b:1'), fakeModel({ digest: 'd2' }))
    fake.models.set('stray:1', fakeModel({ digest: 'd3' }))
    const look = await call('reconcile_models', {}, planSchema)
    expect([look.dry_run, ...outcomes(look)]).toEqual([
      true,
      'pull a:1 planned',
      'pull b:1 planned',
      'undeclared stray:1 planned',
    ])
    expect(fake.pulled).toEqual([])
    expect(outcomes(await call('apply_models', {}, planSchema))).toEqual([
      'pull a:1 done',
      'pull b:1 done',
      'undeclared stray:1 left',
    ])
    expect(fake.pulled).toEqual([model('a:1'), model('b:1')])
    expect(outcomes(await call('reconcile_models', { dry_run: false }, planSchema)).slice(0, 2)).toEqual([
      'keep a:1 left',
      'keep b:1 left',
    ])
    expect(fake.pulled).toHaveLength(2)
  })

  it('that give no answer count as failed with their reason, and are tried again later and later', async () => {
    core = await open([model('mute:1')])
    fake.offers.set(model('mute:1'), fakeModel({ answer: ' ' }))
    const failed = await call('apply_models', {}, planSchema)
    expect(failed.actions[0]?.error?.detail).toContain('gave an empty answer')
    const { models } = await call('models_status', {}, statusSchema)
    expect(models).toMatchObject([{ state: 'failed', retry_at: '2026-01-05T10:10:00.000Z' }])
    expect(outcomes(await call('apply_models', { due_only: true }, planSchema))).toEqual(['verify mute:1 left'])
    later(11)
    expect(outcomes(await call('apply_models', { due_only: true }, planSchema))).toEqual(['verify mute:1 failed'])
    expect((await call('models_status', {}, statusSchema)).models[0]?.retry_at).toBe('2026-01-05T10:31:00.000Z')
    fake.models.set(model('mute:1'), fakeModel())
    expect(outcomes(await call('apply_models', {}, planSchema))).toEqual(['verify mute:1 done'])
    expect((await call('models_status', {}, statusSchema)).models).toMatchObject([{ state: 'ready', reason: null }])
  })

  it('fail one by one: a pull that breaks leaves the others alone', async () => {
    core = await open([model('gone:1'), model('there:1')])
    fake.offers.set(model('there:1'), fakeModel())
    const result = await call('apply_models', {}, planSchema)
    expect(outcomes(result)).toEqual(['pull gone:1 failed', 'pull there:1 done'])
    expect(result.failed).toBe(1)
  })

  it('that fail their daily test have to prove themselves again, and come back by themselves', async () => {
    core = await open([model('a:1')])
    fake.offers.set(model('a:1'), fakeModel())
    await call('apply_models', {}, planSchema)
    fake.models.set(model('a:1'), fakeModel({ answer: '' }))
    expect((await call('test_models', {}, testedSchema)).failed).toBe(1)
    expect(outcomes(await call('apply_models', { due_only: true }, planSchema))).toEqual(['verify a:1 left'])
    expect(await judgeModel(model('a:1'), work())).toMatchObject({ status: 'down' })
    fake.models.set(model('a:1'), fakeModel())
    later(11)
    expect(outcomes(await call('apply_models', { due_only: true }, planSchema))).toEqual(['verify a:1 done'])
    expect(await judgeModel(model('a:1'), work())).toMatchObject({ status: 'ok' })
  })

  it('with a damaged file that this app may not remove are removed by Ollama, and pulled anew', async () => {
    core = await open([model('a:1')])
    fake.models.set(model('a:1'), fakeModel({ digest: 'damaged' }))
    fake.offers.set(model('a:1'), fakeModel())
    const error = new AppError('backend-error', 'A file is damaged.')
    await rememberFailure(core.store, model('a:1'), { error, damaged: ['sha256:1'] }, clock)
    later(11)
    expect(outcomes(await call('apply_models', { due_only: true }, planSchema))).toEqual(['verify a:1 done'])
    expect(fake.removed).toEqual([model('a:1')])
    expect(fake.models.get(model('a:1'))?.digest).toBe('d1')
  })

  it('that answer a test after they failed need not wait any longer', async () => {
    core = await open([model('a:1')])
    fake.offers.set(model('a:1'), fakeModel({ answer: '' }))
    await call('apply_models', {}, planSchema)
    fake.models.set(model('a:1'), fakeModel())
    await call('test_models', {}, testedSchema)
    expect((await call('models_status', {}, statusSchema)).models).toMatchObject([{ state: 'ready', reason: null }])
    expect(outcomes(await call('apply_models', { due_only: true }, planSchema))).toEqual(['keep a:1 left'])
  })

  it('that were here before anyone asked for them prove themselves by a test', async () => {
    core = await open([model('a:1')])
    fake.models.set(model('a:1'), fakeModel())
    const before = await call('models_status', {}, statusSchema)
    expect(before.models).toMatchObject([{ state: 'unproven' }])
    expect(renderStatus(before)).toContain('has not proven itself yet: hwc-ai models test compares its files')
    expect((await call('test_models', {}, testedSchema)).failed).toBe(0)
    expect((await call('models_status', {}, statusSchema)).models).toMatchObject([{ state: 'ready' }])
  })

  it('and others that were tested by name show what came of it', async () => {
    core = await open([])
    fake.models.set('x:1', fakeModel({ answer: '' })).set('y:1', fakeModel({ digest: 'd2' }))
    await call('test_models', { models: ['x:1', 'y'] }, testedSchema)
    const { models } = await call('models_status', {}, statusSchema)
    expect(models.map(({ name, state }) => [name, state])).toEqual([
      ['x:1', 'failed'],
      ['y:1', 'undeclared'],
    ])
  })

  it('that only make embeddings are tested with one', async () => {
    core = await open([model('embed:1')])
    fake.models.set(model('embed:1'), fakeModel({ answer: '', capabilities: ['embedding'] }))
    expect((await call('test_models', {}, testedSchema)).models).toMatchObject([
      { ok: true, tokens: 14, tokens_per_second: 280 },
    ])
  })

  it('that answer shortly are measured by a longer answer, or it is said that they cannot be', async () => {
    core = await open([model('a:1')])
    fake.models.set(model('a:1'), fakeModel({ tokens: 2 }))
    expect((await call('test_models', {}, testedSchema)).models).toMatchObject([{ ok: true, tokens: 32 }])
    expect((await call('models_status', {}, statusSchema)).models).toMatchObject([{ unmeasured: null }])
    const none = { digest: 'd1', reason: null, loadMs: null, totalMs: null, gpuPercent: null }
    later(1)
    await recordTest(core.store, model('a:1'), { ...none, at: clock, ok: true, tokens: 2, tokensPerSecond: 9 })
    const status = await call('models_status', {}, statusSchema)
    expect(status.models[0]?.unmeasured).toMatch(/shorter than 8 tokens, too short to tell whether it became slower/)
    expect(renderStatus(status)).toContain('too short to tell whether it became slower')
  })

  it('a dry run is answered, and is no run', async () => {
    core = await open([])
    fake.models.set('x:1', fakeModel())
    const api = createApi(core)
    const ask = async (path: string, dry_run: boolean) => {
      const body = JSON.stringify({ dry_run })
      const { secret } = await core.keys.create(`for ${path} ${dry_run}`, ['apply'], null)
      const response = await api.request(`http://127.0.0.1${path}`, {
        method: 'POST',
        headers: {
          host: '127.0.0.1',
          authorization: `Bearer ${secret}`,
          'content-type': 'application/json',
          'content-length': String(body.length),
        },
        body,
      })
      const output = z.record(z.string(), z.unknown()).parse(await response.json())
      return { status: response.status, run: response.headers.get('x-run-id'), body: output }
    }
    for (const path of ['/api/models/prune', '/api/models/reconcile'])
      expect(await ask(path, true)).toMatchObject({ status: 200, run: null, body: { dry_run: true } })
    expect(await core.store.db.selectFrom('runs').selectAll().execute()).toEqual([])
    expect(fake.removed).toEqual([])
    expect(await ask('/api/models/prune', false)).toMatchObject({ status: 200, run: expect.any(String) as string })
    expect(fake.removed).toEqual(['x:1'])
  })

  it('that became slow say so, in the test, in the status and at the next check', async () => {
    core = await open([model('a:1')])
    fake.models.set(model('a:1'), fakeModel())
    for (let day = 0; day < 3; day++) {
      await call('test_models', {}, testedSchema)
      later(24 * 60)
    }
    fake.models.set(model('a:1'), fakeModel({ speed: 4, gpuPercent: 0 }))
    const text = '10.0 times slower than usual (40.0 to 4.0 tokens/s); it no longer lies on the graphics card'
    expect((await call('test_models', {}, testedSchema)).models).toMatchObject([{ ok: true, slow: text }])
    expect((await call('models_status', {}, statusSchema)).models).toMatchObject([
      { slow: text, availability: { month: 1 } },
    ])
    expect(await judgeModel(model('a:1'), work())).toMatchObject({ status: 'degraded', actual: text })
  })

  it('that vanish are times in which they could not be used', async () => {
    core = await open([model('a:1')])
    fake.offers.set(model('a:1'), fakeModel())
    await call('apply_models', {}, planSchema)
    later(12 * 60)
    fake.models.clear()
    fake.failPulls = 'read: connection reset by peer'
    await call('apply_models', {}, planSchema)
    later(12 * 60)
    const { models } = await call('models_status', {}, statusSchema)
    expect(models).toMatchObject([{ state: 'missing', availability: { day: 0.5 } }])
    expect(models[0]?.reason).toContain('connection reset')
    expect(await judgeModel(model('a:1'), work())).toMatchObject({ status: 'down' })
  })

  it('are never removed; of the others, only what is asked for', async () => {
    core = await open([model('a:1')])
    fake.models
      .set(model('a:1'), fakeModel())
      .set('x:1', fakeModel({ digest: 'd2' }))
      .set('x:2', fakeModel({ digest: 'd2' }))
    expect(await call('prune_models', {}, prunedSchema)).toMatchObject({
      dry_run: true,
      frees_bytes: 1000,
      exact: false,
    })
    expect(fake.models.size).toBe(3)
    await expect(call('prune_models', { models: [model('a:1')], dry_run: false }, prunedSchema)).rejects.toMatchObject({
      code: 'conflict',
    })
    await call('prune_models', { models: ['x:2'], dry_run: false }, prunedSchema)
    expect([...fake.models.keys()]).toEqual([model('a:1'), 'x:1'])
  })

  it('are shown, and judged as not known, while Ollama does not answer', async () => {
    core = await open([model('a:1')], await closedPort())
    const status = await call('models_status', {}, statusSchema)
    expect(status).toMatchObject({ models: [{ state: 'unknown' }] })
    expect(status.unreachable).toContain('does not answer')
    expect(await judgeModel(model('a:1'), work())).toMatchObject({ status: 'unknown' })
    await expect(call('apply_models', {}, planSchema)).rejects.toMatchObject({ code: 'no-model-backend' })
  })
})

describe('the jobs', () => {
  it('are none while no model is wanted, and follow the settings', async () => {
    core = await open([])
    expect(modelJobs(core.settings)).toEqual([])
    await call('set_models', { models: ['a:1'] }, listSchema)
    expect(modelJobs(core.settings).map(({ id, onCalendar }) => [id, onCalendar])).toEqual([
      ['models keep', '*:0/10'],
      ['models daily', '*-*-* 03:00:00'],
    ])
    await core.settingsManager.set('ollama.autoPull', false, 'test')
    expect(modelJobs(core.settings).map(({ operations }) => operations.map(({ id }) => id))).toEqual([['test_models']])
  })

  it('run only when there is something to do', async () => {
    core = await open([model('a:1')])
    const due = () => modelJobs(core.settings)[0]?.isWanted(work())
    expect(await due()).toBe(true)
    await call('apply_models', {}, planSchema)
    expect(await due()).toBe(false)
    later(11)
    expect(await due()).toBe(true)
    fake.offers.set(model('a:1'), fakeModel())
    await call('apply_models', {}, planSchema)
    expect(await due()).toBe(false)
  })
})
