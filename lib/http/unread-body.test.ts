import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Core, createCore } from '../core/index.ts'
import { silentLogger } from '../logging/index.ts'
import { createApi } from './app.ts'
import { operationListener } from './node.ts'
import { connectTo, shut } from './testing/raw.ts'
import { type Linger, lingeringResponse } from './unread-body.ts'

const GIGABYTE = 1 << 30
/** What the kernel of each side holds besides what is read, in bytes. */
const IN_KERNELS = 16_777_216

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-unread-'))
let core: Core
let key = ''
let server: Server
/** How many bytes the server took of a connection until its end, by the client's port. */
const taken = new Map<number, Promise<number>>()

async function serve(linger: Linger): Promise<Server> {
  const api = createApi(core)
  const routes = getRequestListener((request) => api.fetch(request, { address: '127.0.0.1' }))
  const operations = operationListener(core)
  const made = createServer({ ServerResponse: lingeringResponse(linger) }, (request, response) => {
    if (!operations(request, response)) void routes(request, response)
  })
  made.on('connection', (socket: Socket) => {
    const atEnd = new Promise<number>((resolve) => socket.once('close', () => resolve(socket.bytesRead)))
    taken.set(socket.remotePort ?? 0, atEnd)
  })
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return made
}

beforeAll(async () => {
  core = await createCore({
    env: { HWC_AI_STATE: folder, HWC_AI_LOCAL_WORKFLOWS_API_MAX_BODY_BYTES: '4096' },
    log: silentLogger,
  })
  key = `Authorization: Bearer ${(await core.keys.create('test', ['admin'], null)).secret}`
  server = await serve({ bytes: 1_048_576, ms: 2000 })
})
afterAll(async () => {
  shut(server)
  await core.close()
  rmSync(folder, { recursive: true })
})

const head = (method: string, path: string, ...headers: string[]) =>
  `${[`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Content-Type: application/json', ...headers].join('\r\n')}\r\n\r\n`

/** Sends until `isEnough`, or for ever. */
function pour(socket: Socket, chunked: boolean, isEnough: () => boolean): void {
  const part = Buffer.alloc(65_536, 32)
  const chunk = chunked ? Buffer.concat([Buffer.from('10000\r\n'), part, Buffer.from('\r\n')]) : part
  const go = () => {
    while (!isEnough() && !socket.destroyed)
      if (!socket.write(chunk)) {
        socket.once('drain', go)
        return
      }
  }
  go()
}

interface Told {
  status: string
  /** Whether the whole answer came, and says that the connection ends. */
  whole: boolean
  closes: boolean
  error: unknown
}

/** Sends a gigabyte until the server has ended its half, as a client does that listens while it sends. */
async function sendUntilTold(first: string, chunked: boolean): Promise<Told & { taken: number }> {
  const socket = connectTo(server)
  let answer = ''
  let error: unknown = null
  const state = { ended: false }
  socket.on('data', (data) => (answer += data.toString('utf8')))
  socket.on('error', (thrown) => (error = thrown))
  const port = await new Promise<number>((resolve) => socket.once('connect', () => resolve(socket.localPort ?? 0)))
  await new Promise<void>((resolve) => {
    socket.once('end', () => {
      state.ended = true
      socket.destroy()
    })
    socket.once('close', () => resolve())
    socket.write(first)
    pour(socket, chunked, () => state.ended)
  })
  const [headers = '', body = ''] = answer.split('\r\n\r\n')
  const length = /^content-length: (\d+)$/im.exec(headers)?.[1]
  return {
    status: headers.slice(9, 12),
    whole: state.ended && Number(length) === Buffer.byteLength(body),
    closes: /^connection: close$/im.test(headers),
    error,
    taken: (await taken.get(port)) ?? Infinity,
  }
}

const unwanted = [
  ['401', 'POST', '/api/workflows/chat', false],
  ['404', 'POST', '/api/nothing', true],
  ['405', 'PUT', '/api/health', true],
  ['413', 'POST', '/api/workflows/chat', true],
  ['413', 'POST', '/api/chat/sessions/%61/retry', true],
  ['200', 'GET', '/api/health', true],
  ['404', 'GET', '/api/nothing', true],
] as const

it.each([
  ['of a length', `Content-Length: ${GIGABYTE}`, false],
  ['in chunks', 'Transfer-Encoding: chunked', true],
])(
  'a gigabyte %s that nobody wants is answered, read no further, and its connection ends',
  async (_how, framing, chunked) => {
    const all = unwanted.map(([, method, path, withKey]) =>
      sendUntilTold(head(method, path, framing, ...(withKey ? [key] : [])), chunked),
    )
    const told = await Promise.all(all)
    expect(told.map(({ taken: _, ...rest }) => rest)).toEqual(
      unwanted.map(([status]) => ({ status, whole: true, closes: true, error: null })),
    )
    for (const one of told) expect(one.taken).toBeLessThan(IN_KERNELS)
  },
)

it('the connection of a client that goes on sending is closed when the time is over', async () => {
  const impatient = await serve({ bytes: 1024, ms: 20 })
  const socket = connectTo(impatient)
  socket.on('error', () => undefined)
  socket.write(head('POST', '/api/nothing', `Content-Length: ${GIGABYTE}`))
  pour(socket, false, () => false)
  await new Promise((resolve) => socket.once('close', resolve))
  await expect(Promise.all(taken.values())).resolves.toBeDefined()
  shut(impatient)
})

it('a short body that nobody wants leaves the connection as it is, also when it comes late', async () => {
  const socket = connectTo(server)
  let answers = ''
  socket.on('data', (data) => (answers += data.toString('utf8')))
  const seen = (pattern: RegExp) => expect.poll(() => answers).toMatch(pattern)
  socket.write(head('POST', '/api/nothing', 'Content-Length: 6'))
  await seen(/HTTP\/1\.1 404 /)
  socket.write(`"late"${head('GET', '/api/health', key)}`)
  await seen(/HTTP\/1\.1 200 /)
  expect(answers).not.toMatch(/connection: close/i)
  socket.destroy()
})

it('a long body that is wanted is read, and the connection goes on', async () => {
  const text = JSON.stringify({ password: 'x'.repeat(4000) })
  const socket = connectTo(server)
  let answers = ''
  socket.on('data', (data) => (answers += data.toString('utf8')))
  socket.write(head('POST', '/api/session', 'Transfer-Encoding: chunked'))
  socket.write(`${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`)
  await expect.poll(() => answers).toMatch(/HTTP\/1\.1 4\d\d /)
  expect(answers).not.toMatch(/connection: close/i)
  socket.destroy()
})
