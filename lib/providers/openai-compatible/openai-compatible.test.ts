import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startFakeOpenAi } from '../../../e2e/fakes/openai-compatible.ts'
import { collect, describeProvider } from '../conformance.ts'
import { fakeHarness } from '../fake-harness.ts'
import { createOpenAiCompatibleProvider } from './provider.ts'

const start = (suffix = '', apiKeyFile: string | null = null) =>
  fakeHarness(
    startFakeOpenAi,
    (endpoint) => createOpenAiCompatibleProvider({ endpoint: endpoint + suffix, apiKeyFile }),
    'response_format.json_schema.schema',
  )
const signal = new AbortController().signal

describeProvider('openai-compatible', () => start())
describeProvider('openai-compatible with /v1 in its address', () => start('/v1/'))

it('sends the key of the file as Bearer, as it is at that moment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-key-'))
  const file = join(folder, 'key')
  const { backend, provider, model, close } = await start('', file)
  for (const key of ['first', 'second']) {
    await writeFile(file, `${key}\n`)
    await collect(provider.chat({ model, messages: [], signal }))
  }
  expect(backend.questions.map((question) => question.headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
  await rm(folder, { recursive: true })
  await expect(provider.list()).rejects.toMatchObject({ code: 'settings-invalid' })
  await close()
})

it('a refused key says which setting holds it, and does not repeat it', async () => {
  const { backend, provider, model, close } = await start()
  backend.play({ kind: 'refuse', status: 401, body: '{"error":{"message":"bad key"}}' })
  await expect(collect(provider.chat({ model, messages: [], signal }))).rejects.toMatchObject({
    code: 'backend-error',
    hint: expect.stringContaining('apiKeyFile') as string,
  })
  await close()
})

it.each([
  ['llama-swap', 400, 'could not find real modelID for nope', 'model-not-found'],
  ['llama.cpp while loading', 503, '{"error":{"code":503,"message":"Loading model"}}', 'backend-busy'],
  ['a request it does not like', 400, '{"error":{"message":"context too long"}}', 'backend-error'],
])('%s: status %i becomes the right error', async (_name, status, body, code) => {
  const { backend, provider, model, close } = await start()
  backend.play({ kind: 'refuse', status, body })
  await expect(collect(provider.chat({ model, messages: [], signal }))).rejects.toMatchObject({ code })
  await close()
})
