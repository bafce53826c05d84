import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import { type Core, createCore } from '../core/index.ts'
import { createApi } from '../http/app.ts'
import { silentLogger } from '../logging/index.ts'

const KEY = 'owner-key-0123456789abcdef'
const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-status-'))
const started = new Date('2026-03-01T10:00:00Z')
let core: Core
let api: ReturnType<typeof createApi>

beforeAll(async () => {
  writeFileSync(join(folder, 'key'), KEY)
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ 'local-workflows': { ollamaEndpoint: 'http://127.0.0.1:9' } }),
  )
  core = await createCore({
    env: {
      HWC_AI_STATE: folder,
      HWC_AI_API_KEY_FILE: join(folder, 'key'),
      HWC_AI_CONFIG: join(folder, 'config.json'),
    },
    log: silentLogger,
    now: () => new Date('2026-03-01T11:30:00Z'),
  })
  core.serving(started)
  api = createApi(core)
})
afterAll(async () => {
  await core.close()
  rmSync(folder, { recursive: true })
})

const operation = () => core.registry.operation('get_status')

const status = z.looseObject({
  workflows: z.record(z.string(), z.looseObject({ runs_count: z.int(), enabled: z.boolean() })),
  requests_processed: z.int(),
})

async function ask(headers: Record<string, string> = {}) {
  const response = await api.request('http://127.0.0.1/api/workflows/status', {
    headers: { host: '127.0.0.1', authorization: `Bearer ${KEY}`, ...headers },
  })
  const body: unknown = await response.json()
  return { code: response.status, body }
}

/** Answers once the long way, so that the next answer can be the kept one. */
async function warm(): Promise<unknown> {
  return core.call(operation(), {}, LOCAL_PRINCIPAL, null)
}

describe('the kept status', () => {
  it('is to the letter what the operation answers', async () => {
    const made = await warm()
    expect(core.kept(operation())).toBe(JSON.stringify(made))
    expect(JSON.parse(core.kept(operation()) ?? '')).toMatchObject({ api_uptime: '1.5h', uptime_seconds: 5400 })
  })

  it('counts each request, its own with them', async () => {
    await warm()
    const first = status.parse((await ask()).body)
    const second = status.parse((await ask()).body)
    expect(second.requests_processed).toBe(first.requests_processed + 1)
    expect(core.requests).toBe(second.requests_processed)
  })

  it('does not outlive a change of the store', async () => {
    const before = status.parse(await warm())
    const run = {
      id: 'run_1',
      workflow: 'journaling',
      operation: 'write_journal',
      status: 'succeeded' as const,
      input_digest: '',
      principal: 'test',
      owner: 'none',
      started_at: started.toISOString(),
      prompt_tokens: 0,
      completion_tokens: 0,
    }
    await core.store.db.insertInto('runs').values(run).execute()
    expect(core.kept(operation())).toBeNull()
    const after = status.parse((await ask()).body)
    expect(after.workflows['journaling']?.runs_count).toBe((before.workflows['journaling']?.runs_count ?? 0) + 1)
  })

  it('does not call a run of a killed process running, and neither do the runs themselves', async () => {
    const killed = (id: string) => ({
      id,
      workflow: 'auto-doc',
      operation: 'document_source_file',
      status: 'running' as const,
      input_digest: '',
      principal: 'test',
      owner: '1:0:gone',
      started_at: started.toISOString(),
      prompt_tokens: 0,
      completion_tokens: 0,
    })
    const entry = async () => status.parse(await warm()).workflows['autodoc']
    await core.store.db.insertInto('runs').values(killed('run_2')).execute()
    expect(await entry()).toMatchObject({
      status: 'interrupted',
      last_error: expect.stringMatching(/process/) as string,
    })
    const call = (id: string, input: unknown) => core.call(core.registry.operation(id), input, LOCAL_PRINCIPAL, null)
    await core.store.db.insertInto('runs').values(killed('run_3')).execute()
    expect(await call('list_runs', { workflow: 'auto-doc', limit: 5 })).toMatchObject({
      runs: [{ status: 'interrupted' }, { status: 'interrupted' }],
    })
    await core.store.db.insertInto('runs').values(killed('run_4')).execute()
    expect(await call('get_run', { run_id: 'run_4' })).toMatchObject({ run: { status: 'interrupted' } })
  })

  it('does not outlive a next start that moved', async () => {
    await warm()
    core.setNextRun(() => new Date('2026-03-02T00:00:00Z'))
    expect(core.kept(operation())).toContain('"next_run":"2026-03-02T00:00:00.000Z"')
    core.setNextRun(() => null)
    expect(core.kept(operation())).not.toContain('2026-03-02')
  })

  it('is given to nobody who would not get the other', async () => {
    await warm()
    expect((await ask()).code).toBe(200)
    expect((await ask({ authorization: 'Bearer someone-elses-key' })).code).toBe(401)
    expect((await ask({ host: 'evil.example' })).body).toMatchObject({ code: 'bad-host' })
    const { secret } = await core.keys.create('writer', ['run'], null)
    for (const _time of [1, 2]) expect((await ask({ authorization: `Bearer ${secret}` })).code).toBe(403)
  })
})
