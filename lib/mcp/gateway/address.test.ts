/** A server with an address that is slow, broken or old, as those that people run are. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createHarness, type Harness, readUntil, rpc, toolCall } from './testing/harness.ts'

const messageSchema = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.looseObject({ name: z.string().optional() }).optional(),
})
type Message = z.output<typeof messageSchema>

const answerTo = ({ id }: Message, text = 'answered') =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })

/** An MCP server whose tools are its faults; it speaks nothing newer than 2025-06-18. */
class Peer {
  readonly server: Server
  sessions = new Set<string>()
  /** Answered to every request. */
  status = 200
  bodies: string[] = []
  deepTools = false
  #next = 0
  #late: Message | null = null

  constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => this.#answer(request, Buffer.concat(parts).toString(), response))
    })
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo
    return `http://127.0.0.1:${port}/mcp`
  }

  #answer(request: IncomingMessage, body: string, response: ServerResponse): void {
    const json = (text: string, status = 200, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
    if (this.status !== 200) return void json('{"error":"inner"}', this.status, { location: 'http://127.0.0.1:9/' })
    const { 'mcp-session-id': session, 'mcp-protocol-version': version, 'last-event-id': last } = request.headers
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (last !== undefined && this.#late !== null) response.end(`id: 2\ndata: ${answerTo(this.#late)}\n\n`)
      return
    }
    this.bodies.push(body)
    const message = messageSchema.parse(JSON.parse(body))
    if (message.method === 'initialize') {
      const id = `session-${++this.#next}`
      this.sessions.add(id)
      const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'peer', version: '1' } }
      return void json(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }), 200, { 'mcp-session-id': id })
    }
    if (version !== undefined && version !== '2025-06-18') return void json('{"error":"unsupported version"}', 400)
    if (typeof session !== 'string' || !this.sessions.has(session)) return void json('{"error":"no session"}', 400)
    if (message.id === undefined) return void response.writeHead(202).end()
    if (message.method === 'tools/list') {
      const deep = this.deepTools ? `${'['.repeat(100_000)}${']'.repeat(100_000)}` : '[]'
      return void json(
        `{"jsonrpc":"2.0","id":${String(message.id)},"result":{"tools":[{"name":"echo","inputSchema":{"x":${deep}}}]}}`,
      )
    }
    this.#call(message, json, response)
  }

  #call(message: Message, json: (text: string) => unknown, response: ServerResponse): void {
    const tool = message.params?.name
    const progress = `data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\n\n`
    if (tool === 'half') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('{"jsonrpc"', () => response.destroy())
    } else if (tool === 'broken' || tool === 'resumable') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      this.#late = message
      response.write(`${tool === 'resumable' ? 'id: 1\n' : ''}${progress}data: {"ha`, () => response.destroy())
    } else if (tool === 'hanging') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(progress)
    } else json(answerTo(message))
  }
}

describe('a server with an address', () => {
  const peer = new Peer()
  let harness: Harness
  let session: string

  beforeAll(async () => {
    await new Promise<void>((resolve) => peer.server.listen(0, '127.0.0.1', resolve))
    const keyFile = join(tmpdir(), `hwc-ai-peer-key-${process.pid}`)
    writeFileSync(keyFile, 'key')
    const server = { url: peer.url, keyFile }
    harness = await createHarness({
      servers: { peer: server, hasty: { ...server, callTimeout: '1s' }, narrow: { ...server, allowedTools: ['echo'] } },
    })
  })
  afterAll(async () => {
    await harness.close()
    peer.server.closeAllConnections()
    peer.server.close()
  })
  beforeEach(async () => {
    peer.status = 200
    session = await harness.begin('peer')
  })

  const direct = async (tool: string) => {
    const response = await harness.fetch(`/mcp/peer/${tool}`, { method: 'POST', body: '{}' })
    return { status: response.status, text: await response.text() }
  }
  const call = (tool: string, id: number | string, server = 'peer', of = session) =>
    harness.post(server, toolCall(id, tool), { 'mcp-session-id': of })
  const recorded = async (tool: string, server = 'peer') => {
    harness.core.gateway.flush()
    const latest = await harness.core.calls.latest({ server, limit: 50 })
    return latest.filter((one) => one.tool === tool).map(({ error }) => error)
  }

  it('is spoken to in the version that it agreed to', async () => {
    expect(await direct('echo')).toEqual({ status: 200, text: '"answered"' })
  })

  it('is begun anew with after it has forgotten the session, which some say with 400', async () => {
    await direct('echo')
    peer.sessions.clear()
    expect(await direct('echo')).toEqual({ status: 200, text: '"answered"' })
  })

  it('tells no more of a call whose key was revoked', async () => {
    const { secret, key } = await harness.core.keys.create('caller', ['mcp'], null)
    const mine = { authorization: `Bearer ${secret}` }
    const headers = { ...mine, 'mcp-session-id': await harness.begin('peer', mine) }
    const text = (await harness.post('peer', toolCall(1, 'hanging'), headers)).text()
    await harness.core.keys.revoke(key.id)
    expect(await text).not.toContain('"id":1')
  })

  it.each([401, 403, 307])('that answers %i refuses the gateway, not the caller', async (status) => {
    peer.status = status
    const answer = await call('echo', 1)
    expect(answer.status).toBe(502)
    expect(await answer.text()).toContain(String(status))
    expect(harness.core.gateway.server('peer').status()).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining(String(status)) as string,
    })
  })

  it('gets each message as it was sent, numbers included', async () => {
    const body =
      '{"jsonrpc":"2.0", "id":7,"method":"tools/call","params":{"name":"echo","arguments":{"n":12345678901234567890,"f":1.0}}}'
    await (await harness.post('peer', body, { 'mcp-session-id': session })).text()
    expect(peer.bodies.at(-1)).toBe(body)
  })

  it('that breaks off an answer is said to, and the call is recorded', async () => {
    const answer = await call('half', 1)
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('broke off') as string])
    await expect.poll(() => recorded('half')).toEqual(['mcp-server'])
  })

  it('that answers what is nested too deep is said to, and nothing of it is kept', async () => {
    peer.deepTools = true
    const answers = await Promise.all([
      harness.post('peer', rpc(3, 'tools/list'), { 'mcp-session-id': session }),
      harness.fetch('/mcp/peer/openapi.json'),
    ])
    peer.deepTools = false
    for (const answer of answers)
      expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('nested') as string])
    expect((await harness.fetch('/api/mcp/servers')).status).toBe(200)
  })

  it('that breaks a stream nobody can resume has its calls answered with an error', async () => {
    const text = await (await call('broken', 'mine')).text()
    expect(text).toContain('notifications/progress')
    expect(text).toMatch(/data: \{"jsonrpc":"2.0","id":"mine","error":.*broke off its answer.*\n\n$/)
    await expect.poll(() => recorded('broken')).toEqual(['mcp-server'])
  })

  it('may give the answer on another stream; then the call is recorded as it ended', async () => {
    const answer = await call('resumable', 'mine')
    await expect(answer.text()).rejects.toThrow()
    expect(await recorded('resumable')).toEqual([])
    const headers = { 'mcp-session-id': session, 'last-event-id': '1', accept: 'text/event-stream' }
    expect(await readUntil(await harness.fetch('/mcp/peer', { headers }), 'answered')).toContain('"id":"mine"')
    await expect.poll(() => recorded('resumable')).toEqual([null])
  })

  it('that never ends a stream is not waited for longer than a call may take', async () => {
    const of = await harness.begin('hasty')
    const text = await (await call('hanging', 1, 'hasty', of)).text()
    expect(text).toMatch(/"id":1,"error":.*did not answer within 1 seconds/)
  })

  it('has a call recorded whose client goes away and does not come back', async () => {
    const of = await harness.begin('hasty')
    await (await call('hanging', 1, 'hasty', of)).body?.cancel()
    await expect.poll(() => recorded('hanging', 'hasty'), { timeout: 10_000 }).toEqual(['mcp-timeout', 'mcp-timeout'])
  })
})
