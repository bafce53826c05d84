/** A scripted Ollama that keeps its models in memory: what a test needs to see how the app talks with it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

const TOKENS = 32

export interface FakeModel {
  digest: string
  size: number
  /** What it answers; empty for a model that is broken. */
  answer: string
  /** How long its answers are; a text it goes on with it makes long. */
  tokens: number
  /** Tokens per second. */
  speed: number
  gpuPercent: number
  capabilities: string[]
}

export interface FakeOllama {
  url: string
  models: Map<string, FakeModel>
  /** What can be pulled. */
  offers: Map<string, FakeModel>
  /** Names pulled, in order. */
  pulled: string[]
  removed: string[]
  /** Ends the next pulls with this error. */
  failPulls: string | null
  close(): Promise<void>
}

export function fakeModel(changes: Partial<FakeModel> = {}): FakeModel {
  return {
    digest: 'd1',
    size: 1000,
    answer: 'Hello there',
    tokens: TOKENS,
    speed: 40,
    gpuPercent: 100,
    capabilities: ['completion'],
    ...changes,
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const parts: Uint8Array[] = []
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part)
  return parts.length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, string>)
}

function pullLines(fake: FakeOllama, name: string): unknown[] {
  const offer = fake.offers.get(name)
  fake.pulled.push(name)
  if (fake.failPulls !== null) return [{ status: 'pulling manifest' }, { error: fake.failPulls }]
  if (offer === undefined) return [{ error: 'pull model manifest: file does not exist' }]
  fake.models.set(name, offer)
  const file = { status: 'pulling 123', digest: `sha256:${offer.digest}`, total: offer.size }
  return [
    { status: 'pulling manifest' },
    file,
    { ...file, completed: offer.size },
    { status: 'verifying sha256 digest' },
    { status: 'success' },
  ]
}

function chatLines({ answer, speed }: FakeModel, tokens: number): unknown[] {
  const done = {
    done: true,
    done_reason: 'stop',
    eval_count: tokens,
    eval_duration: (tokens / speed) * 1e9,
    load_duration: 5e6,
  }
  return [
    { message: { role: 'assistant', content: answer }, done: false },
    { ...done, total_duration: 9e9 },
  ]
}

type Answer = { status: number; lines: unknown[] }
const found = (...lines: unknown[]): Answer => ({ status: 200, lines })

function answer(fake: FakeOllama, path: string, body: Record<string, string>): Answer {
  const { models } = fake
  const name = body['model'] ?? body['source'] ?? ''
  if (path === '/api/pull') return found(...pullLines(fake, name))
  if (path === '/api/tags')
    return found({ models: [...models].map(([key, { size, digest }]) => ({ name: key, size, digest })) })
  if (path === '/api/ps')
    return found({
      models: [...models].map(([key, { gpuPercent }]) => ({ name: key, size: 100, size_vram: gpuPercent })),
    })
  const model = models.get(name)
  if (model === undefined) return { status: 404, lines: [{ error: `model '${name}' not found` }] }
  if (path === '/api/delete') fake.removed.push(models.delete(name) ? name : '')
  if (path === '/api/copy') models.set(body['destination'] ?? '', model)
  if (path === '/api/chat') return found(...chatLines(model, model.tokens))
  if (path === '/api/generate') return found(...chatLines(model, TOKENS))
  if (path === '/api/embed')
    return found({
      embeddings: [[0.1, 0.2]],
      prompt_eval_count: (body['input'] ?? '').split(' ').length + 2,
      total_duration: 5e7,
    })
  return found({ capabilities: model.capabilities })
}

export async function startFakeOllama(): Promise<FakeOllama> {
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, lines } = answer(fake, request.url ?? '', await bodyOf(request))
    response.writeHead(status).end(lines.map((line) => JSON.stringify(line)).join('\n'))
  }
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fake server has no port')
  const fake: FakeOllama = {
    url: `http://127.0.0.1:${address.port}`,
    models: new Map(),
    offers: new Map(),
    pulled: [],
    removed: [],
    failPulls: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return fake
}
