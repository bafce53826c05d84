import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createHarness, type Harness, readUntil, rpc, SMALL_SERVER, smallServer, toolCall } from './testing/harness.ts'

let harness: Harness
let fetch: Harness['fetch']
let post: Harness['post']

beforeAll(async () => {
  harness = await createHarness({
    servers: {
      small: smallServer(),
      reluctant: smallServer(),
      shared: smallServer({ shared: true }),
      narrow: smallServer({ shared: true, allowedTools: ['echo', 'count'] }),
      guarded: smallServer({ allowedTools: ['raw'] }),
      fleeting: smallServer({ idleTimeout: '300ms' }),
      hasty: smallServer({ callTimeout: '1s' }),
      off: smallServer({ enable: false }),
      missing: { command: '/nowhere/at-all' },
    },
  })
  fetch = (...given) => harness.fetch(...given)
  post = (...given) => harness.post(...given)
})
afterAll(() => harness.close())

const begin = (server: string) => harness.begin(server)
const inSession = (id: string) => ({ 'mcp-session-id': id })
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { code: number; message: string } }).error

describe('who may come in', () => {
  const hello = rpc(1, 'initialize')

  it('nobody without a key, with a wrong one, or with a key for something else', async () => {
    expect((await post('small', hello, { authorization: '' })).status).toBe(401)
    expect((await post('small', hello, { authorization: 'Bearer hwc_wrong' })).status).toBe(401)
    const { secret } = await harness.core.keys.create('reader', ['read', 'run', 'mcp:shared'], null)
    expect((await post('small', hello, { authorization: `Bearer ${secret}` })).status).toBe(403)
    expect((await post('shared', hello, { authorization: `Bearer ${secret}` })).status).toBe(200)
  })

  it('no other site, and nobody who calls this machine by another name', async () => {
    expect((await post('small', hello, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await post('small', hello, { origin: 'null' })).status).toBe(403)
    expect((await post('small', hello, { host: 'evil.example' })).status).toBe(421)
  })

  it('a password only where the settings say basic', async () => {
    const basic = { authorization: `Basic ${Buffer.from('me:owner-key-0123456789abcdef').toString('base64')}` }
    expect((await post('shared', hello, basic)).status).toBe(401)
    const other = await createHarness({ servers: { shared: smallServer() }, reverseProxy: { authType: 'basic' } })
    expect((await other.fetch('/.well-known/mcp.json', { headers: basic })).status).toBe(200)
    await other.close()
  })

  it('everyone of this machine where no authentication is asked for, but not over a listener that others reach', async () => {
    const open = { servers: {}, reverseProxy: { authType: 'none' } }
    const here = await createHarness(open)
    expect((await here.fetch('/.well-known/mcp.json', { headers: { authorization: '' } })).status).toBe(200)
    await here.close()
    const everywhere = await createHarness(open, {
      'local-workflows': { api: { host: '0.0.0.0', allowNonLoopback: true } },
    })
    expect((await everywhere.fetch('/.well-known/mcp.json', { headers: { authorization: '' } })).status).toBe(401)
    await everywhere.close()
  })

  it('a session is there only for the key that began it', async () => {
    const id = await begin('shared')
    const { secret } = await harness.core.keys.create('other', ['mcp'], null)
    const stolen = await post('shared', rpc(1, 'tools/list'), { ...inSession(id), authorization: `Bearer ${secret}` })
    expect(stolen.status).toBe(404)
  })

  it('nothing answers for a server that is off, or that there is not', async () => {
    expect((await post('off', hello)).status).toBe(404)
    expect((await post('nowhere', hello)).status).toBe(404)
    const unused = await createHarness({ enable: false, servers: { small: smallServer() } })
    expect((await unused.post('small', hello)).status).toBe(404)
    await unused.close()
  })

  it('more calls than the limit wait, each key by itself', async () => {
    const limited = await createHarness({ proxy: { rateLimit: 2 }, servers: { shared: smallServer({ shared: true }) } })
    const ask = (authorization?: string) =>
      limited.fetch('/mcp/shared/echo', {
        method: 'POST',
        body: '{"text":"1"}',
        ...(authorization === undefined ? {} : { headers: { authorization } }),
      })
    const statuses = [(await ask()).status, (await ask()).status]
    const third = await ask()
    expect([...statuses, third.status]).toEqual([200, 200, 429])
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
    const { secret } = await limited.core.keys.create('other', ['mcp'], null)
    expect((await ask(`Bearer ${secret}`)).status).toBe(200)
    const batch = [rpc(1, 'ping'), rpc(2, 'ping')]
    expect((await limited.post('shared', batch, { authorization: `Bearer ${secret}` })).status).toBe(429)
    await limited.close()
  })
})

describe('what a server reads', () => {
  it('is what the gateway has read: no member twice', async () => {
    const id = await begin('guarded')
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"crash","name":"raw"}}'
    const said = await (await post('guarded', body, inSession(id))).text()
    expect(said).toContain('raw')
    expect(said).not.toContain('crash')
  })

  it.each([
    '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"crash"}}',
    '[{"jsonrpc":"2.0","method":"tools/call","params":{"name":"crash"}}]',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["crash"]}}',
    '{"jsonrpc":"2.0","id":1,"method":["tools/call"],"params":{"name":"crash"},"result":{}}',
    '{"jsonrpc":"2.0","id":1e400,"method":"tools/call","params":{"name":"raw"}}',
  ])('has no call that the gateway would not see: %s', async (body) => {
    const id = await begin('guarded')
    expect((await post('guarded', body, inSession(id))).status).toBe(400)
    expect(await harness.call('guarded', id, 'raw')).toContain('raw')
  })

  it.each([
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"raw","Name":"crash"}}',
    '{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call","params":{"name":"crash"}}',
    '[{"jsonrpc":"2.0","method":"notifications/x","ID":1,"PARAMS":{"name":"crash"}}]',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"raw"},"param\u017f":{"name":"crash"}}',
  ])('has no member of the protocol in another case: %s', async (body) => {
    const id = await begin('guarded')
    expect((await post('guarded', body, inSession(id))).status).toBe(400)
  })
})

describe('a session', () => {
  it('has a process of its own, with its own state', async () => {
    const [one, two] = [await begin('small'), await begin('small')]
    await harness.call('small', one, 'count')
    expect(await harness.call('small', one, 'count')).toBe('2')
    expect(await harness.call('small', two, 'count')).toBe('1')
  })

  it('shares the process where the server says so, and no two clients get each other’s answers', async () => {
    const [one, two] = [await begin('shared'), await begin('shared')]
    const asked = Array.from({ length: 40 }, (_, index) =>
      harness.call('shared', index % 2 === 0 ? one : two, 'echo', { text: `text ${index}` }, Math.floor(index / 2)),
    )
    expect(await Promise.all(asked)).toEqual(asked.map((_, index) => `text ${index}`))
    expect(harness.core.gateway.server('shared').status().processes).toHaveLength(1)
  })

  it('knows no other methods', async () => {
    const response = await fetch('/mcp/shared', { method: 'PUT', body: '{}' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, GET, DELETE'])
  })

  it('speaks the version of the protocol that the client asked for, where the process of all has a newer one', async () => {
    const agreed = async (protocolVersion: string) => {
      const response = await post('shared', rpc(1, 'initialize', { protocolVersion }))
      return ((await response.json()) as { result: { protocolVersion: string } }).result.protocolVersion
    }
    expect([await agreed('2025-03-26'), await agreed('2025-11-25'), await agreed('1999-01-01')]).toEqual([
      '2025-03-26',
      '2025-06-18',
      '2025-06-18',
    ])
  })

  it('begins a stream with an event without data only for clients that know of that', async () => {
    const opened = async (protocolVersion: string) => {
      const begun = await post('shared', rpc(1, 'initialize', { protocolVersion }))
      const headers = { ...inSession(begun.headers.get('mcp-session-id') ?? ''), accept: 'text/event-stream' }
      const reader = (await fetch('/mcp/shared', { headers })).body?.getReader()
      const { value } = (await reader?.read()) ?? {}
      await reader?.cancel()
      return new TextDecoder().decode(value)
    }
    expect([await opened('2025-11-25'), await opened('2025-06-18')]).toEqual(['id: 0-0\ndata:\n\n', ':\n\n'])
  })

  it('needs its id, and is over after DELETE', async () => {
    expect((await post('shared', rpc(1, 'tools/list'))).status).toBe(400)
    const id = await begin('shared')
    expect((await fetch('/mcp/shared', { method: 'DELETE', headers: inSession(id) })).status).toBe(204)
    expect((await post('shared', rpc(1, 'tools/list'), inSession(id))).status).toBe(404)
  })

  it('is none, and has no process, when the server does not begin it', async () => {
    const status = () => harness.core.gateway.server('reluctant').status()
    const refused = await post('reluctant', rpc(1, 'initialize', { protocolVersion: 'unheard-of' }))
    expect((await refused.text()).includes('no such protocol')).toBe(true)
    await vi.waitFor(() => expect(status()).toMatchObject({ sessions: 0, processes: [] }))
  })

  it('refuses a protocol that is not spoken, and bodies that are no messages', async () => {
    const id = await begin('shared')
    expect(
      (await post('shared', rpc(1, 'ping'), { ...inSession(id), 'mcp-protocol-version': '1999-01-01' })).status,
    ).toBe(400)
    for (const body of ['{', '[]', '7', '{"id":1}', '{"id":{},"method":"x"}'])
      expect((await post('shared', body, inSession(id))).status).toBe(400)
    expect((await post('shared', rpc(1, 'ping'), { ...inSession(id), accept: 'text/html' })).status).toBe(406)
  })

  it('takes a message of several lines and one of several megabytes, and refuses one that is far too large', async () => {
    const id = await begin('small')
    const spread = JSON.stringify(toolCall(1, 'echo', { text: 'a\nb' }), null, 2)
    expect(await (await post('small', spread, inSession(id))).text()).toContain('a\\nb')
    expect(await harness.call('small', id, 'big', { chars: '5000000' })).toHaveLength(5_000_000)
    expect(await harness.call('small', id, 'echo', { text: 'y'.repeat(3_000_000) })).toHaveLength(3_000_000)
    const huge = await post('small', '{}', { ...inSession(id), 'content-length': '99000000' })
    expect(huge.status).toBe(413)
  })

  it('answers a batch as one list, and what needs no answer with 202', async () => {
    const id = await begin('shared')
    const batch = [toolCall('a', 'echo', { text: '1' }), toolCall('b', 'echo', { text: '2' }), rpc('c', 'nothing')]
    const answers = (await (await post('shared', batch, inSession(id))).json()) as { id: string }[]
    expect(answers.map((answer) => answer.id).sort()).toEqual(['a', 'b', 'c'])
    expect((await post('shared', { jsonrpc: '2.0', method: 'notifications/x' }, inSession(id))).status).toBe(202)
  })
})

describe.each(['small', 'shared'])('a long call of %s', (server) => {
  it('becomes a stream with its progress, under the token of the client', async () => {
    const id = await begin(server)
    const response = await post(server, toolCall(7, 'wait', {}, { progressToken: 'mine' }), inSession(id))
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(await readUntil(response, 'notifications/progress')).toContain('"progressToken":"mine"')
    await harness.call(server, id, 'release')
  })

  it('that was cut is resumed with what was missed, once', async () => {
    const id = await begin(server)
    const response = await post(server, toolCall(7, 'wait', {}, { progressToken: 1 }), inSession(id))
    const seen = await readUntil(response, 'notifications/progress')
    const last = [...seen.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? ''
    await harness.call(server, id, 'release')
    const again = () =>
      fetch(`/mcp/${server}`, { headers: { ...inSession(id), accept: 'text/event-stream', 'last-event-id': last } })
    const rest = await (await again()).text()
    expect(rest).toContain('"id":7')
    expect(rest).toContain('released')
    expect(rest).not.toContain('notifications/progress')
    const end = [...rest.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? ''
    const after = await fetch(`/mcp/${server}`, {
      headers: { ...inSession(id), accept: 'text/event-stream', 'last-event-id': end },
    })
    expect(after.status).toBe(405)
  })

  it('is cancelled at the server under the id that the server knows', async () => {
    const id = await begin(server)
    const response = post(server, toolCall('long', 'wait'), inSession(id))
    // The call is on its way once another one of the same session was answered.
    await harness.call(server, id, 'echo', { text: 'x' })
    await post(
      server,
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'long' } },
      inSession(id),
    )
    expect(await (await response).text()).toContain('The request was cancelled.')
    const told = JSON.parse(await harness.call(server, id, 'cancelled')) as unknown[]
    expect(told).toHaveLength(1)
    expect(await harness.call(server, id, 'release')).toBe('0')
  })
})

it('an event that is none of the server’s, or of the future, resumes nothing', async () => {
  const id = await begin('shared')
  for (const last of ['nonsense', '99-1', '-1'])
    expect(
      (
        await fetch('/mcp/shared', {
          headers: { ...inSession(id), accept: 'text/event-stream', 'last-event-id': last },
        })
      ).status,
    ).toBe(400)
})

describe('the allow list', () => {
  it('hides the other tools and refuses them, in batches too', async () => {
    const id = await begin('narrow')
    const listed = (await (await post('narrow', rpc(1, 'tools/list'), inSession(id))).json()) as {
      result: { tools: { name: string }[] }
    }
    expect(listed.result.tools.map(({ name }) => name)).toEqual(['echo', 'count'])
    expect((await errorOf(await post('narrow', toolCall(2, 'environment'), inSession(id)))).message).toMatch(
      /"environment" is not among/,
    )
    const batch = [toolCall(3, 'echo', { text: 'fine' }), toolCall(4, 'environment')]
    const answers = (await (await post('narrow', batch, inSession(id))).json()) as { id: number; error?: object }[]
    expect(answers.find((answer) => answer.id === 3)?.error).toBeUndefined()
    expect(answers.find((answer) => answer.id === 4)?.error).toBeDefined()
  })

  it('holds in the OpenAPI face, and for the admin', async () => {
    expect((await fetch('/mcp/narrow/environment', { method: 'POST', body: '{}' })).status).toBe(403)
    const { paths } = (await (await fetch('/mcp/narrow/openapi.json')).json()) as { paths: object }
    expect(Object.keys(paths)).toEqual(['/echo', '/count'])
    const body = JSON.stringify({ tool: 'environment' })
    const headers = { 'content-type': 'application/json', 'content-length': `${body.length}` }
    expect((await fetch('/api/mcp/servers/narrow/call', { method: 'POST', body, headers })).status).toBe(403)
  })
})

describe('the OpenAPI face', () => {
  const ask = (tool: string, body: string) => fetch(`/mcp/shared/${tool}`, { method: 'POST', body })

  it('gives JSON in a text as what it is, and other text as text', async () => {
    expect(await (await ask('echo', '{"text":"plain"}')).json()).toBe('plain')
    expect(await (await ask('echo', '{"text":"{\\"a\\":1}"}')).json()).toEqual({ a: 1 })
  })

  it('says what went wrong as a problem', async () => {
    const failed = await ask('fail', '')
    expect([failed.status, failed.headers.get('content-type')]).toEqual([502, 'application/problem+json'])
    expect(await failed.text()).toContain('it went wrong')
    expect((await ask('no-such-tool', '{}')).status).toBe(422)
    expect((await ask('echo', '[1]')).status).toBe(400)
    expect((await ask('echo', '{"text":"x"},"name":"environment"')).status).toBe(400)
  })
})

describe('a listener', () => {
  it('is ended with its key', async () => {
    const { secret, key } = await harness.core.keys.create('listener', ['mcp'], null)
    const mine = { authorization: `Bearer ${secret}` }
    const begun = await post('small', rpc(1, 'initialize', { protocolVersion: '2025-06-18' }), mine)
    await begun.text()
    const headers = {
      ...mine,
      ...inSession(begun.headers.get('mcp-session-id') ?? ''),
      accept: 'text/event-stream',
    }
    const stream = await fetch('/mcp/small', { headers })
    expect(stream.status).toBe(200)
    const whole = stream.text()
    await harness.core.keys.revoke(key.id)
    expect(await whole).not.toContain('data:')
  })

  it.each(['small', 'shared'])('to a call of %s is ended with its key, and no other’s is', async (server) => {
    const listen = async () => {
      const { secret, key } = await harness.core.keys.create('caller', ['mcp'], null)
      const mine = { authorization: `Bearer ${secret}` }
      const begun = await post(server, rpc(1, 'initialize', { protocolVersion: '2025-06-18' }), mine)
      await begun.text()
      const headers = { ...mine, ...inSession(begun.headers.get('mcp-session-id') ?? '') }
      const call = await post(server, toolCall('long', 'wait', {}, { progressToken: 1 }), headers)
      expect(call.headers.get('content-type')).toMatch(/^text\/event-stream/)
      return { key, headers, whole: call.text() }
    }
    const [ends, stays] = [await listen(), await listen()]
    await harness.core.keys.revoke(ends.key.id)
    const seen = await ends.whole
    expect(seen).toContain('notifications/progress')
    expect(seen).not.toContain('"id":"long"')
    await (await post(server, toolCall(2, 'release'), stays.headers)).text()
    expect(await stays.whole).toContain('"id":"long"')
  })
})

describe('the life of a program', () => {
  it('a crash fails the call that caused it and says when to come again; a person may start it at once', async () => {
    const crashing = await createHarness({ servers: { small: smallServer() } })
    const id = await crashing.begin('small')
    await crashing.call('small', id, 'complain', { text: 'about to fall' })
    const told = await crashing.call('small', id, 'crash')
    expect(told).toMatch(/exit code 3/)
    expect(told).not.toContain('about to fall')
    const next = await crashing.post('small', toolCall(2, 'count'), inSession(id))
    expect(next.status).toBe(503)
    expect(Number(next.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(crashing.core.gateway.server('small').status().state).toBe('waiting')
    await crashing.core.gateway.server('small').start()
    // The session goes on with a process that shook hands anew.
    expect(await crashing.call('small', id, 'count')).toBe('1')
    const { lines } = crashing.core.gateway.server('small').log()
    expect(lines.map(({ text }) => text)).toContain('about to fall')
    expect(crashing.core.gateway.server('small').status().restarts).toBe(1)
    await crashing.close()
  })

  it('is not left running when it does not shake hands', async () => {
    const other = await createHarness({ servers: { none: smallServer({ args: [SMALL_SERVER, 'none'] }) } })
    for (let call = 0; call < 2; call++)
      expect((await other.fetch('/mcp/none/echo', { method: 'POST', body: '{}' })).status).not.toBe(200)
    await expect.poll(() => other.core.gateway.server('none').status().processes).toEqual([])
    await other.close()
  })

  it.each([true, false])('may speak the oldest version (shared: %s)', async (shared) => {
    const other = await createHarness({ servers: { old: smallServer({ args: [SMALL_SERVER, '2024-11-05'], shared }) } })
    const id = await other.begin('old')
    const headers = { 'mcp-session-id': id, 'mcp-protocol-version': '2024-11-05' }
    expect(await (await other.post('old', toolCall(1, 'echo', { text: 'hi' }), headers)).text()).toContain('"hi"')
    await other.close()
  })

  it.each([{ shared: true }, { shared: false }, { allowedTools: ['echo', 'deep'] }])(
    'cannot end the app by a message that is nested too deep: %j',
    async (more) => {
      const other = await createHarness({ servers: { deep: smallServer({ args: [SMALL_SERVER, 'deep'], ...more }) } })
      const headers = { 'mcp-session-id': await other.begin('deep') }
      const call = toolCall(1, 'deep', {}, { progressToken: 1 })
      for (const body of [call, rpc(2, 'tools/list')])
        expect(await (await other.post('deep', body, headers)).text()).toMatch(/"error":.*nested more than 512/)
      expect((await other.fetch('/mcp/deep/deep', { method: 'POST', body: '{}' })).status).toBe(502)
      expect((await other.fetch('/mcp/deep/openapi.json')).status).toBe(502)
      expect((await other.fetch('/api/mcp/servers')).status).toBe(200)
      await other.close()
    },
  )

  it('is spared a message that is nested too deep', async () => {
    const deep = `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const id = await begin('guarded')
    const message = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"raw","arguments":${deep}}}`
    expect((await post('guarded', message, inSession(id))).status).toBe(400)
    expect((await post('guarded', `[${message}]`, inSession(id))).status).toBe(400)
    expect((await fetch('/mcp/guarded/raw', { method: 'POST', body: deep })).status).toBe(400)
  })

  it('is of one key, and none of another is stopped for it', async () => {
    const [first, second] = await Promise.all(
      ['first', 'second'].map((name) => harness.core.keys.create(name, ['mcp'], null)),
    )
    const as = (secret = '') => ({ authorization: `Bearer ${secret}` })
    const quiet = await post('small', rpc(1, 'initialize', { protocolVersion: '2025-06-18' }), as(first?.secret))
    const id = quiet.headers.get('mcp-session-id') ?? ''
    await quiet.text()
    const server = harness.core.gateway.server('small')
    const before = server.status().processes.map(({ pid }) => pid)
    for (let session = 0; session < 40; session++)
      await (await post('small', rpc(1, 'initialize', { protocolVersion: '2025-06-18' }), as(second?.secret))).text()
    const after = server.status().processes.map(({ pid }) => pid)
    // The second key has half of what there may be besides.
    expect(after.length).toBeLessThan(64)
    expect(after).toEqual(expect.arrayContaining(before))
    const answer = await post('small', toolCall(2, 'echo', { text: 'hi' }), { ...as(first?.secret), ...inSession(id) })
    expect(await answer.text()).toContain('"hi"')
    await server.stop()
  })

  it('that crashes for one key starts for another', async () => {
    const other = await createHarness({ servers: { small: smallServer() } })
    const id = await other.begin('small')
    await other.call('small', id, 'crash')
    expect((await other.post('small', toolCall(2, 'count'), inSession(id))).status).toBe(503)
    const { secret } = await other.core.keys.create('other', ['mcp'], null)
    const theirs = { authorization: `Bearer ${secret}` }
    expect((await other.post('small', rpc(1, 'initialize'), theirs)).status).toBe(200)
    expect((await other.post('small', rpc(1, 'initialize'))).status).toBe(503)
    expect((await other.fetch('/mcp/small/count', { method: 'POST', body: '{}' })).status).toBe(200)
    await other.close()
  })

  it('is stopped when idle, and started again by the next call', async () => {
    const id = await begin('fleeting')
    const server = harness.core.gateway.server('fleeting')
    expect(server.status().state).toBe('running')
    await expect.poll(() => server.status().state, { timeout: 10_000 }).toBe('idle')
    expect(await harness.call('fleeting', id, 'count')).toBe('1')
    expect(server.status().restarts).toBe(0)
  })

  it('a call that takes too long ends with an error, and the server is told', async () => {
    const id = await begin('hasty')
    expect(await harness.call('hasty', id, 'wait')).toMatch(/did not answer within 1 seconds/)
    expect(JSON.parse(await harness.call('hasty', id, 'cancelled'))).toHaveLength(1)
  })

  it('one that is not installed is said to be so, before anyone calls it', async () => {
    expect(harness.core.gateway.server('missing').status()).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('There is no program') as string,
    })
    const response = await post('missing', rpc(1, 'initialize'))
    expect(response.status).toBe(502)
    expect(await response.text()).toContain('There is no program \\"/nowhere/at-all\\"')
    expect(harness.core.gateway.server('missing').status().state).toBe('failed')
  })

  it('sees PATH, HOME, what is listed, and the lines of its file; nothing else of ours', async () => {
    const secret = join(harness.folder, 'secret.env')
    writeFileSync(secret, '# a comment\nTOKEN="from file"\n')
    const other = await createHarness({
      servers: { small: smallServer({ env: { LISTED: 'yes' }, envFile: secret, shared: true }) },
    })
    process.env['HWC_AI_TEST_LEAK'] = 'leaked'
    const text = await (await other.fetch('/mcp/small/environment', { method: 'POST' })).text()
    delete process.env['HWC_AI_TEST_LEAK']
    const names = Object.keys(JSON.parse(text) as object).filter((name) => name !== 'PWD')
    expect(names.sort()).toEqual(['HOME', 'LISTED', 'PATH', 'TOKEN'])
    const listed = await (await other.fetch('/api/mcp/servers')).text()
    expect(listed).not.toContain('from file')
    await other.close()
  })

  it('is started through systemd of the user where there is one, without its variables', async () => {
    const bin = join(harness.folder, 'bin')
    mkdirSync(bin)
    // Stands for systemd-run(1) where no systemd runs: it wants the user's bus, reads its own flags, and becomes the program.
    const script =
      '#!/bin/sh\ntest -n "$XDG_RUNTIME_DIR" || exit 9\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
    writeFileSync(join(bin, 'systemd-run'), script, { mode: 0o755 })
    const settings = smallServer({ shared: true, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } })
    const other = await createHarness({ servers: { small: settings } })
    vi.stubEnv('XDG_RUNTIME_DIR', '/run/user/1000')
    vi.spyOn(other.core.gateway, 'means').mockResolvedValue({ bubblewrap: false, systemd: 'user', setpriv: true })
    const text = await (await other.fetch('/mcp/small/environment', { method: 'POST' })).text()
    vi.unstubAllEnvs()
    const names = Object.keys(JSON.parse(text) as object).filter((name) => name !== 'PWD')
    expect(names.sort()).toEqual(['HOME', 'PATH'])
    expect((await other.core.gateway.server('small').protection())?.cpu).toMatch(/at most 100 % of one core/)
    await other.close()
  })

  it('changed settings end the processes of a server that is gone', async () => {
    const other = await createHarness({ servers: {} })
    const body = JSON.stringify({ command: process.execPath, args: [], shared: true, ...smallServer() }).replace(
      'readOnlyPaths',
      'read_only_paths',
    )
    const headers = { 'content-type': 'application/json', 'content-length': `${body.length}` }
    expect((await other.fetch('/api/mcp/servers/added', { method: 'PUT', body, headers })).status).toBe(200)
    expect(await (await other.fetch('/mcp/added/echo', { method: 'POST', body: '{"text":"hi"}' })).json()).toBe('hi')
    const [{ pid } = { pid: 0 }] = other.core.gateway.server('added').status().processes
    expect((await other.fetch('/api/mcp/servers/added', { method: 'DELETE' })).status).toBe(200)
    expect((await other.fetch('/mcp/added/echo', { method: 'POST', body: '{}' })).status).toBe(404)
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
    await other.close()
  })

  it('those that the configuration declares cannot be removed or changed here', async () => {
    expect((await fetch('/api/mcp/servers/small', { method: 'DELETE' })).status).toBe(409)
    expect(harness.core.settings.mcp.servers['small']).toBeDefined()
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('what is told', () => {
  it('calls are recorded with who and how long, without their arguments', async () => {
    const id = await begin('small')
    await harness.call('small', id, 'echo', { text: 'my secret words' })
    const latest = async () => {
      const view = (await (await fetch('/api/mcp/servers/small')).json()) as { latest: { tool: string; by: string }[] }
      return view.latest
    }
    await expect.poll(latest).toContainEqual(expect.objectContaining({ tool: 'echo', by: 'owner key', error: null }))
    expect(JSON.stringify(await latest())).not.toContain('my secret words')
  })

  it('discovery lists what the key may use, and no command, path or environment', async () => {
    const { secret } = await harness.core.keys.create('one', ['mcp:narrow'], null)
    const text = await (await fetch('/.well-known/mcp.json', { headers: { authorization: `Bearer ${secret}` } })).text()
    const { servers } = JSON.parse(text) as { servers: { name: string; tools: string[] | null }[] }
    expect(servers.map(({ name }) => name)).toEqual(['narrow'])
    expect(servers[0]?.tools).toEqual(['echo', 'count'])
    expect(text).not.toMatch(/small-server|readOnly|env/i)
    expect((await fetch('/.well-known/mcp.json', { headers: { authorization: '' } })).status).toBe(401)
  })
})
