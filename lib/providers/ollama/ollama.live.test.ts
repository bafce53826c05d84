import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { createModelClient } from '../client.ts'
import { completeJson } from '../complete-json.ts'
import { describeProvider } from '../conformance.ts'
import { loadOf, realHarness, REAL_OLLAMA_SKIPS, standsStill, withRealOllama } from '../real-ollama.ts'
import { createOllamaProvider } from './provider.ts'

withRealOllama((ollama) => {
  const { endpoint, model } = ollama

  describeProvider(
    'ollama (real)',
    () => realHarness(ollama, (address) => createOllamaProvider({ endpoint: address })),
    {
      skip: REAL_OLLAMA_SKIPS,
    },
  )

  it('keeps a processor busy while it generates, so that standing still means something', async () => {
    const stop = new AbortController()
    const messages = [{ role: 'user' as const, content: 'Write a long story about a lighthouse.' }]
    const request = { model, messages, temperature: 0, maxTokens: 4000, signal: stop.signal }
    const reading = (async () => {
      for await (const chunk of createOllamaProvider({ endpoint }).chat(request)) if (chunk.type === 'done') break
    })()
    const stopped = expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    await sleep(500)
    expect(await loadOf(ollama)).toBeGreaterThan(0.5)
    stop.abort()
    await stopped
    await standsStill(ollama)
  })

  it('completeJson gets a valid answer of a nested shape', async () => {
    const client = createModelClient({ provider: createOllamaProvider({ endpoint }) })
    const schema = z.object({
      files: z.array(z.object({ name: z.enum(['a.txt', 'b.jpg']), category: z.enum(['text', 'image']) })).length(2),
    })
    const messages = [
      { role: 'user' as const, content: 'Sort the files a.txt and b.jpg into text and image. Answer in JSON.' },
    ]
    const signal = AbortSignal.timeout(120_000)
    const answer = await completeJson(client, { model, messages, temperature: 0, maxTokens: 200, signal }, schema)
    expect(answer.files).toHaveLength(2)
  })
})
