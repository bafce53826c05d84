/** One suite that every provider passes, against a scripted server and, where there is one, against the real program. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Scenario } from '../../e2e/fakes/backend-server.ts'
import { AppError } from '../errors/index.ts'
import type { ChatChunk, ChatRequest, Provider } from './types.ts'

export interface ProviderHarness {
  provider: Provider
  /** The same kind of provider, pointed at an address where nothing listens. */
  unreachable: Provider
  /** A model that is there, by its full name. */
  model: string
  /** The full name of a model that thinks before it answers. */
  thinker: () => Promise<string>
  /** Makes the backend behave so from now on; a real backend ignores it (and the tests it cannot play are skipped). */
  play: (scenario: Scenario) => void
  /** Resolves when the backend has got a question; at once where that cannot be seen. */
  questioned: () => Promise<void>
  /** Milliseconds that are enough to put a question and too few for `play`'s silent backend, or a real one, to answer it. */
  impatienceMs: number
  /** Resolves when the backend has stopped working on an answer that was left; must not resolve before. */
  stopped: () => Promise<void>
  /** Milliseconds within which it must stop; default 1000. */
  stopLimitMs?: number
  /** Throws unless the backend got this schema, judged by what it received or by what it answered. */
  expectSchemaPassed: (schema: Readonly<Record<string, unknown>>, answer: string) => void
  close: () => Promise<void>
}

/** Tests by name, each of which may be skipped with a written reason. */
export type ConformanceTest =
  | 'stream'
  | 'thoughts'
  | 'cancel'
  | 'leave'
  | 'cancelEarly'
  | 'missingModel'
  | 'malformed'
  | 'slowFirstToken'
  | 'refused'
  | 'cut'
  | 'short'
  | 'midStreamError'
  | 'schema'
  | 'list'

/** How long a backend may go on after nobody listens any more. */
const STOP_LIMIT_MS = 1000

/** The whole answer as its chunks. */
export async function collect(answer: AsyncIterable<ChatChunk>): Promise<ChatChunk[]> {
  const chunks: ChatChunk[] = []
  for await (const chunk of answer) chunks.push(chunk)
  return chunks
}

const textOf = (chunks: readonly ChatChunk[]) =>
  chunks.map((chunk) => (chunk.type === 'token' ? chunk.text : '')).join('')

/** Reads an answer that must fail: what came before, and the error. */
async function readUntilFailure(answer: AsyncIterable<ChatChunk>): Promise<{ text: string; error: AppError }> {
  const chunks: ChatChunk[] = []
  try {
    for await (const chunk of answer) chunks.push(chunk)
  } catch (error) {
    if (error instanceof AppError) return { text: textOf(chunks), error }
    throw error
  }
  throw new Error(`the answer should have failed, but said: ${textOf(chunks)}`)
}

async function expectStoppedInTime(stopped: Promise<void>, limitMs = STOP_LIMIT_MS): Promise<void> {
  const since = performance.now()
  await stopped
  expect(performance.now() - since).toBeLessThan(limitMs)
}

/**
 * @param name shown as the suite's title
 * @param makeHarness called before each test
 * @param options `skip`: tests this harness cannot play, each with the reason
 */
export function describeProvider(
  name: string,
  makeHarness: () => Promise<ProviderHarness>,
  { skip = {} }: { skip?: Partial<Record<ConformanceTest, string>> } = {},
): void {
  describe(`provider ${name}`, () => {
    let harness: ProviderHarness
    beforeEach(async () => {
      harness = await makeHarness()
    })
    afterEach(() => harness.close())

    const check = (test: ConformanceTest, title: string, run: () => Promise<void>) => {
      const reason = skip[test]
      if (reason === undefined) it(title, run)
      else it.skip(`${title} (skipped: ${reason})`, run)
    }
    const ask = (request: Partial<ChatRequest> = {}): ChatRequest => ({
      model: harness.model,
      messages: [{ role: 'user', content: 'Write a long story about a lighthouse.' }],
      // A real model then says the same each time: a test must not hang on what it happens to say.
      temperature: 0,
      signal: new AbortController().signal,
      ...request,
    })

    check('stream', 'streams tokens in order and ends with one done chunk that counts them', async () => {
      harness.play({ kind: 'answer', tokens: ['Grüße', ', ', 'wor', 'ld 🌍'] })
      const chunks = await collect(harness.provider.chat(ask({ maxTokens: 8 })))
      const done = chunks.at(-1)
      expect(chunks.slice(0, -1).every((chunk) => chunk.type === 'token' && chunk.text !== '')).toBe(true)
      expect(done).toMatchObject({ type: 'done' })
      if (done?.type !== 'done') throw new Error('no done chunk')
      expect(done.completionTokens).toBeGreaterThan(0)
      expect(done.promptTokens).toBeGreaterThan(0)
      expect(textOf(chunks)).not.toBe('')
    })

    check('thoughts', 'tells thoughts from the answer, in order, and counts both', async () => {
      harness.play({ kind: 'answer', thoughts: ['Let me', ' see'], tokens: ['Be', 'cause'] })
      const chunks = await collect(harness.provider.chat(ask({ model: await harness.thinker(), maxTokens: 8 })))
      expect(chunks.map(({ type }) => type).join(' ')).toMatch(/^(thought )+(token )*done$/)
      const done = chunks.at(-1)
      if (done?.type !== 'done') throw new Error('no done chunk')
      expect(done.completionTokens).toBeGreaterThanOrEqual(chunks.length - 1)
    })

    check('cancel', 'an abort in mid-stream ends in `cancelled` and stops the backend within a second', async () => {
      harness.play({ kind: 'endless' })
      const stop = new AbortController()
      let stopped: Promise<void> | undefined
      const reading = readUntilFailure(
        (async function* () {
          let seen = 0
          for await (const chunk of harness.provider.chat(ask({ signal: stop.signal, maxTokens: 4000 }))) {
            yield chunk
            seen += 1
            if (seen !== 3) continue
            stop.abort()
            stopped = harness.stopped()
          }
        })(),
      )
      const { error, text } = await reading
      expect(error.code).toBe('cancelled')
      expect(text).not.toBe('')
      if (stopped === undefined) throw new Error('the answer ended before it was stopped')
      await expectStoppedInTime(stopped, harness.stopLimitMs)
    })

    check('leave', 'leaving the loop stops the backend within a second', async () => {
      harness.play({ kind: 'endless' })
      for await (const chunk of harness.provider.chat(ask({ maxTokens: 4000 }))) if (chunk.type === 'token') break
      await expectStoppedInTime(harness.stopped(), harness.stopLimitMs)
    })

    check('cancelEarly', 'an abort before the first token stops the backend within a second', async () => {
      harness.play({ kind: 'silent' })
      const stop = new AbortController()
      const reading = readUntilFailure(harness.provider.chat(ask({ signal: stop.signal })))
      await harness.questioned()
      stop.abort()
      expect((await reading).error.code).toBe('cancelled')
      await expectStoppedInTime(harness.stopped(), harness.stopLimitMs)
    })

    check('missingModel', 'a model that is not there is `model-not-found`', async () => {
      const { error } = await readUntilFailure(harness.provider.chat(ask({ model: 'no-such-model:1b' })))
      expect(error.code).toBe('model-not-found')
      expect(error.message).toContain('no-such-model:1b')
    })

    check('malformed', 'a malformed chunk is `backend-error` with the cause, after the tokens before it', async () => {
      harness.play({ kind: 'malformed', tokens: ['so', ' far'] })
      const { error, text } = await readUntilFailure(harness.provider.chat(ask()))
      expect(error.code).toBe('backend-error')
      expect(error.cause).toBeInstanceOf(SyntaxError)
      expect(text).toBe('so far')
    })

    check(
      'slowFirstToken',
      'a first token that does not come in time is `backend-timeout`, and the backend is told',
      async () => {
        harness.play({ kind: 'silent' })
        const { error } = await readUntilFailure(
          harness.provider.chat(ask({ firstTokenTimeoutMs: harness.impatienceMs })),
        )
        expect(error.code).toBe('backend-timeout')
        await expectStoppedInTime(harness.stopped(), harness.stopLimitMs)
      },
    )

    check('refused', 'a refused connection is `no-model-backend` with a cause and a hint, for every call', async () => {
      const { unreachable } = harness
      const failures = [
        (await readUntilFailure(unreachable.chat(ask()))).error,
        await unreachable.list().catch((error: unknown) => error),
        await unreachable.probe().catch((error: unknown) => error),
      ]
      for (const error of failures) {
        if (!(error instanceof AppError)) throw new Error('not an AppError')
        expect(error.code).toBe('no-model-backend')
        expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' })
        expect(error.hint).toContain('local-workflows.')
      }
    })

    check('cut', 'a connection cut in mid-stream is `backend-error`, after the tokens before it', async () => {
      harness.play({ kind: 'cut', tokens: ['half', ' way'] })
      const { error, text } = await readUntilFailure(harness.provider.chat(ask({ maxTokens: 4000 })))
      expect(error.code).toBe('backend-error')
      expect(error.cause).toBeInstanceOf(Error)
      expect(text).not.toBe('')
    })

    check('short', 'an answer that ends without its closing line is `backend-error`, not a whole answer', async () => {
      harness.play({ kind: 'short', tokens: ['half'] })
      const { error, text } = await readUntilFailure(harness.provider.chat(ask()))
      expect([error.code, text]).toEqual(['backend-error', 'half'])
    })

    check(
      'midStreamError',
      'an error that the backend reports in mid-stream is `backend-error` with its words',
      async () => {
        harness.play({ kind: 'error', tokens: ['half'], message: 'out of memory' })
        const { error, text } = await readUntilFailure(harness.provider.chat(ask()))
        expect([error.code, text]).toEqual(['backend-error', 'half'])
        expect(error.cause).toMatchObject({ message: 'out of memory' })
      },
    )

    check('schema', 'passes a JSON Schema on', async () => {
      harness.play({ kind: 'answer', tokens: ['{"animal":', '"cat"}'] })
      const format = {
        type: 'object',
        properties: { animal: { type: 'string', enum: ['cat', 'dog'] } },
        required: ['animal'],
        additionalProperties: false,
      }
      const chunks = await collect(harness.provider.chat(ask({ format, maxTokens: 60 })))
      harness.expectSchemaPassed(format, textOf(chunks))
    })

    check('list', 'lists its models and says its version', async () => {
      expect((await harness.provider.list()).map((model) => model.name)).toContain(harness.model)
      expect((await harness.provider.probe()).version).not.toBe('')
    })
  })
}
