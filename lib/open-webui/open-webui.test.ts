import fc from 'fast-check'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Core, createCore } from '../core/index.ts'
import { silentLogger } from '../logging/index.ts'
import { closedPort } from '../../e2e/fakes/closed-port.ts'
import { OWN_ID } from './desired.ts'
import { FAKE_TOKEN, type FakeOpenWebui, startFakeOpenWebui } from './testing/fake-open-webui.ts'
import { KEY_GRACE_MS } from './write.ts'

let web: FakeOpenWebui
let folder: string
let core: Core
let now: Date

const settingsOf = (tools: object = {}, more: object = {}) => ({
  'open-webui': { url: web.url, tools, ...more },
})

/** Opens the app anew on the same state, with these settings. */
async function open(settings: object = settingsOf()): Promise<void> {
  await writeFile(join(folder, 'config.json'), JSON.stringify(settings))
  core = await createCore({
    env: { HWC_AI_STATE: join(folder, 'state'), HWC_AI_CONFIG: join(folder, 'config.json') },
    log: silentLogger,
    now: () => now,
  })
}

async function reopen(settings?: object): Promise<void> {
  await core.close()
  await open(settings)
}

const connect = () => core.openWebui.connect({ url: null, token: FAKE_TOKEN, setUrl: () => Promise.resolve() })
const states = async () => Object.fromEntries((await core.openWebui.plan()).servers.map(({ id, state }) => [id, state]))
const keysThatWork = async () => [...(await core.keys.working()).values()]

function ours(): Record<string, unknown> {
  const found = web.list.map((text) => JSON.parse(text) as Record<string, unknown>)
  return found.find(({ info }) => JSON.stringify(info).includes(OWN_ID)) ?? {}
}

function editOurs(change: Record<string, unknown>): void {
  web.list = web.list.map((text) => (text.includes(OWN_ID) ? JSON.stringify({ ...ours(), ...change }) : text))
}

beforeAll(async () => {
  web = await startFakeOpenWebui()
})
afterAll(() => web.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwc-ai-tools-'))
  now = new Date('2026-05-01T10:00:00Z')
  Object.assign(web, { version: '0.12.4', list: [], groups: [], role: 'admin', writes: 0 })
  Object.assign(web, { onRead: () => undefined, onWritten: () => undefined })
  web.verification = { status: 200, body: { paths: {} } }
  await open()
})
afterEach(async () => {
  await core.close()
  await rm(folder, { recursive: true })
})

describe('the token', () => {
  it('is sealed: no file of the state holds it', async () => {
    await connect()
    const row = await core.store.db.selectFrom('sealed_secrets').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(FAKE_TOKEN)
  })

  it('is not sent to another address than the one it was given for', async () => {
    await connect()
    const other = await startFakeOpenWebui()
    await reopen({ 'open-webui': { url: other.url } })
    await expect(core.openWebui.plan()).rejects.toMatchObject({ code: 'not-connected' })
    expect(await core.openWebui.connection()).toMatchObject({ state: 'not-connected', token: 'stored' })
    await other.close()
  })

  it('of someone who is no administrator is refused and not kept', async () => {
    web.role = 'user'
    await expect(connect()).rejects.toMatchObject({ code: 'open-webui-refused' })
    expect(await core.openWebui.connection()).toMatchObject({ token: 'none' })
  })

  it('that has expired is reported as such', async () => {
    await connect()
    web.role = null
    await expect(core.openWebui.plan()).rejects.toMatchObject({ code: 'open-webui-refused' })
    expect(await core.openWebui.connection()).toMatchObject({ state: 'refused' })
  })

  it('may come from a file instead', async () => {
    const file = join(folder, 'token')
    await writeFile(file, `${FAKE_TOKEN}\n`)
    await reopen(settingsOf({}, { adminTokenFile: file }))
    expect(await core.openWebui.connection()).toMatchObject({ state: 'connected', token: 'file', as: 'Ada' })
    await expect(connect()).rejects.toMatchObject({ code: 'conflict' })
    await rm(file)
    expect(await core.openWebui.connection()).toMatchObject({ state: 'not-connected' })
  })

  it('is forgotten on request', async () => {
    await connect()
    expect(core.openWebui.hasToken).toBe(true)
    expect(await core.openWebui.disconnect()).toMatchObject({ state: 'not-connected', token: 'none' })
    expect(core.openWebui.hasToken).toBe(false)
  })
})

describe('an Open WebUI that does not do as it should', () => {
  it('that is not there is said to be so', async () => {
    await connect()
    const nobody = await closedPort()
    await expect(
      core.openWebui.connect({ url: nobody, token: FAKE_TOKEN, setUrl: () => Promise.resolve() }),
    ).rejects.toMatchObject({ code: 'open-webui-unreachable' })
  })

  it('that is something else is said to be so', async () => {
    await connect()
    web.list = ['{']
    await expect(core.openWebui.plan()).rejects.toMatchObject({ code: 'open-webui-error' })
    expect(await core.openWebui.list()).toMatchObject({
      open_webui: { state: 'failed', problem: expect.stringContaining('not its list') as string },
      servers: [{ id: OWN_ID, state: 'unknown' }],
    })
  })
})

describe('apply', () => {
  beforeEach(connect)

  it('registers ours with a key of its own that may do no more than it needs, and writes nothing a second time', async () => {
    expect(await states()).toEqual({ [OWN_ID]: 'missing' })
    expect(await core.openWebui.apply([])).toMatchObject({ written: true, servers: [{ id: OWN_ID, verified: true }] })
    const [key] = await keysThatWork()
    expect(key).toMatchObject({
      scopes: ['read', 'run', 'apply'],
      name: expect.stringContaining('Open WebUI') as string,
    })
    expect(await core.keys.verify(String(ours()['key']))).toMatchObject({ id: key?.id })
    expect(await core.openWebui.apply([])).toMatchObject({ written: false })
    expect([web.writes, (await keysThatWork()).length]).toEqual([1, 1])
    expect(await states()).toEqual({ [OWN_ID]: 'same' })
  })

  it('leaves everything of others as it was, in its place, whatever it is', async () => {
    const theirs = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc
        .record({
          url: fc.webUrl(),
          key: fc.string(),
          info: fc.record({ id: fc.constantFrom('a', 'b', '') }),
          x: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(theirs, { maxLength: 6 }), async (before) => {
        const texts = before.map((text) => text.trim())
        web.list = [...texts]
        await core.openWebui.apply([])
        const others = () => web.list.filter((text) => !text.includes(OWN_ID))
        expect(others()).toEqual(texts)
        await core.openWebui.rotateKey()
        expect(others()).toEqual(texts)
        await core.openWebui.remove(OWN_ID)
        expect(web.list).toEqual(texts)
      }),
      { numRuns: 15 },
    )
  })

  it('keeps its place between others, and touches only the first of two with its id', async () => {
    await core.openWebui.apply([])
    const twin = JSON.stringify({ ...ours(), url: 'http://twin' })
    web.list = ['{"url":"http://a","info":{"id":"a"}}', ...web.list, twin, '{"url":"http://b"}']
    await core.openWebui.rotateKey()
    expect(web.list.map((text) => text.includes(OWN_ID))).toEqual([false, true, true, false])
    expect(web.list[2]).toBe(twin)
    const { servers } = await core.openWebui.plan()
    expect(servers.filter(({ id }) => id === OWN_ID).map(({ state, wanted }) => [state, wanted])).toEqual([
      ['same', true],
      ['extra', false],
    ])
  })

  it('registers the servers of the settings with the keys of their files, and removes those it registered when they go', async () => {
    const file = join(folder, 'key')
    await writeFile(file, 'their-key\n')
    const notes = { url: 'http://notes', keyFile: file, description: 'Notes' }
    await reopen(settingsOf({ notes }))
    await core.openWebui.apply([])
    expect(web.list.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { info: { id: OWN_ID } },
      { url: 'http://notes', path: 'openapi.json', key: 'their-key', info: { id: 'notes', description: 'Notes' } },
    ])
    await writeFile(file, 'changed-key')
    expect((await core.openWebui.plan()).servers[1]).toMatchObject({
      state: 'changed',
      changes: [{ field: 'key', there: null, wanted: null }],
    })
    await core.openWebui.apply([])
    expect(web.list[1]).toContain('changed-key')

    await reopen(settingsOf())
    expect(await states()).toEqual({ [OWN_ID]: 'same', notes: 'unwanted' })
    await core.openWebui.apply([])
    expect(web.list).toHaveLength(1)
  })

  it('says what cannot be used, and does the rest', async () => {
    await reopen(
      settingsOf({
        lost: { url: 'http://lost', keyFile: join(folder, 'nowhere') },
        clan: { url: 'http://clan', authType: 'none', access: ['clan'] },
        [OWN_ID]: { url: 'http://x', authType: 'none' },
        'a:b': { url: 'http://x', authType: 'none' },
      }),
    )
    const { invalid } = await core.openWebui.plan()
    expect(invalid.map(({ id }) => id).sort()).toEqual(['a:b', 'clan', OWN_ID, 'lost'])
    await core.openWebui.apply([])
    expect(web.list).toHaveLength(1)
  })

  it('takes over a connection of its id that works already, as TOOL_SERVER_CONNECTIONS gives it', async () => {
    await core.openWebui.apply([])
    await core.store.db.deleteFrom('tool_registrations').execute()
    expect(await core.openWebui.plan()).toMatchObject({ servers: [{ state: 'same', action: 'adopt' }] })
    expect(await core.openWebui.apply([])).toMatchObject({ written: false })
    editOurs({ path: 'other.json' })
    expect(await states()).toEqual({ [OWN_ID]: 'drifted' })
  })

  it('replaces a key in such a connection that may do everything, or that is unknown', async () => {
    await core.openWebui.apply([])
    const { secret } = await core.keys.create('too much', ['admin'], null)
    for (const key of [secret, 'unknown']) {
      await core.store.db.deleteFrom('tool_registrations').execute()
      editOurs({ key })
      expect((await core.openWebui.plan()).servers[0]).toMatchObject({ state: 'changed', changes: [{ field: 'key' }] })
      await core.openWebui.apply([])
      expect(ours()['key']).not.toBe(key)
    }
  })

  it('makes a new key when the one before was revoked', async () => {
    await core.openWebui.apply([])
    const [key] = await keysThatWork()
    await core.keys.revoke(key?.id ?? '')
    expect(await states()).toEqual({ [OWN_ID]: 'changed' })
    await core.openWebui.apply([])
    expect(await core.keys.verify(String(ours()['key']))).not.toBeNull()
    expect(await states()).toEqual({ [OWN_ID]: 'same' })
  })

  it('follows the address at which this app is reached', async () => {
    await core.openWebui.apply([])
    await reopen(settingsOf({}, { selfUrl: 'http://host.containers.internal:6021/' }))
    expect(core.allowedHosts.has('host.containers.internal')).toBe(true)
    expect((await core.openWebui.plan()).servers[0]).toMatchObject({
      state: 'changed',
      changes: [{ field: 'url', wanted: 'http://host.containers.internal:6021/api/tools' }],
    })
    const { key } = ours()
    await core.openWebui.apply([])
    expect(ours()).toMatchObject({ url: 'http://host.containers.internal:6021/api/tools', key })
  })

  it('calls one broken that Open WebUI cannot use', async () => {
    web.verification = { status: 400, body: { detail: 'Failed to connect to the tool server' } }
    expect(await core.openWebui.apply([])).toMatchObject({
      servers: [{ done: true, verified: false, problem: 'Failed to connect to the tool server' }],
    })
    expect(await states()).toEqual({ [OWN_ID]: 'broken' })
  })
})

describe('someone else who writes at the same time', () => {
  beforeEach(connect)
  const theirs = '{"url":"http://theirs","info":{"id":"theirs"}}'

  it('between reading and writing loses nothing', async () => {
    let reads = 0
    web.onRead = () => {
      reads += 1
      if (reads === 2) web.list.push(theirs)
    }
    expect(await core.openWebui.apply([])).toMatchObject({ written: true })
    expect(web.list).toEqual([theirs, expect.stringContaining(OWN_ID)])
    expect(await states()).toEqual({ [OWN_ID]: 'same', theirs: 'extra' })
  })

  it('right after writing is seen, and ours is written again', async () => {
    web.onWritten = () => {
      if (web.writes === 1) web.list = [theirs]
    }
    await core.openWebui.apply([])
    expect([web.writes, web.list[0]]).toEqual([2, theirs])
    expect(await states()).toEqual({ [OWN_ID]: 'same', theirs: 'extra' })
    expect(await keysThatWork()).toHaveLength(1)
  })

  it('again and again is reported as a lost race, and leaves no key behind', async () => {
    web.onWritten = () => {
      web.list = [theirs]
    }
    await expect(core.openWebui.apply([])).rejects.toMatchObject({ code: 'conflict' })
    expect([web.list, await keysThatWork()]).toEqual([[theirs], []])
  })
})

describe('an edit that was made in Open WebUI', () => {
  beforeEach(async () => {
    await connect()
    await core.openWebui.apply([])
  })

  it('stays until someone decides, and is then kept for good', async () => {
    editOurs({ headers: { 'X-A': '1' }, info: { id: OWN_ID, name: 'Helpers', description: '' } })
    expect(await states()).toEqual({ [OWN_ID]: 'drifted' })
    expect(await core.openWebui.apply([])).toMatchObject({ written: false, servers: [{ done: false }] })
    await core.openWebui.accept(OWN_ID)
    expect(await states()).toEqual({ [OWN_ID]: 'same' })
    // What the settings change later is written; what was accepted stays.
    await reopen(settingsOf({}, { toolAccess: 'public' }))
    expect((await core.openWebui.plan()).servers[0]?.changes.map(({ field }) => field)).toEqual(['access'])
    await core.openWebui.apply([])
    expect(ours()).toMatchObject({ headers: { 'X-A': '1' }, info: { name: 'Helpers' } })
    expect(await states()).toEqual({ [OWN_ID]: 'same' })
  })

  it('is undone when that is asked for, with the same key', async () => {
    const { key } = ours()
    editOurs({ headers: { 'X-A': '1' }, url: 'http://elsewhere' })
    await core.openWebui.apply([OWN_ID])
    expect(ours()).toMatchObject({ key, url: expect.stringContaining('/api/tools') as string })
    expect(ours()['headers']).toBeUndefined()
    expect(await states()).toEqual({ [OWN_ID]: 'same' })
  })

  it('of the key is undone with a new key, since the old one is known to nobody', async () => {
    const { key } = ours()
    editOurs({ key: 'wrong' })
    await core.openWebui.apply([OWN_ID])
    expect(['wrong', key]).not.toContain(ours()['key'])
    expect(await core.keys.verify(String(ours()['key']))).not.toBeNull()
  })

  it('that is what the settings now want is no quarrel', async () => {
    editOurs({
      config: { enable: true, access_grants: [{ principal_type: 'user', principal_id: '*', permission: 'read' }] },
    })
    expect(await states()).toEqual({ [OWN_ID]: 'drifted' })
    await reopen(settingsOf({}, { toolAccess: 'public' }))
    expect(await states()).toEqual({ [OWN_ID]: 'same' })
  })

  it('and an upgrade of Open WebUI are two things', async () => {
    web.version = '0.7.2'
    await core.openWebui.remove(OWN_ID)
    await core.openWebui.apply([])
    expect(ours()['config']).toEqual({ enable: true, access_control: {} })
    web.version = '0.12.4'
    editOurs({ forward_cookies: false, headers: null, config: { enable: true, access_grants: [] } })
    expect(await states()).toEqual({ [OWN_ID]: 'same' })
  })

  it('names a server that is not there', async () => {
    await expect(core.openWebui.apply(['nonsense'])).rejects.toMatchObject({ code: 'not-found' })
    await expect(core.openWebui.accept('nonsense')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the key', () => {
  beforeEach(async () => {
    await connect()
    await core.openWebui.apply([])
  })

  it('before works an hour longer, over a restart, and then no more', async () => {
    const before = String(ours()['key'])
    const { retired } = await core.openWebui.rotateKey()
    expect(retired).toMatchObject([{ works_until: '2026-05-01T11:00:00.000Z' }])
    expect(ours()['key']).not.toBe(before)
    expect(await core.keys.verify(before)).not.toBeNull()
    expect((await core.openWebui.list()).servers[0]?.key?.retiring).toHaveLength(1)
    await reopen()
    expect(await core.keys.verify(before)).not.toBeNull()
    now = new Date(now.getTime() + KEY_GRACE_MS)
    expect(await core.keys.verify(before)).toBeNull()
    expect(await core.keys.verify(String(ours()['key']))).not.toBeNull()
  })

  it('is in no answer', async () => {
    const said = JSON.stringify([
      await core.openWebui.list(),
      await core.openWebui.plan(),
      await core.openWebui.verify(null),
    ])
    expect(said).not.toContain(String(ours()['key']))
  })

  it('ends with the connection', async () => {
    const key = String(ours()['key'])
    expect(await core.openWebui.remove(OWN_ID)).toEqual({ server_id: OWN_ID, removed: true })
    now = new Date(now.getTime() + 2000)
    expect([web.list, await core.keys.verify(key)]).toEqual([[], null])
  })

  it('ends with the connection also where it was changed a moment ago', async () => {
    const key = String(ours()['key'])
    await core.openWebui.rotateKey()
    expect(await core.keys.verify(key)).not.toBeNull()
    await core.openWebui.remove(OWN_ID)
    now = new Date(now.getTime() + 2000)
    expect(await core.keys.verify(key)).toBeNull()
  })
})

describe('the health check', () => {
  const checked = async () => {
    const [result] = await core.health.runNow('tool-servers', false)
    return result
  }

  it('is there once there is a token, over a restart too', async () => {
    const ids = async () => (await core.health.list()).map(({ id }) => id)
    expect(await ids()).not.toContain('tool-servers')
    await connect()
    expect(await ids()).toContain('tool-servers')
    await reopen()
    expect(await ids()).toContain('tool-servers')
  })

  it('says what is not as it should be, and what to do', async () => {
    await connect()
    expect(await checked()).toMatchObject({
      status: 'degraded',
      actual: expect.stringContaining('not registered') as string,
    })
    await core.openWebui.apply([])
    expect(await checked()).toMatchObject({ status: 'ok', hint: null })
    editOurs({ url: 'http://elsewhere' })
    expect(await checked()).toMatchObject({ status: 'degraded', hint: expect.stringContaining('restore') as string })
    web.role = null
    expect(await checked()).toMatchObject({ status: 'degraded', actual: expect.stringContaining('token') as string })
  })
})

it('names the connection of someone else that keeps Open WebUI from offering ours', async () => {
  await connect()
  web.list = ['{"url":"http://odd:1/x?secret","path":"","auth_type":null,"key":null,"config":null,"info":null}']
  await core.openWebui.apply([])
  const { servers } = await core.openWebui.verify(OWN_ID)
  expect(servers).toMatchObject([
    { ok: false, listed: false, hint: expect.stringContaining('http://odd:1/x.') as string },
  ])
  const theirs = (await core.openWebui.plan()).servers.find(({ state }) => state === 'extra')
  expect(theirs).toMatchObject({ action: 'none', why: expect.stringContaining('null') as string })
})

describe('the list for the page', () => {
  it('shows our tools before anything is connected', async () => {
    const { open_webui, servers } = await core.openWebui.list()
    expect(open_webui.hint).toMatch(/token/)
    expect(servers).toMatchObject([{ id: OWN_ID, state: 'unknown', ours: true }])
    expect(servers[0]?.tools.map(({ name }) => name)).toContain('plan_file_cleanup')
  })

  it('counts the calls that came through this app', async () => {
    await connect()
    await core.openWebui.apply([])
    const principal = { kind: 'key', id: 'k', name: 'k', scopes: [] } as const
    const call = { face: 'openapi', server: 'workflows', tool: 'greet', principal, durationMs: 1, runId: null } as const
    core.calls.record({ ...call, error: null })
    core.calls.record({ ...call, error: 'path-not-allowed' })
    web.verification = {
      status: 200,
      body: { paths: { '/greet': { post: { operationId: 'greet', summary: 'Greets' } } } },
    }
    await expect
      .poll(async () => (await core.openWebui.list()).servers[0]?.calls)
      .toMatchObject({ total: 2, errors: 1, last_error: 'path-not-allowed' })
    const [server] = (await core.openWebui.list()).servers
    expect(server?.calls?.days).toHaveLength(14)
    expect(server?.tools).toMatchObject([{ name: 'greet', description: 'Greets', calls: 2, errors: 1 }])
  })

  it('does not have a server tried that would be sent the administrator’s own token', async () => {
    await connect()
    web.list = ['{"url":"http://a","auth_type":"session","config":{"enable":true},"info":{"id":"a","name":"A"}}']
    web.verification = { status: 500, body: 'asked' }
    const { servers } = await core.openWebui.list()
    expect(servers.find(({ id }) => id === 'a')?.tools_problem).toMatch(/not asked for/)
  })
})
