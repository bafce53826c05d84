import { expect, it } from 'vitest'
import { startFakeOllama } from '../../../e2e/fakes/ollama.ts'
import { collect, describeProvider } from '../conformance.ts'
import { fakeHarness } from '../fake-harness.ts'
import { createOllamaProvider } from './provider.ts'

const start = () => fakeHarness(startFakeOllama, (endpoint) => createOllamaProvider({ endpoint }), 'format')

describeProvider('ollama', start)

it('a question goes out with its limits in Ollama’s own words', async () => {
  const { backend, provider, model, close } = await start()
  const signal = new AbortController().signal
  await collect(
    provider.chat({ model, messages: [{ role: 'user', content: 'Hi' }], temperature: 0, maxTokens: 5, signal }),
  )
  expect(backend.questions[0]?.body).toEqual({
    model,
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    options: { temperature: 0, num_predict: 5 },
  })
  await close()
})

it('a full Ollama is `backend-busy` with the seconds to wait', async () => {
  const { backend, provider, model, close } = await start()
  backend.play({ kind: 'refuse', status: 503, body: '{"error":"server busy"}', headers: { 'retry-after': '7' } })
  const answer = provider.chat({ model, messages: [], signal: new AbortController().signal })
  await expect(collect(answer)).rejects.toMatchObject({ code: 'backend-busy', retryAfterSeconds: 7 })
  await close()
})

it('credentials in the address are sent and never shown', async () => {
  const { backend, model, close } = await start()
  const provider = createOllamaProvider({ endpoint: backend.url.replace('//', '//me:hush@') })
  await collect(provider.chat({ model, messages: [], signal: new AbortController().signal }))
  expect(backend.questions[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:hush').toString('base64')}`)
  expect(provider.endpoint).toBe(backend.url)
  await close()
})

it('an address that is none is a fault of the settings', () => {
  expect(() => createOllamaProvider({ endpoint: 'ftp://nas' })).toThrow(
    expect.objectContaining({ code: 'settings-invalid' }),
  )
})
