import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { type Core, createCore } from '../core/index.ts'
import { silentLogger } from '../logging/index.ts'
import { createRegistry } from '../operations/registry.ts'
import { defineOperation } from '../operations/types.ts'
import { systemOperations } from '../system/index.ts'
import { AnswerSender } from './answer-sender.ts'
import { createApi } from './app.ts'
import { operationListener } from './node.ts'
import { connectTo, listen, raw, shut } from './testing/raw.ts'
import { TextAnswer } from './text-answer.ts'

const OWNER = 'owner-key-0123456789abcdef'

const say = defineOperation({
  id: 'say_text',
  title: 'Say',
  description: 'Says it.',
  http: { method: 'POST', path: '/api/say/:name' },
  scope: 'run',
  recorded: true,
  mutates: false,
  input: z.object({ name: z.string(), text: z.string().max(20), stream: z.boolean().default(false) }),
  output: z.object({ said: z.string() }),
  streamFlag: 'stream',
  examples: [],
  run: (input, context) => {
    if (input.text === 'bug') throw new Error('secret detail of the inside')
    if (input.text === 'wait')
      return new Promise((_resolve, reject) =>
        context.signal.addEventListener('abort', () => reject(new Error('aborted'))),
      )
    context.emit({ type: 'token', text: input.text })
    return Promise.resolve({ said: `${input.name}: ${input.text}` })
  },
})

const find = defineOperation({
  id: 'find_things',
  title: 'Find',
  description: 'Finds things.',
  http: { method: 'GET', path: '/api/things' },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({ limit: z.int().default(5), kinds: z.array(z.enum(['a', 'b'])).default([]) }),
  output: z.object({ limit: z.int(), kinds: z.array(z.string()) }),
  examples: [],
  run: (input) => Promise.resolve(input),
})

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-node-'))
let core: Core
let routes: Server
let short: Server
/** Whether the short way took the last request that came in by it. */
let taken = false

beforeAll(async () => {
  const keyFile = join(folder, 'key')
  writeFileSync(keyFile, OWNER)
  core = await createCore({
    env: { HWC_AI_STATE: folder, HWC_AI_API_KEY_FILE: keyFile, HWC_AI_LOCAL_WORKFLOWS_API_MAX_BODY_BYTES: '1024' },
    log: silentLogger,
    registry: createRegistry([], [say, find, ...systemOperations]),
  })
  const api = createApi(core)
  const listener = getRequestListener((request) => api.fetch(request, { address: '127.0.0.1' }))
  routes = await listen((request, response) => void listener(request, response))
  const operations = operationListener(core)
  short = await listen((request, response) => {
    taken = operations(request, response)
    if (!taken) void listener(request, response)
  })
})
afterAll(async () => {
  for (const server of [routes, short]) shut(server)
  await core.close()
  rmSync(folder, { recursive: true })
})

const KEY = `Authorization: Bearer ${OWNER}`
const HOST = 'Host: 127.0.0.1'
const JSON_TYPE = 'Content-Type: application/json'
const hello = '{"text":"hé"}'
const lengthOf = (text: string) => `Content-Length: ${Buffer.byteLength(text)}`
const line = (method: string, path: string, ...headers: string[]) => [`${method} ${path} HTTP/1.1`, ...headers]
const post = (text: string, ...headers: string[]) => line('POST', '/api/say/me', HOST, lengthOf(text), ...headers)

const usual: [string, string[], string][] = [
  ['a body', post(hello, KEY, JSON_TYPE), hello],
  ['a body without its type', post(hello, KEY), hello],
  ['a body of another type', post(hello, KEY, 'Content-Type: text/plain'), hello],
  ['no JSON', post('{', KEY, JSON_TYPE), '{'],
  ['a list', post('[]', KEY, JSON_TYPE), '[]'],
  ['no body', line('POST', '/api/say/me', HOST, KEY), ''],
  ['a field of the path in the body', post('{"name":"x","text":"a"}', KEY, JSON_TYPE), '{"name":"x","text":"a"}'],
  ['a wrong field', post('{"text":1}', KEY, JSON_TYPE), '{"text":1}'],
  ['a fault inside', post('{"text":"bug"}', KEY, JSON_TYPE), '{"text":"bug"}'],
  [
    'chunks',
    line('POST', '/api/say/me', HOST, KEY, 'Transfer-Encoding: chunked'),
    'c\r\n{"text":"ab"}\r\n0\r\n\r\n'.replace('c', 'd'),
  ],
  ['a stream', post('{"text":"a","stream":true}', KEY, JSON_TYPE), '{"text":"a","stream":true}'],
  ['a stream of its progress', post(hello, KEY, JSON_TYPE, 'Accept: text/event-stream'), hello],
  ['a run handed over', post(hello, KEY, JSON_TYPE, 'Prefer: respond-async'), hello],
  ['too much announced', line('POST', '/api/say/me', HOST, KEY, JSON_TYPE, 'Content-Length: 1000000000'), hello],
  ['nobody', post(hello, JSON_TYPE), hello],
  ['a wrong key', post(hello, 'Authorization: Bearer no', JSON_TYPE), hello],
  ['a host of another name', line('GET', '/api/things', 'Host: evil.example', KEY), ''],
  ['a query', line('GET', '/api/things?limit=3&kinds=a&kinds=b', HOST, KEY), ''],
  ['an encoded query', line('GET', '/api/things?kinds=%61', HOST, KEY), ''],
  ['a wrong query', line('GET', '/api/things?limit=x', HOST, KEY), ''],
  ['what is known already', line('GET', '/api/workflows/status', HOST, KEY), ''],
  ['a file that is not there', line('GET', '/api/runs/nothing', HOST, KEY), ''],
  ['the events of a run that is not there', line('GET', '/api/runs/nothing/events', HOST, KEY), ''],
  ['a sign-in', line('POST', '/api/session', HOST, JSON_TYPE, lengthOf('{"password":"x"}')), '{"password":"x"}'],
  [
    'another site',
    line('POST', '/api/session', HOST, JSON_TYPE, 'Origin: http://evil.example', 'Content-Length: 2'),
    '{}',
  ],
]

const unusual: [string, string[], string][] = [
  ['two hosts', line('GET', '/api/things', HOST, 'Host: evil.example', KEY), ''],
  ['an encoded path', line('POST', '/api/say/m%65', HOST, KEY, JSON_TYPE, lengthOf(hello)), hello],
  ['a slash at the end', line('GET', '/api/things/', HOST, KEY), ''],
  ['a whole address', line('GET', 'http://127.0.0.1/api/things', HOST, KEY), ''],
  ['an IPv6 host', line('GET', '/api/things', 'Host: [::1]', KEY), ''],
  ['only the headers', line('HEAD', '/api/things', HOST, KEY), ''],
  ['another method', line('DELETE', '/api/things', HOST, KEY), ''],
  ['nothing', line('GET', '/api/nothing', HOST, KEY), ''],
  ['a fragment', line('GET', '/api/things?limit=3#x', HOST, KEY), ''],
]

/** What is told of a moment or a duration is other each time. */
const timeless = (answer: string) =>
  answer
    .replace(/"(api_uptime|last_run|requests_processed|duration_ms)":[^,}]*/g, '')
    .replace(/content-length: \d+/, '')

describe('requests that go past the routes', () => {
  it.each(usual)('are answered as by them: %s', async (_name, head, body) => {
    const expected = await raw(routes, head, body)
    expect(expected).toMatch(/^HTTP\/1\.1 [2-5]\d\d /)
    expect(timeless(await raw(short, head, body))).toBe(timeless(expected))
    expect(taken).toBe(true)
  })

  it.each(unusual)('are left to them: %s', async (_name, head, body) => {
    const expected = await raw(routes, head, body)
    expect(await raw(short, head, body)).toBe(expected)
    expect(taken).toBe(false)
  })

  it('end the run of a client that goes away', async () => {
    const socket = connectTo(short)
    const body = '{"text":"wait"}'
    socket.write(`${post(body, KEY, JSON_TYPE).join('\r\n')}\r\n\r\n${body}`)
    const newest = async () => (await core.runs.list({ limit: 1 }))[0]?.status
    await vi.waitFor(async () => expect(await newest()).toBe('running'))
    socket.destroy()
    await vi.waitFor(async () => expect(await newest()).toBe('cancelled'))
  })

  it('refuse a body that is not UTF-8, as the routes do, with a length and in chunks', async () => {
    const body = Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xe9]), Buffer.from('"}')])
    const chunked = [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]
    const head = line('POST', '/api/say/me', HOST, KEY, JSON_TYPE)
    for (const server of [routes, short])
      for (const answer of [
        await raw(server, [...head, `Content-Length: ${body.length}`], [body]),
        await raw(server, [...head, 'Transfer-Encoding: chunked'], chunked),
      ]) {
        expect(answer).toMatch(/^HTTP\/1\.1 400 /)
        expect(answer).toContain('The body is not UTF-8.')
      }
  })

  it('refuse a body that turns out longer than may be', async () => {
    const head = line('POST', '/api/say/me', HOST, KEY, 'Transfer-Encoding: chunked')
    const chunk = Buffer.from(`300\r\n${' '.repeat(0x300)}\r\n`)
    const answer = await raw(short, head, [chunk, chunk])
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('body-too-large')
  })

  it('answer many on one connection, in their order', async () => {
    const socket = connectTo(short)
    let told = ''
    socket.on('data', (data) => (told += data.toString('utf8')))
    const request = (limit: number) => `${line('GET', `/api/things?limit=${limit}`, HOST, KEY).join('\r\n')}\r\n\r\n`
    socket.write(request(1) + request(2) + request(3))
    await vi.waitFor(() => expect(told.match(/"limit":\d/g)).toEqual(['"limit":1', '"limit":2', '"limit":3']))
    socket.destroy()
  })
})

describe('an answer that cannot be sent', () => {
  it.each([
    ['at once', () => new TextAnswer('x', { 'not a name': 'x' })],
    ['later', () => Promise.reject(new Error('a fault'))],
  ])('ends its connection and is told, and the server goes on: %s', async (_name, answer) => {
    const failures: unknown[] = []
    const server = await listen((request, response) => {
      new AnswerSender((error) => failures.push(error)).send(answer(), {
        incoming: request,
        outgoing: response,
        where: 'test',
      })
    })
    for (const times of [1, 2]) {
      expect(await raw(server, line('GET', '/', HOST), '')).not.toContain('200')
      expect(failures).toHaveLength(times)
    }
    shut(server)
  })
})
