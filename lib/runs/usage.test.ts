import { expect, it } from 'vitest'
import type { ChatChunk, ModelClient } from '../providers/index.ts'
import { countTokens, type Usage } from './usage.ts'

async function* answer(chunks: readonly ChatChunk[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk)
}

/** @param upTo chunks after which nobody reads any more */
async function usageOf(chunks: readonly ChatChunk[], upTo: number): Promise<Usage> {
  const usage: Usage = { engine: null, model: null, promptTokens: 0, completionTokens: 0 }
  const models = { chat: () => answer(chunks) } as unknown as ModelClient
  let seen = 0
  for await (const _ of countTokens(models, usage).chat({ model: 'm', messages: [], signal: AbortSignal.abort() }))
    if (++seen === upTo) break
  return usage
}

const token = (text: string): ChatChunk => ({ type: 'token', text })
const done: ChatChunk = { type: 'done', finishReason: 'stop', promptTokens: 5, completionTokens: 7, durationMs: 1 }

it('counts what the model says of a whole answer, and the pieces of one that was cut off', async () => {
  const chunks = [token('a'), token('b'), token('c'), done]
  expect(await usageOf(chunks, Infinity)).toMatchObject({ promptTokens: 5, completionTokens: 7 })
  expect(await usageOf(chunks, 2)).toMatchObject({ promptTokens: 0, completionTokens: 2 })
  expect(await usageOf([token('a')], Infinity)).toMatchObject({ promptTokens: 0, completionTokens: 1 })
})
