/** Against a real Open WebUI, whose chats call our tools: `HWC_AI_TEST_OPEN_WEBUI` names its program. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type ScriptedOllama, SCRIPTED_MODEL, startScriptedOllama, TOOL_SAID } from '../../e2e/fakes/scripted-ollama.ts'
import { OPEN_WEBUI_PROGRAM, type RealOpenWebui, startOpenWebui } from '../../e2e/support/open-webui.ts'
import { createCore } from '../core/index.ts'
import { silentLogger } from '../logging/index.ts'
import { toolsOf } from '../tools/list.ts'
import { OWN_ID } from './desired.ts'
import { joinList, splitList } from './raw-list.ts'
import { appliedSchema, connectionSchema, listSchema, planSchema, rotatedSchema, verifiedSchema } from './schemas.ts'
import { startTestApp, type TestApp } from './testing/app.ts'

const LIST = '/api/v1/configs/tool_servers'
const MCP_ID = 'workflows-mcp'

/** Someone else's connection, with what this app knows nothing of. */
const THEIRS = {
  url: 'http://127.0.0.1:9/theirs',
  path: 'openapi.json',
  auth_type: 'bearer',
  key: 'their-secret',
  config: { enable: false, function_name_filter_list: 'a,b', weight: [1.5, null] },
  info: { id: 'theirs', name: 'Theirs', description: '' },
  headers: { 'X-Their-Header': 'secret' },
  extension: { ключ: [{ deep: true }] },
}

const toolAnswer = z.looseObject({ status: z.string(), run_id: z.string().optional(), result: z.unknown().optional() })

it.skipIf(process.env['CI'] === undefined)('a real Open WebUI is set for the live tests', () => {
  expect(OPEN_WEBUI_PROGRAM).not.toBeNull()
})

describe.runIf(OPEN_WEBUI_PROGRAM !== null)('a real Open WebUI', () => {
  let ollama: ScriptedOllama
  let web: RealOpenWebui
  let app: TestApp
  let theirs: string

  const connections = async () => splitList(await (await web.ask(LIST)).text())
  const standing = async (id: string) =>
    (await connections())
      .map((text) => z.looseObject({ info: z.looseObject({ id: z.string() }) }).parse(JSON.parse(text)))
      .find(({ info }) => info.id === id)
  /** Writes the list as a person does in Open WebUI's settings. */
  const edit = async (change: (connection: Record<string, unknown>) => Record<string, unknown>) => {
    const next = (await connections()).map((text) => {
      const value = z.looseObject({ info: z.looseObject({ id: z.string() }) }).parse(JSON.parse(text))
      return value.info.id === OWN_ID ? JSON.stringify(change(value)) : text
    })
    expect((await web.ask(LIST, JSON.parse(joinList(next)))).status).toBe(200)
  }
  const plan = async () => planSchema.parse((await app.ask('GET', '/api/open-webui/tools/plan')).json)
  const ours = async () => (await plan()).servers.find(({ id }) => id === OWN_ID)
  const apply = async (restore: string[] = []) => {
    const { status, json } = await app.ask('POST', '/api/open-webui/tools/apply', { restore })
    expect([status, json]).toEqual([200, expect.anything()])
    return appliedSchema.parse(json)
  }
  const verify = async (body: object = {}) =>
    verifiedSchema.parse((await app.ask('POST', '/api/open-webui/tools/verify', body)).json)
  const list = async () => listSchema.parse((await app.ask('GET', '/api/open-webui/tools')).json)
  /** Lets the model of a chat call a tool of ours. */
  const call = async (name: string, args: Record<string, unknown>, toolId = `server:${OWN_ID}`) => {
    ollama.play({ name, arguments: args })
    return web.chat('Do it.', SCRIPTED_MODEL, [toolId])
  }
  const works = async () => {
    const { outputs } = await call('list_file_cleanups', {})
    expect(toolAnswer.parse(JSON.parse(outputs[0] ?? '')).status).toBe('done')
  }

  beforeAll(async () => {
    ollama = await startScriptedOllama()
    app = await startTestApp({
      ollama: ollama.url,
      openWebui: (folder, url) => ({
        tools: {
          [MCP_ID]: {
            url: `${url}/mcp/workflows`,
            type: 'mcp',
            keyFile: join(folder, 'mcp-key'),
            description: 'The same over MCP',
            access: 'public',
          },
        },
      }),
    })
    const made = await app.ask('POST', '/api/keys', { name: 'MCP', scopes: ['read', 'run', 'apply', 'mcp'] })
    const { secret } = z.object({ secret: z.string() }).parse(made.json)
    await writeFile(join(app.folder, 'mcp-key'), secret)
    // As the container is given it by the Nix export, beside a connection of someone else.
    const declared = {
      url: `${app.url}/mcp/workflows`,
      path: '',
      type: 'mcp',
      auth_type: 'bearer',
      key: secret,
      config: { enable: true, access_grants: [] },
      info: { id: MCP_ID, name: MCP_ID, description: 'The same over MCP' },
    }
    const env = { TOOL_SERVER_CONNECTIONS: JSON.stringify([THEIRS, declared]) }
    web = await startOpenWebui({ ollama: ollama.url, env })
    theirs = (await connections())[0] ?? ''
    expect(theirs).toContain('"weight":[1.5,null]')
  })
  afterAll(async () => {
    await app.close()
    await web.close()
    await ollama.close()
  })

  it('says the one thing to do while there is no token, and refuses one that is not an administrator’s', async () => {
    const { open_webui, servers } = await list()
    expect(open_webui).toMatchObject({ state: 'not-connected', token: 'none' })
    expect(open_webui.hint).toMatch(/token/)
    expect(servers.find(({ id }) => id === OWN_ID)).toMatchObject({ state: 'unknown' })
    expect((await app.ask('GET', '/api/open-webui/tools/plan')).status).toBe(409)

    expect(
      (await app.ask('PUT', '/api/open-webui/connection', { url: web.url, token: 'nonsense' })).json,
    ).toMatchObject({
      code: 'open-webui-refused',
    })
    await web.ask('/api/v1/auths/add', {
      name: 'Child',
      email: 'child@example.org',
      password: 'p4ssword!',
      role: 'user',
    })
    const child = await signIn(web, 'child@example.org', 'p4ssword!')
    expect((await app.ask('PUT', '/api/open-webui/connection', { url: web.url, token: child })).json).toMatchObject({
      code: 'open-webui-refused',
      detail: expect.stringContaining('Child') as string,
    })
  })

  it('connects with an administrator’s token, which no answer shows', async () => {
    const { json } = await app.ask('PUT', '/api/open-webui/connection', { url: web.url, token: web.token })
    expect(connectionSchema.parse(json)).toMatchObject({ state: 'connected', token: 'stored', as: 'Admin' })
    expect(JSON.stringify([json, await list()])).not.toContain(web.token)
  })

  it('registers, and Open WebUI’s own verification passes and lists it', async () => {
    expect((await plan()).servers).toMatchObject([
      { id: OWN_ID, state: 'missing', action: 'add' },
      {
        id: MCP_ID,
        state: 'changed',
        action: 'update',
        changes: [{ field: 'access', there: 'private', wanted: 'public' }],
      },
      { id: 'theirs', state: 'extra', action: 'none' },
    ])

    const { servers, written } = await apply()
    expect(written).toBe(true)
    expect(servers.filter(({ wanted }) => wanted)).toMatchObject([
      { id: OWN_ID, done: true, verified: true },
      { id: MCP_ID, done: true, verified: true },
    ])
    expect(
      z.array(z.looseObject({ id: z.string() })).parse(await (await web.ask('/api/v1/tools/')).json()),
    ).toMatchObject([{ id: `server:${OWN_ID}` }, { id: `server:mcp:${MCP_ID}` }])
    const names = toolsOf(app.server().core.registry).map(({ name }) => name)
    expect((await verify()).servers).toMatchObject([
      { id: OWN_ID, ok: true, listed: true, tools: names, problem: null },
      { id: MCP_ID, ok: true, listed: true, tools: names, problem: null },
    ])
    expect(await apply()).toMatchObject({ written: false })
    expect((await plan()).servers.map(({ id, state }) => [id, state])).toEqual([
      [OWN_ID, 'same'],
      [MCP_ID, 'same'],
      ['theirs', 'extra'],
    ])
  })

  it('shows the tools as the model of the chat is offered them', async () => {
    await works()
    const offered = new Map((ollama.questions.at(-1)?.tools ?? []).map((tool) => [tool.function.name, tool.function]))
    const { servers } = await list()
    for (const { name, description, arguments: args } of servers.find(({ id }) => id === OWN_ID)?.tools ?? []) {
      const { parameters, ...tool } = z
        .looseObject({ parameters: z.object({ properties: z.record(z.string(), z.unknown()) }) })
        .parse(offered.get(name))
      expect([tool['description'], Object.keys(parameters.properties)]).toEqual([
        description,
        args.map((arg) => arg.name),
      ])
    }
  })

  it('has a chat call each of our tools: arguments, answer and history', async () => {
    const results = new Map<string, Record<string, unknown>>()
    const planId = () => ({ plan_id: results.get('plan_file_cleanup')?.['plan_id'] })
    const calls: Record<string, () => Record<string, unknown>> = {
      plan_file_cleanup: () => ({ directory: app.inbox }),
      get_file_cleanup: () => ({ ...planId(), action: 'move' }),
      apply_file_cleanup: planId,
      undo_file_cleanup: planId,
      list_file_cleanups: () => ({ offset: 0 }),
      write_journal: () => ({ time_range: '48h' }),
      list_journal_entries: () => ({}),
      show_journal_entry: () => ({ date: 'latest' }),
      document_source_file: () => ({ file_path: app.source, style: 'technical' }),
      list_autodoc_documents: () => ({ offset: 0 }),
      get_autodoc_document: () => ({ document_id: results.get('document_source_file')?.['document_id'] }),
      chat: () => ({ message: 'Good morning' }),
      list_health_checks: () => ({}),
      wait_for_run: () => ({ run_id: results.get('run')?.['id'] }),
    }
    const tools = toolsOf(app.server().core.registry).map(({ name }) => name)
    expect(Object.keys(calls).sort()).toEqual([...tools].sort())
    for (const [name, argumentsOf] of Object.entries(calls)) {
      const given = argumentsOf()
      const { content, calls: made, outputs } = await call(name, given)
      expect(made).toEqual([{ name, arguments: given }])
      expect(content).toBe(`${TOOL_SAID}${outputs[0] ?? ''}`)
      const answer = toolAnswer.parse(JSON.parse(outputs[0] ?? ''))
      expect([name, answer.status]).toEqual([name, 'done'])
      results.set(name, z.record(z.string(), z.unknown()).catch({}).parse(answer.result))
      if (answer.run_id !== undefined) results.set('run', { id: answer.run_id })
      const [latest] = await app.server().core.calls.latest({ server: 'workflows', limit: 1 })
      expect(latest).toMatchObject({ face: 'openapi', tool: name, error: null })
    }
    const shown = (await list()).servers.find(({ id }) => id === OWN_ID)
    expect(shown?.calls?.total).toBeGreaterThanOrEqual(tools.length)
    expect(shown?.tools.every(({ calls: count, errors }) => count > 0 && errors === 0)).toBe(true)
  })

  it('has a chat call a tool over Open WebUI’s own MCP connection', async () => {
    const name = `${MCP_ID}_plan_file_cleanup`
    const { calls, outputs, content } = await call(name, { directory: app.inbox }, `server:mcp:${MCP_ID}`)
    expect(calls).toEqual([{ name, arguments: { directory: app.inbox } }])
    expect(outputs[0]).toContain('plan_id')
    expect(content).toContain(TOOL_SAID)
    const [latest] = await app.server().core.calls.latest({ server: 'workflows', limit: 1 })
    expect(latest).toMatchObject({ face: 'mcp', tool: 'plan_file_cleanup', error: null })
  })

  it('tells the chat what is wrong with a call', async () => {
    const { outputs } = await call('plan_file_cleanup', { directory: '/etc' })
    expect(outputs[0]).toMatch(/403/)
    expect(outputs[0]).toMatch(/outside the allowed folders/)
    const [latest] = await app.server().core.calls.latest({ server: 'workflows', limit: 1 })
    expect(latest).toMatchObject({ tool: 'plan_file_cleanup', error: 'path-not-allowed' })
  })

  it('answers a slow call in time with the run it has begun, which a second tool waits for', async () => {
    await app.ask('PUT', '/api/settings/open-webui.toolTimeout', { value: 1 })
    const release = ollama.hold()
    const { outputs } = await call('chat', { message: 'Take your time' })
    const { status, run_id } = toolAnswer.parse(JSON.parse(outputs[0] ?? ''))
    expect([status, run_id]).toEqual(['running', expect.stringMatching(/^run_/)])
    const [latest] = await app.server().core.calls.latest({ server: 'workflows', limit: 1 })
    expect(latest).toMatchObject({ tool: 'chat', error: null, runId: run_id })
    release()
    await app.ask('DELETE', '/api/settings/open-webui.toolTimeout')
    const waited = await call('wait_for_run', { run_id })
    expect(toolAnswer.parse(JSON.parse(waited.outputs[0] ?? ''))).toMatchObject({ status: 'done', run_id })
  })

  it('lets those use it who may', async () => {
    const child = await signIn(web, 'child@example.org', 'p4ssword!')
    const seen = async () => {
      const response = await fetch(`${web.url}/api/v1/tools/`, { headers: { authorization: `Bearer ${child}` } })
      return z
        .array(z.looseObject({ id: z.string() }))
        .parse(await response.json())
        .map(({ id }) => id)
    }
    const set = (value: unknown) => app.ask('PUT', '/api/settings/open-webui.toolAccess', { value })
    expect(await seen()).toEqual([`server:mcp:${MCP_ID}`])

    expect((await set('public')).status).toBe(200)
    expect(await ours()).toMatchObject({
      state: 'changed',
      changes: [{ field: 'access', there: 'private', wanted: 'public' }],
    })
    await apply()
    expect(await seen()).toContain(`server:${OWN_ID}`)

    await set(['family'])
    expect((await plan()).invalid).toMatchObject([
      { id: OWN_ID, reason: expect.stringContaining('"family"') as string },
    ])
    const group = z
      .object({ id: z.string() })
      .parse(await (await web.ask('/api/v1/groups/create', { name: 'family', description: '' })).json())
    await apply()
    expect(await seen()).not.toContain(`server:${OWN_ID}`)
    const users = z
      .object({ users: z.array(z.looseObject({ id: z.string(), email: z.string() })) })
      .parse(await (await web.ask('/api/v1/users/')).json())
    const id = users.users.find(({ email }) => email === 'child@example.org')?.id
    expect((await web.ask(`/api/v1/groups/id/${group.id}/users/add`, { user_ids: [id] })).status).toBe(200)
    expect(await seen()).toContain(`server:${OWN_ID}`)
    expect((await list()).servers.find((server) => server.id === OWN_ID)?.access).toEqual({
      kind: 'shared',
      with: ['family'],
    })
    await set('private')
    await apply()
    expect(await seen()).not.toContain(`server:${OWN_ID}`)
  })

  it('tells an edit that was made there from a change of the settings, and takes theirs or restores ours', async () => {
    await edit((connection) => ({ ...connection, info: { id: OWN_ID, name: 'Our helpers', description: '' } }))
    expect(await ours()).toMatchObject({
      state: 'drifted',
      action: 'none',
      changes: [
        { field: 'name', there: 'Our helpers' },
        { field: 'description', there: '' },
      ],
    })
    expect(await apply()).toMatchObject({ written: false })
    expect((await app.ask('POST', `/api/open-webui/tools/${OWN_ID}/accept`, {})).status).toBe(200)
    expect(await ours()).toMatchObject({ state: 'same' })
    expect(await apply()).toMatchObject({ written: false })

    await edit((connection) => ({ ...connection, headers: { 'X-Odd': '1' }, config: { enable: false } }))
    expect((await ours())?.changes.map(({ field }) => field)).toEqual(['enabled', 'other'])
    expect((await apply([OWN_ID])).servers.find(({ id }) => id === OWN_ID)).toMatchObject({
      action: 'restore',
      done: true,
      verified: true,
    })
    expect(await ours()).toMatchObject({ state: 'same' })
    expect(await standing(OWN_ID)).toMatchObject({ headers: null, info: { name: 'Workflows of this machine' } })
    await works()
  })

  it('reports a wrong key on both sides, and gives a new one', async () => {
    await edit((connection) => ({ ...connection, key: 'wrong' }))
    expect((await verify({ server_id: OWN_ID })).servers[0]).toMatchObject({ ok: false, tools: [] })
    expect(await ours()).toMatchObject({ state: 'drifted', changes: [{ field: 'key', there: null, wanted: null }] })
    const { outputs, content } = await call('list_file_cleanups', {})
    // Open WebUI cannot read the tools any more, so its model has none to call.
    expect([outputs, content]).toEqual([
      expect.not.arrayContaining([expect.stringContaining('"done"')]),
      expect.anything(),
    ])
    await apply([OWN_ID])
    await works()
  })

  it('changes the key without losing a chat that began with the one before', async () => {
    const keyOf = async () => z.looseObject({ key: z.string() }).parse(await standing(OWN_ID)).key
    const before = await keyOf()
    const { json } = await app.ask('POST', '/api/open-webui/tools/rotate-key', {})
    const rotated = rotatedSchema.parse(json)
    expect(rotated.retired).toHaveLength(1)
    expect(await keyOf()).not.toBe(before)
    const asked = (key: string) =>
      fetch(`${app.url}/api/tools/list_file_cleanups`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, connection: 'close' },
      })
    expect((await asked(before)).status).toBe(200)
    await app.stop()
    await app.start()
    expect((await asked(before)).status).toBe(200)
    await works()
    expect(await ours()).toMatchObject({ state: 'same' })
  })

  it('reports that our server is stopped, on both sides, and works again when it is back', async () => {
    await app.stop()
    const core = await createCore({ env: app.env, log: silentLogger })
    try {
      expect((await core.openWebui.verify(OWN_ID)).servers).toMatchObject([
        { ok: false, hint: expect.stringContaining(app.url) as string },
      ])
      expect((await core.openWebui.plan()).servers.find(({ id }) => id === OWN_ID)).toMatchObject({ state: 'broken' })
    } finally {
      await core.close()
    }
    const { outputs } = await call('list_file_cleanups', {})
    expect(outputs.join('')).not.toContain('"done"')
    await app.start()
    expect(await ours()).toMatchObject({ state: 'same' })
    await works()
  })

  it('loses nothing when Open WebUI is stopped and started', async () => {
    await web.stop()
    const { open_webui, servers } = await list()
    expect(open_webui).toMatchObject({
      state: 'unreachable',
      hint: expect.stringContaining('open-webui.url') as string,
    })
    expect(servers.find(({ id }) => id === OWN_ID)).toMatchObject({ state: 'unknown' })
    expect((await app.ask('POST', '/api/open-webui/tools/apply', {})).json).toMatchObject({
      code: 'open-webui-unreachable',
    })
    await web.start()
    // What the environment says is taken at the first start only: it would have undone what apply wrote.
    expect((await plan()).servers.map(({ state }) => state)).toEqual(['same', 'same', 'extra'])
    await works()
  })

  it('removes what it registered and nothing else', async () => {
    expect((await app.ask('DELETE', '/api/open-webui/tools/theirs')).json).toMatchObject({ code: 'conflict' })
    const { key } = z.looseObject({ key: z.string() }).parse(await standing(OWN_ID))
    expect((await app.ask('DELETE', `/api/open-webui/tools/${OWN_ID}`)).json).toMatchObject({ removed: true })
    expect(await ours()).toMatchObject({ state: 'missing' })
    const asked = await fetch(`${app.url}/api/tools/list_file_cleanups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    })
    expect(asked.status).toBe(401)
    expect((await app.ask('DELETE', `/api/open-webui/tools/${MCP_ID}`)).json).toMatchObject({ removed: true })
    expect(await connections()).toEqual([theirs])
    await apply()
    await works()
  })

  it('left the connection of someone else as it was, through all of this', async () => {
    expect((await connections())[0]).toBe(theirs)
  })
})

async function signIn(web: RealOpenWebui, email: string, password: string): Promise<string> {
  const response = await fetch(`${web.url}/api/v1/auths/signin`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  return z.object({ token: z.string() }).parse(await response.json()).token
}
