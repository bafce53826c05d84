/**
 * The conformance suite against a real Ollama: `HWC_AI_TEST_OLLAMA` is its base address on this machine,
 * `HWC_AI_TEST_MODEL` the name of a small model it has. Where CI is set they must be set too.
 */
import { createConnection, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { closedPort } from '../../../e2e/fakes/closed-port.ts'
import { listenerCpuMs } from '../../../e2e/fakes/listener-cpu.ts'
import { createModelClient } from '../client.ts'
import { completeJson } from '../complete-json.ts'
import { describeProvider, type ProviderHarness } from '../conformance.ts'
import { createOllamaProvider } from './provider.ts'

const endpoint = process.env['HWC_AI_TEST_OLLAMA'] ?? ''
const model = process.env['HWC_AI_TEST_MODEL'] ?? ''
const configured = endpoint !== '' && model !== ''

/** Share of one processor that Ollama uses over a while; generating takes at least one, even of the smallest model. */
async function load(): Promise<number> {
  const port = Number(new URL(endpoint).port)
  const [before, since] = [await listenerCpuMs(port), performance.now()]
  await sleep(SAMPLE_MS)
  return ((await listenerCpuMs(port)) - before) / (performance.now() - since)
}
const IDLE = 0.2
const SAMPLE_MS = 200

/** Ollama stands still: it does not compute on for a reader who has gone. */
async function standsStill(): Promise<void> {
  while ((await load()) > IDLE) await sleep(20)
}

const STORY = { model, messages: [{ role: 'user' as const, content: 'Write a long story about a lighthouse.' }] }

/**
 * How long a stop may take. Ollama's runner looks at each token whether anyone still listens, and then notices with even
 * odds (its channel of answers has room as well, `flushPending` in `runner/ollamarunner/runner.go`), so it is about two
 * tokens on average and more than twelve once in 4096 times. On a quiet machine that is far less than the second allowed;
 * on a busy one a token alone may take that long.
 */
async function stopLimit(): Promise<number> {
  const stamps: number[] = []
  const signal = AbortSignal.timeout(120_000)
  const answer = createOllamaProvider({ endpoint }).chat({ ...STORY, temperature: 0, maxTokens: 9, signal })
  for await (const chunk of answer) if (chunk.type === 'token') stamps.push(performance.now())
  const perToken = ((stamps.at(-1) ?? 0) - (stamps[0] ?? 0)) / (stamps.length - 1)
  return Math.max(1000, 12 * perToken + 2 * SAMPLE_MS)
}

/** A connection to Ollama that breaks after some of the answer has come through. */
async function cuttingProxy(bytes: number) {
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = createConnection({ port: Number(new URL(endpoint).port), host: new URL(endpoint).hostname })
    let passed = 0
    const cut = () => [client, upstream].forEach((socket) => socket.destroy())
    for (const socket of [client, upstream]) open.add(socket.on('error', cut).on('close', cut))
    client.pipe(upstream)
    upstream.on('data', (part) => {
      client.write(part)
      passed += part.length
      if (passed > bytes) setTimeout(cut, 20)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

async function harness(): Promise<ProviderHarness> {
  const stopLimitMs = await stopLimit()
  await standsStill()
  const proxy = await cuttingProxy(1500)
  const direct = createOllamaProvider({ endpoint })
  const cut = createOllamaProvider({ endpoint: proxy.url })
  let provider = direct
  return {
    provider: { ...direct, chat: (request) => provider.chat(request) },
    unreachable: createOllamaProvider({ endpoint: await closedPort() }),
    model,
    play: ({ kind }) => {
      provider = kind === 'cut' ? cut : direct
    },
    stopped: standsStill,
    stopLimitMs,
    expectSchemaPassed: (_schema, answer) => {
      expect(['cat', 'dog']).toContain(z.object({ animal: z.string() }).parse(JSON.parse(answer)).animal)
    },
    close: async () => {
      proxy.close()
      await standsStill()
    },
  }
}

if (configured) {
  describeProvider('ollama (real)', harness, {
    skip: {
      malformed: 'a real Ollama sends no malformed chunk on request',
      short: 'a real Ollama always sends its last line',
      midStreamError: 'a real Ollama does not fail on request',
      cancelEarly: 'the first token of a small model comes too soon',
    },
  })

  it('keeps a processor busy while it generates, so that standing still means something', async () => {
    const stop = new AbortController()
    const answer = createOllamaProvider({ endpoint }).chat({
      ...STORY,
      temperature: 0,
      maxTokens: 4000,
      signal: stop.signal,
    })
    const reading = (async () => {
      for await (const chunk of answer) if (chunk.type === 'done') break
    })()
    const stopped = expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    await sleep(500)
    expect(await load()).toBeGreaterThan(0.5)
    stop.abort()
    await stopped
    await standsStill()
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
} else {
  it.skipIf(process.env['CI'] === undefined)('a real Ollama is set for the live tests', () => {
    expect.fail('HWC_AI_TEST_OLLAMA and HWC_AI_TEST_MODEL must be set where CI is')
  })
}
