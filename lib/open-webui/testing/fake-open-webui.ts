/** Open WebUI's API as far as tool servers need it, with a list in memory and whatever version and fault a test wants. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { joinList, splitList } from '../raw-list.ts'

export const FAKE_TOKEN = 'token-of-the-admin'

export interface FakeOpenWebui {
  url: string
  version: string
  /** Its connections, as text. */
  list: string[]
  groups: { id: string; name: string }[]
  /** What its verification answers. */
  verification: { status: number; body: unknown }
  /** Role of whoever has the token; null refuses the token. */
  role: string | null
  /** Called before the list is read, and after it was written: someone else at work. */
  onRead: () => void
  onWritten: () => void
  /** How often the list was written. */
  writes: number
  close(): Promise<void>
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

const DOCUMENT = {
  openapi: '3.1.1',
  paths: { '/greet': { post: { operationId: 'greet', description: 'Greets.', parameters: [] } } },
}

function idsOf(list: readonly string[]): string[] {
  return list.flatMap((text) => {
    const value: unknown = JSON.parse(text)
    const info = typeof value === 'object' && value !== null && 'info' in value ? value.info : null
    return typeof info === 'object' && info !== null && 'id' in info ? [String(info.id)] : []
  })
}

/** Starts it on a free port. */
export async function startFakeOpenWebui(): Promise<FakeOpenWebui> {
  const send = (response: ServerResponse, status: number, body: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { url = '', method } = request
    if (url === '/api/version') return send(response, 200, { version: fake.version })
    if (request.headers.authorization !== `Bearer ${FAKE_TOKEN}` || fake.role === null)
      return send(response, 401, { detail: '401 Unauthorized' })
    if (url === '/api/v1/auths/') return send(response, 200, { name: 'Ada', role: fake.role })
    if (url === '/api/v1/groups/') return send(response, 200, fake.groups)
    if (url === '/api/v1/tools/')
      return send(
        response,
        200,
        // The real one fails on a connection without settings, and then offers what it knew before: here nothing.
        fake.list.some((text) => text.includes('"config":null'))
          ? []
          : idsOf(fake.list).map((id) => ({ id: `server:${id}` })),
      )
    if (url === '/api/v1/configs/tool_servers/verify')
      return send(response, fake.verification.status, fake.verification.body)
    if (url !== '/api/v1/configs/tool_servers') return send(response, 404, { detail: 'Not Found' })
    if (method === 'POST') {
      fake.list = splitList(await bodyOf(request))
      fake.writes += 1
      send(response, 200, joinList(fake.list))
      fake.onWritten()
      return
    }
    fake.onRead()
    return send(response, 200, joinList(fake.list))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fake server has no port')
  const fake: FakeOpenWebui = {
    url: `http://127.0.0.1:${address.port}`,
    version: '0.12.4',
    list: [],
    groups: [],
    verification: { status: 200, body: DOCUMENT },
    role: 'admin',
    onRead: () => undefined,
    onWritten: () => undefined,
    writes: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return fake
}
