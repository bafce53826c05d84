import { afterEach, expect, it } from 'vitest'
import * as z from 'zod'
import type { FakeBackend } from '../../e2e/fakes/backend-server.ts'
import { closedPort } from '../../e2e/fakes/closed-port.ts'
import { startFakeOllama } from '../../e2e/fakes/ollama.ts'
import { AppError } from '../errors/index.ts'
import { createBuiltInProvider } from './built-in/provider.ts'
import { createModelClient } from './client.ts'
import { completeJson } from './complete-json.ts'
import { createProvider } from './create-provider.ts'
import { createOllamaProvider } from './ollama/provider.ts'
import type { QueueOptions } from './queue.ts'

const signal = new AbortController().signal
const started: FakeBackend[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((backend) => backend.close()))
})

async function start(models?: readonly string[], options: QueueOptions = {}) {
  const backend = await startFakeOllama(models)
  started.push(backend)
  return {
    backend,
    client: createModelClient({ provider: createOllamaProvider({ endpoint: backend.url }), ...options }),
  }
}
const question = (content = 'Hi') => ({ model: 'fake:latest', messages: [{ role: 'user' as const, content }], signal })

it.each([
  ['llama3.2', 'llama3.2:latest'],
  ['llama3.2:latest', 'llama3.2:latest'],
  ['Phi3.5:3.8B', 'phi3.5:3.8b'],
])('finds %s as %s', async (name, full) => {
  const { client } = await start(['llama3.2:latest', 'phi3.5:3.8b'])
  expect(await client.find(name)).toEqual({ found: true, name: full })
})

it('a model that is not there is answered with those that are and the command to get it', async () => {
  const { client } = await start(['llama3.2:latest', 'phi3.5:3.8b'])
  const answer = await client.find('qwen3:4b')
  if (answer.found) throw new Error('found')
  expect(answer.error).toMatchObject({
    code: 'model-not-found',
    details: { available: ['llama3.2:latest', 'phi3.5:3.8b'] },
  })
  expect(answer.error.message).toContain('llama3.2:latest, phi3.5:3.8b')
  expect(answer.error.hint).toContain('`ollama pull qwen3:4b`')
  await expect(client.complete({ ...question(), model: 'qwen3:4b' })).rejects.toMatchObject({
    message: answer.error.message,
  })
})

it('find never throws: an unreachable backend is an answer', async () => {
  const client = createModelClient({ provider: createOllamaProvider({ endpoint: await closedPort() }) })
  expect(await client.find('llama3.2')).toMatchObject({ found: false, error: { code: 'no-model-backend' } })
})

it('asks for the list once for callers that ask together, and again after three seconds', async () => {
  let now = 0
  const { backend, client } = await start(['a:latest'], { clock: () => now })
  await Promise.all([client.list(), client.list(), client.find('a')])
  expect(backend.asked).toEqual(['/api/tags'])
  backend.models.push('b:latest')
  now = 2999
  expect(await client.list()).toHaveLength(1)
  now = 3000
  expect(await client.list()).toHaveLength(2)
})

it('one caller that gives up does not end the listing of another', async () => {
  const { client } = await start()
  const stop = new AbortController()
  const [gone, other] = [client.list(stop.signal), client.list()]
  stop.abort()
  await expect(gone).rejects.toMatchObject({ code: 'cancelled' })
  expect(await other).toHaveLength(1)
})

it('a failed listing is not remembered', async () => {
  let calls = 0
  const provider = {
    ...createBuiltInProvider(),
    list: () => (calls++ === 0 ? Promise.reject(new AppError('no-model-backend', 'off')) : Promise.resolve([])),
  }
  const client = createModelClient({ provider })
  await expect(client.list()).rejects.toThrow('off')
  expect(await client.list()).toEqual([])
})

it('questions wait their turn: the backend sees the second after the first has ended', async () => {
  const { backend, client } = await start(undefined, { concurrency: 1, maxWaiting: 1 })
  backend.play({ kind: 'answer', tokens: ['a', 'b', 'c'], gapMs: 20 })
  const [first, second] = [client.complete(question('one')), client.complete(question('two'))]
  await expect(client.complete(question('three'))).rejects.toMatchObject({ code: 'backend-busy' })
  expect(await first).toMatchObject({ text: 'abc', completionTokens: 3 })
  expect(client.stats()).toMatchObject({ running: 1, waiting: 0 })
  await second
  expect(backend.questions.map((asked) => asked.messages[0]?.content)).toEqual(['one', 'two'])
  expect(client.stats()).toMatchObject({ running: 0, waiting: 0 })
})

it('leaving an answer half way gives the turn back', async () => {
  const { backend, client } = await start()
  backend.play({ kind: 'endless' })
  for await (const chunk of client.chat(question())) if (chunk.type === 'token') break
  expect(client.stats().running).toBe(0)
  await backend.abandoned()
})

it('the built-in engine lists nothing and says how to get a model', async () => {
  const client = createModelClient({ provider: createBuiltInProvider() })
  expect(await client.list()).toEqual([])
  const answer = await client.find('llama3.2')
  if (answer.found) throw new Error('found')
  expect(answer.error).toMatchObject({ code: 'no-model-backend', status: 503 })
  for (const advice of ['Ollama', 'ollama pull', 'local-workflows.ollamaEndpoint'])
    expect(answer.error.hint).toContain(advice)
  await expect(client.complete(question())).rejects.toMatchObject({ code: 'no-model-backend' })
})

it.each(['ollama', 'openai-compatible', 'built-in'] as const)('the settings choose %s', (type) => {
  const backend = { type, endpoint: null, apiKeyFile: null, concurrency: 1, maxWaiting: 16, firstTokenTimeout: 120 }
  const provider = createProvider({ 'local-workflows': { ollamaEndpoint: 'http://127.0.0.1:11434', backend } })
  expect(provider.id).toBe(type)
  expect(provider.endpoint).toBe(type === 'built-in' ? null : 'http://127.0.0.1:11434')
})

const animal = z.object({ animal: z.enum(['cat', 'dog']) })

it('a complete answer is what the model says, without its thoughts', async () => {
  const { backend, client } = await start()
  backend.play({ kind: 'answer', thoughts: ['{"animal":', '"dog"}'], tokens: ['{"animal":', '"cat"}'] })
  expect(await client.complete(question())).toMatchObject({ text: '{"animal":"cat"}', completionTokens: 4 })
})

it('completeJson sends the schema and returns what was validated', async () => {
  const { backend, client } = await start()
  backend.play({ kind: 'answer', tokens: ['{"animal":', '"cat"}'] })
  expect(await completeJson(client, question(), animal)).toEqual({ animal: 'cat' })
  expect(backend.questions[0]?.body.format).toMatchObject({ properties: { animal: { enum: ['cat', 'dog'] } } })
})

it.each([
  ['prose', 'A cat, I think', []],
  ['another shape', '{"animal":"horse"}', ['animal']],
  ['half an answer', '{"animal":', []],
])('completeJson refuses %s as invalid-model-output', async (_name, text, paths) => {
  const { backend, client } = await start()
  backend.play({ kind: 'answer', tokens: [text] })
  const error: unknown = await completeJson(client, question(), animal).catch((thrown: unknown) => thrown)
  if (!(error instanceof AppError)) throw new Error('not an AppError')
  expect(error.code).toBe('invalid-model-output')
  expect(error.faults.map((fault) => fault.path)).toEqual(paths)
  expect(error.details['answer']).toBe(text)
})

it('completeJson reads JSON in a Markdown fence, as models without a schema like to write it', async () => {
  const { backend, client } = await start()
  backend.play({ kind: 'answer', tokens: ['```json\n{"animal":"dog"}\n```'] })
  expect(await completeJson(client, question(), animal)).toEqual({ animal: 'dog' })
})
