import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Core, createCore } from '../core/index.ts'
import { silentLogger } from '../logging/index.ts'
import { createApi } from './app.ts'

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-rate-'))
let core: Core
let api: ReturnType<typeof createApi>

beforeAll(async () => {
  core = await createCore({
    env: { HWC_AI_STATE: folder, HWC_AI_LOCAL_WORKFLOWS_API_RATE_LIMIT: '3' },
    log: silentLogger,
  })
  api = createApi(core)
})
afterAll(async () => {
  await core.close()
  rmSync(folder, { recursive: true })
})

const ask = (path: string, secret: string) =>
  api.request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1', authorization: `Bearer ${secret}` } })

describe('the requests of a key in a minute', () => {
  it('are bounded over operations and tools together, what is known already included, and for each key by itself', async () => {
    const first = await core.keys.create('first', ['read'], null)
    const second = await core.keys.create('second', ['read'], null)
    const status = '/api/workflows/status'
    for (const path of [status, status, '/api/tools/openapi.json'])
      expect((await ask(path, first.secret)).status).toBe(200)
    const refused = await ask(status, first.secret)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({
      code: 'rate-limited',
      detail: 'The key "first" may send 3 requests a minute.',
    })
    expect((await ask('/api/tools/openapi.json', first.secret)).status).toBe(429)
    expect((await ask(status, second.secret)).status).toBe(200)
  })

  it('do not touch what needs no key', async () => {
    for (let i = 0; i < 5; i++)
      expect((await api.request('http://127.0.0.1/api/health', { headers: { host: '127.0.0.1' } })).status).toBe(200)
  })
})
