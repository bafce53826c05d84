import { getEventListeners } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { silentLogger } from '../logging/index.ts'
import { type AnyOperation, defineOperation, type OperationContext } from '../operations/types.ts'
import { loadSettings } from '../config/index.ts'
import { createClientFromSettings } from '../providers/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { IS_LIVE, Runs } from './index.ts'

let store: Store
let runs: Runs
let today = new Date('2026-01-10T12:00:00Z')

beforeEach(() => {
  store = openStore(':memory:')
  runs = new Runs({ store, now: () => today, log: silentLogger })
})
afterEach(async () => {
  await runs.stop()
  await store.close()
  today = new Date('2026-01-10T12:00:00Z')
})

function operation(run: (context: OperationContext) => Promise<{ done: boolean }>): AnyOperation {
  return defineOperation({
    id: 'test_operation',
    title: 'Test',
    description: 'For a test.',
    http: { method: 'POST', path: '/api/test' },
    scope: 'run',
    recorded: true,
    mutates: false,
    input: z.object({}),
    output: z.object({ done: z.boolean() }),
    examples: [],
    run: (_input, context) => run(context),
  })
}

const { settings } = loadSettings({ env: {}, readFile: () => '', stateDir: '/nonexistent' })

function start(
  run: (context: OperationContext) => Promise<{ done: boolean }>,
  input: unknown = {},
  signal?: AbortSignal,
  by = runs,
) {
  const context: Parameters<Runs['start']>[3] = {
    settings,
    store,
    models: createClientFromSettings(settings),
    principal: { kind: 'local', id: 'local', name: 'tester', scopes: ['admin'] },
    http: null,
    now: () => today,
    log: silentLogger,
    stateDir: '/nonexistent',
  }
  return by.start(operation(run), 'test-workflow', input, context, signal)
}

describe('runs', () => {
  it('stops with the signal of its caller, which keeps nothing of it afterwards', async () => {
    const caller = new AbortController()
    const quick = start(() => Promise.resolve({ done: true }), {}, caller.signal)
    await quick.result
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
    const slow = start(
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stop')))),
      {},
      caller.signal,
    )
    caller.abort()
    await expect(slow.result).rejects.toMatchObject({ code: 'cancelled' })
    const late = start(({ signal }) => Promise.reject(new Error(String(signal.aborted))), {}, caller.signal)
    await expect(late.result).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('are found by an index while they live, however many have ended', async () => {
    const { rows } = await sql<{
      detail: string
    }>`EXPLAIN QUERY PLAN SELECT id FROM runs WHERE ${IS_LIVE} AND cancel_requested = 1`.execute(store.db)
    expect(rows.map(({ detail }) => detail).join()).toContain('runs_live')
  })

  it('are counted and listed for each workflow from an index alone, whatever their outputs hold', async () => {
    const counting = sql<{ detail: string }>`EXPLAIN QUERY PLAN
      SELECT workflow, count(*), max(id), sum(status = 'running') FROM runs GROUP BY workflow`
    const listing = sql<{ detail: string }>`EXPLAIN QUERY PLAN
      SELECT * FROM runs WHERE workflow = 'chat' ORDER BY id DESC LIMIT 20`
    const planOf = async (query: typeof counting) =>
      (await query.execute(store.db)).rows.map(({ detail }) => detail).join()
    expect(await planOf(counting)).toContain('USING COVERING INDEX runs_by_workflow')
    expect(await planOf(listing)).toMatch(/USING INDEX runs_by_workflow(?!.*TEMP B-TREE)/)
  })

  it('records a quick run once, with digest, duration and end', async () => {
    const run = start(() => Promise.resolve({ done: true }), { b: 1, a: 2 })
    await run.result
    const same = start(() => Promise.resolve({ done: true }), { a: 2, b: 1 })
    await same.result
    expect(await runs.get(run.id)).toMatchObject({
      status: 'succeeded',
      workflow: 'test-workflow',
      principal: 'tester',
      input: { a: 2, b: 1 },
    })
    const digests = await store.db.selectFrom('runs').select('input_digest').distinct().execute()
    expect(digests).toHaveLength(1)
    expect(await runs.output(run.id)).toEqual({ done: true })
  })

  it('records a failure with its problem', async () => {
    const run = start(() => Promise.reject(new Error('broke')))
    await expect(run.result).rejects.toThrow('broke')
    const recorded = await runs.get(run.id)
    expect(recorded.status).toBe('failed')
    expect(recorded.error?.code).toBe('internal')
  })

  it('shows a run under way, and cancels it from another process through the store', async () => {
    const run = start(
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    )
    expect((await runs.get(run.id)).status).toBe('running')
    const elsewhere = new Runs({ store, now: () => today, log: silentLogger })
    await elsewhere.cancel(run.id)
    await expect(run.result).rejects.toMatchObject({ code: 'cancelled' })
    expect((await runs.get(run.id)).status).toBe('cancelled')
  })

  it('is read once while nothing changes, and again when anything did, by whichever process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-runs-'))
    const [here, there] = [openStore(join(folder, 'store')), openStore(join(folder, 'store'))]
    const [own, others] = [here, there].map(
      (opened) => new Runs({ store: opened, now: () => today, log: silentLogger }),
    ) as [Runs, Runs]
    try {
      const run = start(() => Promise.resolve({ done: true }), {}, undefined, own)
      await run.result
      const first = await own.withOutput(run.id)
      expect(first.output).toEqual({ done: true })
      expect(await own.withOutput(run.id)).toBe(first)
      await start(() => Promise.resolve({ done: false }), {}, undefined, own).result
      expect(await own.withOutput(run.id)).not.toBe(first)
      today = new Date('2026-03-10T12:00:00Z')
      await others.prune(0, 30)
      await expect.poll(async () => (await own.withOutput(run.id)).output).toBeNull()
      await others.prune(30, 30)
      await expect
        .poll(() => own.withOutput(run.id).catch((error: unknown) => error))
        .toMatchObject({ code: 'not-found' })
    } finally {
      for (const opened of [here, there]) await opened.close()
      rmSync(folder, { recursive: true })
    }
  })

  it('keeps the steps for after a restart', async () => {
    const run = start(({ emit }) => {
      emit({ type: 'step', message: 'first' })
      emit({ type: 'progress', done: 1, total: 2, unit: 'files' })
      emit({ type: 'step', message: 'second' })
      return Promise.resolve({ done: true })
    })
    await run.result
    const afterRestart = new Runs({ store, now: () => today, log: silentLogger })
    await expect
      .poll(async () => (await afterRestart.events(run.id)).filter((event) => event.type === 'step'))
      .toEqual([
        { type: 'step', message: 'first' },
        { type: 'step', message: 'second' },
      ])
  })

  it('go on while it cannot be seen whether another process cancels them', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { result } = start(
        ({ signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stop')))),
      )
      result.catch(() => undefined)
      await runs.list({ limit: 1 })
      await sql`ALTER TABLE runs RENAME TO gone`.execute(store.db)
      await vi.advanceTimersByTimeAsync(1000)
      await sql`ALTER TABLE gone RENAME TO runs`.execute(store.db)
      const [run] = await runs.list({ limit: 1 })
      await store.db.updateTable('runs').set({ cancel_requested: 1 }).execute()
      await vi.advanceTimersByTimeAsync(1000)
      await expect(result).rejects.toMatchObject({ code: 'cancelled' })
      expect(run?.status).toBe('running')
    } finally {
      vi.useRealTimers()
    }
  })

  it('can be read while the disk is full, and are written once there is room', async () => {
    await runs.list({ limit: 1 })
    await sql`PRAGMA query_only = 1`.execute(store.db)
    const run = start(() => Promise.resolve({ done: true }))
    await run.result
    expect(await runs.list({ limit: 10 })).toEqual([])
    expect((await runs.figures()).size).toBe(0)
    await expect(runs.get(run.id)).rejects.toMatchObject({ code: 'not-found' })
    await sql`PRAGMA query_only = 0`.execute(store.db)
    expect(await runs.list({ limit: 10 })).toMatchObject([{ id: run.id, status: 'succeeded' }])
  })

  it('marks the runs of a dead process as interrupted, and no others', async () => {
    const live = start(
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    )
    await runs.get(live.id)
    await store.bulkInsert(
      'runs',
      ['id', 'workflow', 'operation', 'status', 'input_digest', 'principal', 'owner', 'started_at'],
      [['run_0', 'w', 'o', 'running', 'd', 'p', '999999:1:noboot', '2026-01-01T00:00:00.000Z']],
    )
    expect(await runs.markInterrupted()).toBe(1)
    expect((await runs.get('run_0')).status).toBe('interrupted')
    expect((await runs.get(live.id)).status).toBe('running')
  })

  it('counts truly, also what retention has dropped', async () => {
    await start(() => Promise.reject(new Error('old'))).result.catch(() => undefined)
    await runs.list({ limit: 1 })
    today = new Date('2026-06-01T12:00:00Z')
    await start(() => Promise.resolve({ done: true })).result
    await runs.prune(90, 30)
    const [left, ...others] = await runs.list({ limit: 10 })
    expect(others).toEqual([])
    today = new Date('2026-06-11T12:00:00Z')
    await runs.prune(90, 0)
    expect(await runs.output(left?.id ?? '')).toEqual({ done: true })
    await runs.prune(90, 5)
    expect(await runs.output(left?.id ?? '')).toBeNull()
    const figures = (await runs.figures()).get('test-workflow')
    expect(figures).toMatchObject({ runsCount: 2, lastStatus: 'succeeded', lastError: null, running: 0 })
  })
})
