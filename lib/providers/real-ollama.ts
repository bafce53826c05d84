/**
 * A real Ollama for live tests: `HWC_AI_TEST_OLLAMA` is its base address on this machine, `HWC_AI_TEST_MODEL` the name of a
 * small model it has. Where CI is set they must be set too.
 */
import { createConnection, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { closedPort } from '../../e2e/fakes/closed-port.ts'
import { listenerCpuMs } from '../../e2e/fakes/listener-cpu.ts'
import type { ProviderHarness } from './conformance.ts'
import { createOllamaProvider } from './ollama/provider.ts'
import type { Provider } from './types.ts'

export interface RealOllama {
  endpoint: string
  model: string
  port: number
}

/** The real Ollama that the environment names, or null. */
function fromEnvironment(): RealOllama | null {
  const endpoint = process.env['HWC_AI_TEST_OLLAMA'] ?? ''
  const model = process.env['HWC_AI_TEST_MODEL'] ?? ''
  return endpoint === '' || model === '' ? null : { endpoint, model, port: Number(new URL(endpoint).port) }
}

/** Defines the tests when there is a real Ollama; without one, a test that fails in CI and is skipped elsewhere. */
export function withRealOllama(define: (ollama: RealOllama) => void): void {
  const ollama = fromEnvironment()
  if (ollama !== null) define(ollama)
  else
    it.skipIf(process.env['CI'] === undefined)('a real Ollama is set for the live tests', () => {
      expect.fail('HWC_AI_TEST_OLLAMA and HWC_AI_TEST_MODEL must be set where CI is')
    })
}

const SAMPLE_MS = 200
/** Share of one processor; generating takes far more, even of the smallest model. */
const IDLE = 0.2

/** Processors that Ollama and its runners use just now. */
export async function loadOf({ port }: RealOllama): Promise<number> {
  const [before, since] = [await listenerCpuMs(port), performance.now()]
  await sleep(SAMPLE_MS)
  return ((await listenerCpuMs(port)) - before) / (performance.now() - since)
}

/** Resolves when Ollama stands still: it does not compute on for a reader who has gone. */
export async function standsStill(ollama: RealOllama): Promise<void> {
  while ((await loadOf(ollama)) > IDLE) await sleep(20)
}

/**
 * How long a stop may take, in milliseconds. Ollama's runner looks at each token whether anyone still listens, and then
 * notices with even odds (its channel of answers has room as well, `flushPending` in `runner/ollamarunner/runner.go`), so
 * it takes about two tokens, and more than twelve once in 4096 times. On a quiet machine that is far less than the second
 * allowed; on a busy one a single token may take that long.
 */
export async function stopLimit({ endpoint, model }: RealOllama): Promise<number> {
  const stamps: number[] = []
  const answer = createOllamaProvider({ endpoint }).chat({
    model,
    messages: [{ role: 'user', content: 'Write a long story about a lighthouse.' }],
    temperature: 0,
    maxTokens: 9,
    signal: AbortSignal.timeout(120_000),
  })
  for await (const chunk of answer) if (chunk.type === 'token') stamps.push(performance.now())
  const perToken = ((stamps.at(-1) ?? 0) - (stamps[0] ?? 0)) / Math.max(1, stamps.length - 1)
  return Math.max(1000, 12 * perToken + 2 * SAMPLE_MS)
}

/** A connection to Ollama that breaks after some of the answer has come through. */
async function cuttingProxy({ port }: RealOllama, bytes: number) {
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = createConnection({ port, host: '127.0.0.1' })
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

/** Takes what any model writes for its thoughts, until it closes the tag, as Ollama reads it from the template. */
const THINKING = `{{- range .Messages }}{{ .Role }}: {{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}{{ .Content }}
{{ end }}assistant: <think>`

const THINKER = 'hwc-ai-test-thinker:latest'

/**
 * Makes a model that thinks of the small one that does not: to Ollama that is a matter of the template.
 * @returns its name
 */
export async function makeThinker({ endpoint, model }: Pick<RealOllama, 'endpoint' | 'model'>): Promise<string> {
  const body = JSON.stringify({ model: THINKER, from: model, template: THINKING, stream: false })
  const made = await fetch(new URL('api/create', endpoint), { method: 'POST', body })
  if (!made.ok) throw new Error(`no thinking model: ${await made.text()}`)
  return THINKER
}

async function removeThinker({ endpoint }: RealOllama): Promise<void> {
  await fetch(new URL('api/delete', endpoint), { method: 'DELETE', body: JSON.stringify({ model: THINKER }) })
}

/** Conformance tests that a real Ollama cannot play. */
export const REAL_OLLAMA_SKIPS = {
  malformed: 'a real Ollama sends no malformed chunk on request',
  short: 'a real Ollama always sends its last line',
  midStreamError: 'a real Ollama does not fail on request',
  cancelEarly: 'the first token of a small model comes too soon',
}

/** A harness for the conformance suite around a real Ollama, spoken to by any provider that can. */
export async function realHarness(
  ollama: RealOllama,
  create: (endpoint: string) => Provider,
): Promise<ProviderHarness> {
  const stopLimitMs = await stopLimit(ollama)
  await standsStill(ollama)
  const proxy = await cuttingProxy(ollama, 1500)
  const direct = create(ollama.endpoint)
  const cut = create(proxy.url)
  let provider = direct
  return {
    provider: { ...direct, chat: (request) => provider.chat(request) },
    unreachable: create(await closedPort()),
    model: ollama.model,
    thinker: () => makeThinker(ollama),
    play: ({ kind }) => {
      provider = kind === 'cut' ? cut : direct
    },
    questioned: () => Promise.resolve(),
    impatienceMs: 20,
    stopped: () => standsStill(ollama),
    stopLimitMs,
    expectSchemaPassed: (_schema, answer) => {
      expect(['cat', 'dog']).toContain(z.object({ animal: z.string() }).parse(JSON.parse(answer)).animal)
    },
    close: async () => {
      proxy.close()
      await removeThinker(ollama)
      await standsStill(ollama)
    },
  }
}
