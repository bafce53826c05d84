/** One test of one model: does it answer, and how fast. */
import { AppError } from '../errors/index.ts'
import { parseTimeSpan } from '../schedule/index.ts'
import type { TestAnswer } from '../providers/ollama/admin.ts'
import { FEWEST_TOKENS } from './history.ts'
import { type ModelTest, recordTest } from './records.ts'
import type { ModelWork } from './work.ts'

/** Enough to measure the speed, few enough for a slow processor. */
const MAX_TOKENS = 32
const DEFAULT_TIMEOUT_MS = 300_000

/** What a model goes on with when it answered the test prompt too shortly to measure a speed: nothing ends it soon. */
const SPEED_TEXT = '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,'

/** Failures that say nothing about the model itself. */
const NOT_ITS_FAULT: readonly AppError['code'][] = ['no-model-backend', 'backend-busy', 'cancelled']

async function answerOf({ admin, settings, signal }: ModelWork, name: string): Promise<TestAnswer> {
  const { testPrompt, timeout } = settings.modelValidation
  const timeoutMs = parseTimeSpan(timeout) ?? DEFAULT_TIMEOUT_MS
  const abilities = await admin.capabilities(name, signal)
  const embedsOnly = abilities.includes('embedding') && !abilities.includes('completion')
  const options = { maxTokens: MAX_TOKENS, timeoutMs, signal }
  const answer = await (embedsOnly ? admin.embed(name, testPrompt, options) : admin.ask(name, testPrompt, options))
  if (answer.text.trim() === '')
    throw new AppError('invalid-model-output', `"${name}" gave an empty answer to "${testPrompt}".`, {
      hint: 'Try another prompt in ollama.modelValidation.testPrompt, or pull the model again.',
    })
  if (answer.tokens >= FEWEST_TOKENS) return answer
  return await measured(answer, () =>
    embedsOnly ? admin.embed(name, SPEED_TEXT, options) : admin.goOn(name, SPEED_TEXT, options),
  )
}

/** An answer with the speed of a longer one. That it is not to be had is no failure: the model has answered. */
async function measured(answer: TestAnswer, askMore: () => Promise<TestAnswer>): Promise<TestAnswer> {
  try {
    const { tokens, evalMs } = await askMore()
    return tokens > answer.tokens ? { ...answer, tokens, evalMs } : answer
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'cancelled') throw error
    return answer
  }
}

/**
 * Lets a model answer the test prompt and keeps what came of it.
 * @returns the test, and the error it failed with
 * @throws AppError `no-model-backend`, `backend-busy`, `cancelled`: these say nothing about the model
 */
export async function tryModel(
  work: ModelWork,
  name: string,
  digest: string | null,
): Promise<{ test: ModelTest; error: AppError | null }> {
  const at = work.now()
  const none = { tokens: null, loadMs: null, totalMs: null, tokensPerSecond: null, gpuPercent: null }
  try {
    const { tokens, evalMs, loadMs, totalMs } = await answerOf(work, name)
    const gpuPercent = await work.admin.gpuPercent({ name, digest }, work.signal)
    const tokensPerSecond = tokens > 0 && evalMs > 0 ? (tokens * 1000) / evalMs : null
    const test = { at, ok: true, digest, reason: null, tokens, loadMs, totalMs, tokensPerSecond, gpuPercent }
    await recordTest(work.store, name, test)
    return { test, error: null }
  } catch (error) {
    if (!(error instanceof AppError) || NOT_ITS_FAULT.includes(error.code)) throw error
    const test = { at, ok: false, digest, reason: error.message, ...none }
    await recordTest(work.store, name, test)
    return { test, error }
  }
}
