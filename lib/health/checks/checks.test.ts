import { chmod, mkdir, mkdtemp, open, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { workflows as defined } from '#workflows/index.ts'
import { newId } from '../../ids.ts'
import type { JobStatus } from '../../schedule/index.ts'
import { openStore, type Store } from '../../store/index.ts'
import { planChecks } from '../plan.ts'
import { settingsOf } from '../testing/test-settings.ts'
import type { CheckContext, HealthServices, Outcome } from '../types.ts'
import { CHECK_SOURCES } from './index.ts'
import { judgeModelFolder } from './model-directory.ts'
import { longestPause } from './workflows.ts'

const NOW = new Date('2026-11-23T12:00:00Z')
let folder: string
let store: Store

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwc-ai-checks-'))
  store = openStore(join(folder, 'store.sqlite'))
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

function services(config: object, more: Partial<HealthServices> = {}): HealthServices {
  const settings = settingsOf(config)
  return {
    settings: () => settings,
    store,
    workflows: Object.values(defined),
    now: () => NOW,
    schedule: () => [],
    overdue: () => [],
    ...more,
  }
}

const ids = (config: object) => planChecks(CHECK_SOURCES, services(config)).map(({ id }) => id)

async function found(config: object, id: string, more: Partial<CheckContext> = {}): Promise<Outcome> {
  const all = services(config, more)
  const check = planChecks(CHECK_SOURCES, all).find((one) => one.id === id)
  if (check === undefined) throw new Error(`there is no check ${id}`)
  return await check.run({ ...all, signal: AbortSignal.timeout(5000), firstSeen: NOW, reach: false, ...more })
}

describe('the registry of checks', () => {
  it('lists exactly the files there are, each under its own name', async () => {
    const files = await readdir(new URL('.', import.meta.url))
    const names = files
      .filter((name) => name.endsWith('.ts') && !/^index|\.test\.ts$/.test(name))
      .map((name) => name.slice(0, -3))
    expect(CHECK_SOURCES.map(({ id }) => id).sort()).toEqual(names.sort())
  })

  it('lists what the settings ask for and nothing that is switched off', () => {
    const always = ['ollama', 'store', 'store-integrity', 'scheduler']
    expect(ids({})).toEqual(always)
    expect(ids({ 'local-workflows': { backend: { type: 'built-in' } } })).not.toContain('ollama')
    expect(ids({ ollama: { healthCheck: { enable: false } } })).not.toContain('ollama')
    expect(
      ids({ ollama: { enable: true }, 'open-webui': { enable: true }, health: { transcriptApi: { enable: true } } }),
    ).toEqual([
      'ollama',
      'model-directory',
      'model-disk',
      'open-webui',
      'transcript-api',
      'store',
      'store-integrity',
      'scheduler',
    ])
    expect(ids({ health: { checks: { store: { enable: false } } } })).not.toContain('store')
  })

  it('an entry of the settings under the name of a check changes it and is no check of its own', () => {
    const config = {
      health: {
        checks: { ollama: { interval: '1min', public: true }, 'model-disk': { interval: '1min' }, 'cloud-openai': {} },
      },
    }
    const planned = planChecks(CHECK_SOURCES, services(config))
    expect(planned.find(({ id }) => id === 'ollama')).toMatchObject({ intervalMs: 60_000, public: true })
    expect(planned.map(({ id }) => id)).not.toContain('model-disk')
    expect(planned.map(({ id }) => id)).not.toContain('cloud-openai')
  })
})

describe('the model folder', () => {
  const judge = () => judgeModelFolder(join(folder, 'models'))

  it('that is there is well', async () => {
    await mkdir(join(folder, 'models', 'models'), { recursive: true })
    expect((await judge()).status).toBe('ok')
  })

  it('behind a dangling link is down, with where the link points', async () => {
    await symlink('/mnt/gone/ollama', join(folder, 'models'))
    expect(await judge()).toMatchObject({
      status: 'down',
      actual: `the model folder ${join(folder, 'models')} is a link to /mnt/gone/ollama, and there is nothing there, so every model is gone`,
      hint: 'Restore the folder, or set hwc.ai.ollama.dataDir to where the models are.',
    })
  })

  it('below a dangling link is down, with the link that is to blame', async () => {
    await symlink('/mnt/gone', join(folder, 'disk'))
    const outcome = await judgeModelFolder(join(folder, 'disk', 'ollama', 'models'))
    expect(outcome).toMatchObject({ status: 'down' })
    expect(outcome.actual).toContain(`lies below ${join(folder, 'disk')}, which is a link to /mnt/gone`)
  })

  it('whose inner folder is a dangling link is down', async () => {
    await mkdir(join(folder, 'models'))
    await symlink('/mnt/gone', join(folder, 'models', 'models'))
    expect(await judge()).toMatchObject({
      status: 'down',
      actual: expect.stringContaining('a link to /mnt/gone') as string,
    })
  })

  it.each<[string, () => Promise<void>, string, RegExp]>([
    ['that is missing', () => Promise.resolve(), 'down', /does not exist, so every model is gone/],
    ['that is a file', () => writeFile(join(folder, 'models'), ''), 'down', /is not a folder/],
    ['that is a link to itself', () => symlink('models', join(folder, 'models')), 'down', /leads back to itself/],
    [
      'that nobody may read',
      () => mkdir(join(folder, 'models')).then(() => chmod(join(folder, 'models'), 0o300)),
      'down',
      /nobody may read .*0300/,
    ],
    [
      'that nobody may write',
      () => mkdir(join(folder, 'models')).then(() => chmod(join(folder, 'models'), 0o555)),
      'degraded',
      /nobody may write .*no model can be added/,
    ],
  ])('%s is named as that', async (_title, make, status, actual) => {
    await make()
    const outcome = await judge()
    expect(outcome.status).toBe(status)
    expect(outcome.actual).toMatch(actual)
    expect(outcome.hint).not.toBeNull()
  })
})

describe('a check of a person’s own', () => {
  const check = (fields: object) => found({ health: { checks: { mine: fields } } }, 'mine')

  it('asks an address and compares the status', async () => {
    const server = createServer((request, response) => response.writeHead(request.url === '/well' ? 204 : 500).end())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`
    expect(await check({ url: `${url}/well`, expectStatus: 204 })).toMatchObject({ status: 'ok' })
    expect(await check({ url: `${url}/ill`, expectStatus: 204 })).toMatchObject({
      status: 'down',
      expected: `HTTP 204 from ${url}/ill`,
      actual: 'HTTP 500',
    })
    server.close()
    await once(server, 'close')
    expect(await check({ url: `${url}/well` })).toMatchObject({
      status: 'down',
      actual: 'no answer: nothing listens there (ECONNREFUSED)',
    })
  })

  it('connects to a port', async () => {
    const server = createTcpServer((socket) => socket.end())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await check({ type: 'tcp', port })).toMatchObject({
      status: 'ok',
      expected: `a connection to 127.0.0.1:${port}`,
    })
    server.close()
    await once(server, 'close')
    expect(await check({ type: 'tcp', host: '127.0.0.1', port })).toMatchObject({
      status: 'down',
      actual: 'no connection: nothing listens there (ECONNREFUSED)',
    })
  })

  it('without an address cannot tell, and says which setting is missing', async () => {
    expect(await check({})).toMatchObject({ status: 'unknown', expected: 'hwc.ai.health.checks.mine.url is set' })
    expect(await check({ type: 'tcp' })).toMatchObject({
      status: 'unknown',
      expected: 'hwc.ai.health.checks.mine.port is set',
    })
  })
})

describe('the key of a cloud provider', () => {
  const check = async (content: string | null, mode = 0o600) => {
    const file = join(folder, 'key')
    if (content !== null) await writeFile(file, content)
    if (content !== null) await chmod(file, mode)
    return await found({ cloud: { enable: true, openai: { enable: true, apiKeyFile: file } } }, 'cloud-openai')
  }

  it.each<[string, string | null, number, string, RegExp]>([
    ['that is well-formed', 'sk-0123456789abcdefghij\n', 0o600, 'ok', /well-formed/],
    ['that is missing', null, 0o600, 'down', /no such file/],
    ['that is empty', '\n', 0o600, 'down', /it is empty/],
    ['of another kind', 'pk-0123456789abcdefghij', 0o600, 'down', /does not begin with sk-/],
    ['with a second word', 'sk-0123456789abcdefghij more', 0o600, 'down', /more than one word/],
    ['that everyone can read', 'sk-0123456789abcdefghij', 0o644, 'degraded', /every user/],
  ])('%s is judged without a word of its content', async (_title, content, mode, status, actual) => {
    const outcome = await check(content, mode)
    expect(outcome.status).toBe(status)
    expect(outcome.actual).toMatch(actual)
    expect(JSON.stringify(outcome)).not.toContain('0123456789')
  })
})

describe('the database', () => {
  it('is well when whole, and down with SQLite’s words when its pages are overwritten', async () => {
    expect(await found({}, 'store')).toMatchObject({ status: 'ok' })
    expect(await found({}, 'store-integrity')).toMatchObject({ status: 'ok' })
    const other = join(folder, 'broken.sqlite')
    const copy = openStore(other)
    await copy.db.insertInto('facts').values({ name: 'x', value: '1', updated_at: '' }).execute()
    await copy.close()
    const handle = await open(other, 'r+')
    await handle.write(Buffer.alloc(40_000, 0xab), 0, 40_000, 8192)
    await handle.close()
    expect(await found({}, 'store-integrity', { store: { ...store, file: other } })).toMatchObject({ status: 'down' })
  })

  it('whose file was removed is down', async () => {
    expect(await found({}, 'store', { store: { ...store, file: join(folder, 'gone') } })).toMatchObject({
      status: 'down',
      actual: expect.stringContaining('was removed') as string,
    })
  })
})

describe('the schedule', () => {
  const job = (nextRun: Date | null, running = false): JobStatus => ({
    id: 'journaling',
    onCalendar: 'daily',
    running,
    nextRun,
  })
  const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)

  it('is well while nothing is late, and down when a run or a check should have begun long since', async () => {
    expect(
      await found({}, 'scheduler', { schedule: () => [job(ago(1)), job(null), job(ago(60), true)] }),
    ).toMatchObject({ status: 'ok' })
    expect(await found({}, 'scheduler', { schedule: () => [job(ago(5))] })).toMatchObject({
      status: 'down',
      actual: `the run "journaling" was due at ${ago(5).toISOString()}`,
    })
    expect(await found({}, 'scheduler', { overdue: () => ['a', 'b'] })).toMatchObject({
      status: 'down',
      actual: expect.stringContaining('and 1 more') as string,
    })
  })

  it('where no server runs it cannot be told', async () => {
    expect(await found({}, 'scheduler', { overdue: () => null })).toMatchObject({
      status: 'unknown',
      hint: expect.stringContaining('hwc-ai serve') as string,
    })
  })
})

describe('a scheduled workflow', () => {
  const scheduled = Object.values(defined)
    .slice(0, 1)
    .map((workflow) => ({
      ...workflow,
      id: 'tidy',
      title: 'Tidying',
      main: 'tidy_up',
      configured: () => ({ enabled: true, model: '', schedules: [{ enabled: true, onCalendar: 'hourly', input: {} }] }),
    }))
  const end = (status: string, minutesAgo: number) => {
    const ms = NOW.getTime() - minutesAgo * 60_000
    const at = new Date(ms).toISOString()
    const row = [newId('run', ms), 'tidy', 'tidy_up', status, '', 'p', 'o', at, at]
    return store.bulkInsert(
      'runs',
      ['id', 'workflow', 'operation', 'status', 'input_digest', 'principal', 'owner', 'started_at', 'ended_at'],
      [row],
    )
  }
  const check = (firstSeen = NOW) => found({}, 'workflow-tidy', { workflows: scheduled, firstSeen })

  it('is well after a success, troubled after a failure, down when the last success is older than twice its interval', async () => {
    expect(await check()).toMatchObject({ status: 'ok', actual: 'no success yet' })
    expect(await check(new Date(NOW.getTime() - 3 * 3_600_000))).toMatchObject({
      status: 'down',
      actual: 'no success yet',
    })
    await end('succeeded', 119)
    expect(await check()).toMatchObject({
      status: 'ok',
      expected: 'a success within 2h, twice the time between two runs',
    })
    await end('failed', 10)
    expect(await check()).toMatchObject({ status: 'degraded' })
    await store.db.deleteFrom('runs').execute()
    await end('succeeded', 121)
    expect(await check()).toMatchObject({ status: 'down', actual: 'the last success was 2h 1min ago' })
  })

  it('over a weekend without runs is well: the longest pause counts', () => {
    expect(longestPause('Mon..Fri 02:00', NOW)).toBe(3 * 86_400_000)
    expect(longestPause('*:0/30', NOW)).toBe(1_800_000)
    expect(longestPause('2020-01-01', NOW)).toBeNull()
  })
})
