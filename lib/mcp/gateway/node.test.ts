import type { Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../../http/app.ts'
import { addressOf, listen, raw, shut } from '../../http/testing/raw.ts'
import { gatewayListener } from './node.ts'
import { createHarness, type Harness, OWNER_KEY, rpc, smallServer, toolCall } from './testing/harness.ts'

let harness: Harness
let routes: Server
let short: Server
/** Whether the short way took the last request that came in by it. */
let taken = false

beforeAll(async () => {
  harness = await createHarness({
    proxy: { enable: false, rateLimit: 1000 },
    servers: {
      small: { ...smallServer(), shared: true },
      few: { ...smallServer(), shared: true, allowedTools: ['echo'] },
      off: { ...smallServer(), enable: false },
    },
  })
  const api = createApi(harness.core)
  const listener = getRequestListener((request) => api.fetch(request))
  routes = await listen((request, response) => void listener(request, response))
  const calls = gatewayListener(harness.core, () => '127.0.0.1')
  short = await listen((request, response) => {
    taken = calls(request, response)
    if (!taken) void listener(request, response)
  })
})
afterAll(async () => {
  for (const server of [routes, short]) shut(server)
  await harness.close()
})

const KEY = `Authorization: Bearer ${OWNER_KEY}`
const HOST = 'Host: 127.0.0.1'
const JSON_TYPE = 'Content-Type: application/json'
const ACCEPT = 'Accept: application/json, text/event-stream'
const message = '{"text":"hé"}'
const lengthOf = (text: string) => `Content-Length: ${Buffer.byteLength(text)}`
const post = (path: string, ...headers: string[]) => [`POST ${path} HTTP/1.1`, ...headers]

const call = JSON.stringify(toolCall(1, 'echo', { text: 'x' }))
const begin = JSON.stringify(
  rpc('a', 'initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }),
)

const usual: [string, string[], string][] = [
  ['a tool', post('/mcp/small/echo', HOST, KEY, JSON_TYPE, lengthOf(message)), message],
  ['a tool that is not allowed', post('/mcp/few/sleep', HOST, KEY, JSON_TYPE, lengthOf('{}')), '{}'],
  ['a tool there is not', post('/mcp/small/nothing', HOST, KEY, JSON_TYPE, lengthOf('{}')), '{}'],
  ['no body', post('/mcp/small/echo', HOST, KEY, 'Content-Length: 0'), ''],
  ['no JSON', post('/mcp/small/echo', HOST, KEY, JSON_TYPE, lengthOf('{')), '{'],
  ['a list', post('/mcp/small/echo', HOST, KEY, JSON_TYPE, lengthOf('[1]')), '[1]'],
  ['a form', post('/mcp/small/echo', HOST, KEY, 'Content-Type: text/plain', lengthOf(message)), message],
  ['no key', post('/mcp/small/echo', HOST, JSON_TYPE, lengthOf(message)), message],
  ['a wrong key', post('/mcp/small/echo', HOST, 'Authorization: Bearer x', lengthOf(message)), message],
  ['two keys', post('/mcp/small/echo', HOST, KEY, 'Authorization: Bearer x', lengthOf(message)), message],
  ['another host', post('/mcp/small/echo', 'Host: evil.example', KEY, lengthOf(message)), message],
  ['a foreign origin', post('/mcp/small/echo', HOST, KEY, 'Origin: http://evil.example', lengthOf(message)), message],
  ['another site', post('/mcp/small/echo', HOST, KEY, 'Sec-Fetch-Site: cross-site', lengthOf(message)), message],
  ['a server that is off', post('/mcp/off/echo', HOST, KEY, JSON_TYPE, lengthOf(message)), message],
  ['a beginning', post('/mcp/small', HOST, KEY, JSON_TYPE, ACCEPT, lengthOf(begin)), begin],
  ['no session', post('/mcp/small', HOST, KEY, JSON_TYPE, ACCEPT, lengthOf(call)), call],
  ['another session', post('/mcp/small', HOST, KEY, JSON_TYPE, ACCEPT, 'Mcp-Session-Id: x', lengthOf(call)), call],
  ['an old version', post('/mcp/small', HOST, KEY, 'Mcp-Protocol-Version: 1', lengthOf(call)), call],
  ['too little accepted', post('/mcp/small', HOST, KEY, JSON_TYPE, 'Accept: text/html', lengthOf(call)), call],
  ['too much announced', post('/mcp/small/echo', HOST, KEY, JSON_TYPE, 'Content-Length: 1000000000'), message],
  ['chunks', post('/mcp/small/echo', HOST, KEY, JSON_TYPE, 'Transfer-Encoding: chunked'), '3\r\n{}\n\r\n0\r\n\r\n'],
]

const unusual: [string, string[], string][] = [
  ['a query', post('/mcp/small/echo?x=1', HOST, KEY, JSON_TYPE, lengthOf(message)), message],
  ['an escaped name', post('/mcp/small/%65cho', HOST, KEY, JSON_TYPE, lengthOf(message)), message],
  ['a way up', post('/mcp/small/..', HOST, KEY, JSON_TYPE, lengthOf(message)), message],
  ['two hosts', post('/mcp/small/echo', HOST, 'Host: evil.example', KEY, lengthOf(message)), message],
  ['an IPv6 host', post('/mcp/small/echo', 'Host: [::1]', KEY, JSON_TYPE, lengthOf(message)), message],
  ['another server', post('/mcp/nothing/echo', HOST, KEY, JSON_TYPE, lengthOf(message)), message],
  ['the workflows', post('/mcp/workflows', HOST, KEY, JSON_TYPE, ACCEPT, lengthOf(call)), call],
  ['a listener', ['GET /mcp/small HTTP/1.1', HOST, KEY, ACCEPT], ''],
]

describe('calls that go past the router', () => {
  it.each(usual)('are answered as by the routes: %s', async (_name, head, body) => {
    const expected = await raw(routes, head, body)
    expect(expected).toMatch(/^HTTP\/1\.1 [2-5]\d\d /)
    expect(await raw(short, head, body)).toBe(expected)
    expect(taken).toBe(true)
  })

  it.each(unusual)('leave what is unusual to the routes: %s', async (_name, head, body) => {
    const expected = await raw(routes, head, body)
    expect(await raw(short, head, body)).toBe(expected)
    expect(taken).toBe(false)
  })

  it('answer what was asked', async () => {
    const head = post('/mcp/small/echo', HOST, KEY, JSON_TYPE, lengthOf(message))
    expect(await raw(short, head, message)).toMatch(/^HTTP\/1\.1 200 [^]*hé/)
  })

  it('refuse chunks as soon as they are too much', async () => {
    const head = post('/mcp/small/echo', HOST, KEY, JSON_TYPE, 'Transfer-Encoding: chunked')
    const chunk = Buffer.from(`100000\r\n${' '.repeat(0x100000)}\r\n`)
    const chunks = Array.from({ length: 64 }, () => chunk)
    expect(await raw(short, head, chunks)).toMatch(/^HTTP\/1\.1 413 /)
    expect(taken).toBe(true)
  })

  it('read no body of one who may not call', async () => {
    const head = post('/mcp/small/echo', HOST, JSON_TYPE, 'Content-Length: 10')
    expect(await raw(short, head, '')).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('are counted together with those that go through it', async () => {
    const limited = await createHarness({
      proxy: { enable: false, rateLimit: 1 },
      servers: { small: { ...smallServer(), shared: true } },
    })
    const calls = gatewayListener(limited.core, () => '127.0.0.1')
    const server = await listen((request, response) => void calls(request, response))
    try {
      const headers = { authorization: `Bearer ${OWNER_KEY}`, 'content-type': 'application/json' }
      const ask = () => fetch(`${addressOf(server)}/mcp/small/echo`, { method: 'POST', headers, body: message })
      expect((await ask()).status).toBe(200)
      expect((await limited.fetch('/mcp/small/echo', { method: 'POST', headers, body: message })).status).toBe(429)
      expect((await ask()).status).toBe(429)
    } finally {
      shut(server)
      await limited.close()
    }
  })
})
