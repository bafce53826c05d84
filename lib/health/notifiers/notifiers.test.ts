import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { incidentMessage } from '../message.ts'
import { send, type Target } from '../send.ts'
import { NOTIFIERS } from './index.ts'

interface Received {
  url: string
  headers: IncomingHttpHeaders
  body: unknown
}

const message = incidentMessage(
  {
    id: 'inc_1',
    checkId: 'ollama',
    title: 'Ollama',
    severity: 'down',
    startedAt: new Date('2026-11-24T03:10:00Z'),
    endedAt: null,
    expected: 'a list of models',
    actual: 'no answer – „nichts“ hört dort zu',
    hint: 'Start it with `ollama serve`',
  },
  'opened',
)

let folder: string
let received: Received[]
let answer: number
let base: string
let close: () => Promise<void>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwc-ai-notifiers-'))
  await writeFile(join(folder, 'token'), 'secret-token\n')
  received = []
  answer = 200
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => (text += part))
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body: JSON.parse(text) })
      response.writeHead(answer, { location: '/elsewhere' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
})
afterEach(async () => {
  await close()
  await rm(folder, { recursive: true })
})

const target = (fields: Partial<Target>): Target => ({
  type: 'webhook',
  url: base,
  tokenFile: join(folder, 'token'),
  enable: true,
  sendResolved: true,
  ...fields,
})
const sent = (fields: Partial<Target>) => send(message, target(fields), new AbortController().signal)

it('there is one file for each kind', async () => {
  const files = (await readdir(new URL('.', import.meta.url))).filter(
    (name) => !/^(index|types)\.ts$|\.test\.ts$/.test(name),
  )
  expect(files.map((name) => name.replace(/\.ts$/, '')).sort()).toEqual(Object.keys(NOTIFIERS).sort())
  for (const [id, notifier] of Object.entries(NOTIFIERS)) expect(notifier.id).toBe(id)
})

it('a webhook gets the message whole, with its token as Bearer', async () => {
  expect(await sent({ url: `${base}/hook?x=1` })).toBeNull()
  expect(received).toMatchObject([
    {
      url: '/hook?x=1',
      headers: { authorization: 'Bearer secret-token', 'content-type': 'application/json' },
      body: {
        source: 'hwc-ai',
        id: 'inc_1:down',
        event: 'opened',
        check: 'ollama',
        status: 'down',
        title: 'Ollama is down',
        since: '2026-11-24T03:10:00.000Z',
      },
    },
  ])
})

it('ntfy gets the topic of its address, a priority, and letters that no header could carry', async () => {
  expect(await sent({ type: 'ntfy', url: `${base}/push/my-server` })).toBeNull()
  expect(received).toMatchObject([
    {
      url: '/push',
      headers: { authorization: 'Bearer secret-token' },
      body: { topic: 'my-server', title: 'Ollama is down', priority: 5, tags: ['rotating_light'] },
    },
  ])
  expect(JSON.stringify(received[0]?.body)).toContain('„nichts“ hört dort zu')
})

it('gotify gets its own path and its own header', async () => {
  expect(await sent({ type: 'gotify', url: `${base}/gotify/` })).toBeNull()
  expect(received).toMatchObject([
    {
      url: '/gotify/message',
      headers: { 'x-gotify-key': 'secret-token' },
      body: { title: 'Ollama is down', priority: 8 },
    },
  ])
})

it('a refusal, a redirect, a missing token and nobody at all are each said without the token', async () => {
  answer = 403
  expect(await sent({})).toBe('it answered HTTP 403')
  answer = 302
  expect(await sent({})).not.toBeNull()
  expect(received).toHaveLength(2)
  expect(await sent({ tokenFile: join(folder, 'gone') })).toContain('its token cannot be read')
  await close()
  expect(await sent({})).toBe('nothing listens there (ECONNREFUSED)')
})

it('the text says what is, since when, what should be and what to do', () => {
  expect(message.text).toMatch(
    /^Ollama is down since Tuesday 24 Nov, \d\d:\d\d\. No answer .* Expected: A list of models\. What to do: Start it with `ollama serve`\.$/,
  )
})
