import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../logging/index.ts'
import type { Principal } from '../operations/types.ts'
import { openStore, type Store } from '../store/index.ts'
import { Calls, type ToolCall } from './index.ts'

const principal: Principal = { kind: 'key', id: 'key_1', name: 'Open WebUI', scopes: ['run'] }
const call = (tool: string, error: string | null = null): ToolCall => ({
  face: 'openapi',
  server: 'workflows',
  tool,
  principal,
  durationMs: 12,
  error,
  runId: null,
})

let store: Store
let now: Date
let calls: Calls

beforeEach(() => {
  store = openStore(':memory:')
  now = new Date('2026-11-20T23:59:00Z')
  calls = new Calls({ store, now: () => now, log: silentLogger })
})
afterEach(() => store.close())

describe('calls of tools', () => {
  it('are counted by server and by tool, with the last error', async () => {
    calls.record(call('plan_file_cleanup'))
    calls.record(call('plan_file_cleanup', 'path-not-allowed'))
    calls.record(call('journal'))
    await expect.poll(async () => (await calls.latest({ limit: 10 })).length).toBe(3)
    const figures = await calls.figures(new Date('2026-11-20T00:00:00Z'))
    expect(figures.get('workflows')).toEqual({ calls: 3, errors: 1, lastAt: now, lastError: 'path-not-allowed' })
    expect(figures.get('workflows journal')).toMatchObject({ calls: 1, errors: 0, lastError: null })
    expect(await calls.figures(new Date('2026-11-21T00:00:00Z'))).toEqual(new Map())
  })

  it('are counted by day, days without one too, and forgotten after a time', async () => {
    for (const at of ['2026-11-20T00:00:00Z', '2026-11-20T12:30:00Z', '2026-11-20T23:59:59.999Z']) {
      now = new Date(at)
      calls.record(call('journal'))
    }
    now = new Date('2026-11-22T00:01:00Z')
    calls.record(call('journal', 'internal'))
    await calls.settled()
    expect(
      (await calls.perDay('workflows', 4)).map(({ day, calls: count, errors }) => [day.toISOString(), count, errors]),
    ).toEqual([
      ['2026-11-19T00:00:00.000Z', 0, 0],
      ['2026-11-20T00:00:00.000Z', 3, 0],
      ['2026-11-21T00:00:00.000Z', 0, 0],
      ['2026-11-22T00:00:00.000Z', 1, 1],
    ])
    expect(await calls.prune(0)).toBe(0)
    expect(await calls.prune(1)).toBe(3)
    expect((await calls.latest({ limit: 10 })).map(({ error }) => error)).toEqual(['internal'])
  })
})
