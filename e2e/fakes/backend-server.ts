/**
 * A scripted model server: tiny, real sockets, faults on request. The dialect (Ollama's NDJSON or OpenAI's events) is
 * given by `ollama.ts` and `openai-compatible.ts` beside this file.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the server does with the next questions. */
export type Scenario =
  /** Answers these tokens, `gapMs` apart, after these thoughts. */
  | {
      kind: 'answer'
      tokens: readonly string[]
      thoughts?: readonly string[]
      gapMs?: number
      finish?: 'stop' | 'length'
    }
  /** Goes on for as long as someone listens, thinking or speaking. */
  | { kind: 'endless'; thinks?: boolean; gapMs?: number }
  /** Some tokens, then a line that is not JSON. */
  | { kind: 'malformed'; tokens: readonly string[] }
  /** Takes the question and never says a word, not even headers. */
  | { kind: 'silent' }
  /** Some tokens, then the connection is cut. */
  | { kind: 'cut'; tokens: readonly string[] }
  /** Some tokens, then a clean end without the closing line. */
  | { kind: 'short'; tokens: readonly string[] }
  /** Some tokens, then an error in the protocol's own words. */
  | { kind: 'error'; tokens: readonly string[]; message: string }
  /** An HTTP status instead of an answer. */
  | { kind: 'refuse'; status: number; body: string; headers?: Record<string, string> }

/** A question as it came over the wire. */
export interface Question {
  model: string
  messages: readonly { role: string; content: string }[]
  /** The whole body. */
  body: Readonly<Record<string, unknown>>
  headers: IncomingMessage['headers']
}

export interface Dialect {
  chatPath: string
  contentType: string
  /** Answers for the paths that are no chat; undefined is 404. */
  get: (path: string, models: readonly string[]) => unknown
  notFound: (model: string) => { status: number; body: unknown }
  token: (text: string) => string
  thought: (text: string) => string
  error: (message: string) => string
  end: (finish: 'stop' | 'length', counts: { prompt: number; completion: number }) => string
}

export interface FakeBackend {
  url: string
  questions: readonly Question[]
  /** Paths of requests that were no chat, in order. */
  asked: readonly string[]
  models: string[]
  /** Sets what happens from now on; a function decides for each question. */
  play(scenario: Scenario | ((question: Question) => Scenario)): void
  /** Resolves when so many questions have come since the start. */
  questioned(count?: number): Promise<void>
  /** Resolves when a client goes away from an unfinished answer, counted since the start. */
  abandoned(count?: number): Promise<void>
  close(): Promise<void>
}

/** The pieces of an answer in the dialect's words. */
async function* piecesOf(scenario: Scenario, { token: said, thought }: Dialect): AsyncGenerator<string> {
  if (scenario.kind === 'endless') {
    for (let n = 1; ; n += 1) {
      yield (scenario.thinks === true ? thought : said)(`word${n} `)
      await sleep(scenario.gapMs ?? 5)
    }
  }
  if (scenario.kind === 'silent' || scenario.kind === 'refuse') return
  if (scenario.kind === 'answer') for (const text of scenario.thoughts ?? []) yield thought(text)
  for (const token of scenario.tokens) {
    yield said(token)
    if (scenario.kind === 'answer' && scenario.gapMs !== undefined) await sleep(scenario.gapMs)
  }
}

async function answer(
  scenario: Scenario,
  question: Question,
  response: ServerResponse,
  dialect: Dialect,
): Promise<void> {
  if (scenario.kind === 'silent') return
  if (scenario.kind === 'refuse') {
    response.writeHead(scenario.status, scenario.headers).end(scenario.body)
    return
  }
  response.writeHead(200, { 'content-type': dialect.contentType })
  let completion = 0
  for await (const piece of piecesOf(scenario, dialect)) {
    if (response.destroyed) return
    response.write(piece)
    completion += 1
  }
  // What was written must be on its way before the connection is cut.
  if (scenario.kind === 'cut') setTimeout(() => response.destroy(), 20)
  else if (scenario.kind === 'malformed') response.end(dialect.token('x').replace('{', '{{'))
  else if (scenario.kind === 'error') response.end(dialect.error(scenario.message))
  else if (scenario.kind === 'short') response.end()
  else if (scenario.kind === 'answer')
    response.end(dialect.end(scenario.finish ?? 'stop', { prompt: question.messages.length * 10, completion }))
}

async function readQuestion(request: IncomingMessage): Promise<Question> {
  const parts: Uint8Array[] = []
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part)
  const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as Question & Record<string, unknown>
  return { model: body.model, messages: body.messages, body, headers: request.headers }
}

/**
 * @param models names that exist; a question for another one is refused as the dialect does
 * @param port 0 for a free one; that of an earlier server for one that comes back
 */
export async function startFakeBackend(dialect: Dialect, models: readonly string[], port = 0): Promise<FakeBackend> {
  const questions: Question[] = []
  const asked: string[] = []
  const known = [...models]
  const watchers = new Set<() => void>()
  const wake = () => watchers.forEach((watcher) => watcher())
  let gone = 0
  let scenario: Scenario | ((question: Question) => Scenario) = { kind: 'answer', tokens: ['Hello', ' ', 'there'] }

  const until = (reached: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (!reached()) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look()
    })

  const chat = async (request: IncomingMessage, response: ServerResponse) => {
    response.on('close', () => {
      if (response.writableFinished) return
      gone += 1
      wake()
    })
    const question = await readQuestion(request)
    questions.push(question)
    wake()
    const missing = dialect.notFound(question.model)
    if (!known.includes(question.model)) response.writeHead(missing.status).end(JSON.stringify(missing.body))
    else await answer(typeof scenario === 'function' ? scenario(question) : scenario, question, response, dialect)
  }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path === dialect.chatPath && request.method === 'POST') return void chat(request, response)
    asked.push(path)
    const body = dialect.get(path, known)
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json', server: 'fake/1' })
    response.end(JSON.stringify(body ?? { error: 'not found' }))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fake server has no port')

  return {
    url: `http://127.0.0.1:${address.port}`,
    questions,
    asked,
    models: known,
    play: (next) => {
      scenario = next
    },
    questioned: (count = 1) => until(() => questions.length >= count),
    abandoned: (count = 1) => until(() => gone >= count),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
