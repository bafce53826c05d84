/** Has a model explain an outline: in batches, each answer checked like the input of a stranger. */
import type * as z from 'zod'
import { AppError, toAppError } from '#lib/errors/index.ts'
import type { OperationContext } from '#lib/operations/types.ts'
import type { ChatMessage } from '#lib/providers/types.ts'
import type { Language, ModuleOutline } from '#lib/syntax/index.ts'
import { everySymbol, exportedSymbols } from '../facts.ts'
import { acceptExample } from './examples.ts'
import {
  batchAnswer,
  batchMessages,
  batchSchema,
  purposeAnswer,
  purposeMessages,
  PURPOSE_SCHEMA,
  type NamedSymbol,
} from './prompt.ts'
import type { ExplainedSymbol, Explanation } from './types.ts'

/** Symbols a model is asked about at once: what a small model keeps apart. */
const BATCH = 6
/** Symbols of one file that a model is asked about; the rest has its facts only. */
const MOST_EXPLAINED = 60
const TOKENS_PER_SYMBOL = 180
const PURPOSE_TOKENS = 200

export interface ExplainRequest {
  outline: ModuleOutline
  language: Language
  fileName: string
  text: string
  examples: boolean
}

type Asker = Pick<OperationContext, 'models' | 'signal' | 'emit' | 'log'>

/** Symbols worth explaining: what others call, the larger things first in the order of the file. */
function chosen(outline: ModuleOutline): NamedSymbol[] {
  return everySymbol(exportedSymbols(outline.symbols))
    .filter(({ symbol }) => !['re-export', 'attribute', 'property', 'signature', 'enum-member'].includes(symbol.kind))
    .slice(0, MOST_EXPLAINED)
}

async function askJson<T extends z.ZodType>(
  context: Asker,
  model: string,
  messages: readonly ChatMessage[],
  format: Record<string, unknown>,
  maxTokens: number,
  answer: T,
): Promise<z.output<T>> {
  const { text } = await context.models.complete({
    model,
    messages,
    format,
    temperature: 0,
    maxTokens,
    signal: context.signal,
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new AppError('invalid-model-output', `The model ${model} gave no JSON.`, { cause: error })
  }
  const result = answer.safeParse(json)
  if (result.success) return result.data
  throw new AppError('invalid-model-output', `The model ${model} gave JSON that does not fit what was asked.`, {
    cause: result.error,
  })
}

/** Why there is no explanation, as a sentence for the document. */
export type NoExplanation = { reason: string }

/**
 * Asks, and remembers why a part could not be had. A cancel goes through.
 * @returns null when it failed
 */
async function attempt<T>(context: Asker, failures: AppError[], ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    context.signal.throwIfAborted()
    const failure = toAppError(error)
    if (failure.code === 'cancelled') throw failure
    context.log.warn('a part could not be explained', { error: failure })
    failures.push(failure)
    return null
  }
}

interface BatchAnswers {
  symbols: Map<string, ExplainedSymbol>
  rejectedExamples: number
}

/** Takes over the answers of one batch: the first for each symbol counts. */
async function takeBatch(
  answers: BatchAnswers,
  given: z.output<ReturnType<typeof batchAnswer>>,
  batch: readonly NamedSymbol[],
  request: ExplainRequest,
): Promise<void> {
  for (const item of given.symbols) {
    const name = batch[item.index]?.name
    if (name === undefined || item.summary === null || answers.symbols.has(name)) continue
    const offered = request.examples ? (item.example?.trim() ?? '') : ''
    const example = offered === '' ? null : await acceptExample(offered, name, request.outline, request.language)
    if (offered !== '' && example === null) answers.rejectedExamples++
    answers.symbols.set(name, { summary: item.summary, example })
  }
}

/**
 * Asks the model of the settings. Whatever goes wrong but a cancel ends in a reason: the document does without.
 * @param modelName as in `local-workflows.autoDoc.model`
 */
export async function explain(
  context: Asker,
  modelName: string,
  request: ExplainRequest,
): Promise<Explanation | NoExplanation> {
  const found = await context.models.find(modelName, context.signal)
  if (!found.found) return { reason: `No model explained it: ${found.error.message}` }
  const model = found.name
  const answers: BatchAnswers = { symbols: new Map(), rejectedExamples: 0 }
  const failures: AppError[] = []
  const names = chosen(request.outline)
  const batches = Array.from({ length: Math.ceil(names.length / BATCH) }, (_, index) =>
    names.slice(index * BATCH, (index + 1) * BATCH),
  )
  const lines = request.text.split('\n')
  const progress = (done: number) =>
    context.emit({ type: 'progress', done, total: batches.length + 1, unit: 'batches' })
  progress(0)
  const aboutFile = await attempt(context, failures, () =>
    askJson(
      context,
      model,
      purposeMessages(request.outline, request.fileName),
      PURPOSE_SCHEMA,
      PURPOSE_TOKENS,
      purposeAnswer,
    ),
  )
  for (const [index, batch] of batches.entries()) {
    // A backend that is gone stays gone for the rest of this run.
    if (failures.some((failure) => failure.code !== 'invalid-model-output')) break
    progress(index + 1)
    const messages = batchMessages(request.outline, request.fileName, batch, lines, request.examples)
    const schema = batchSchema(batch.length, request.examples)
    const given = await attempt(context, failures, () =>
      askJson(context, model, messages, schema, TOKENS_PER_SYMBOL * batch.length, batchAnswer(batch.length)),
    )
    if (given !== null) await takeBatch(answers, given, batch, request)
  }
  progress(batches.length + 1)
  const purpose = aboutFile?.purpose ?? null
  if (purpose === null && answers.symbols.size === 0)
    return { reason: `No model explained it: ${failures[0]?.message ?? `the model ${model} had nothing to say.`}` }
  return {
    engine: context.models.id,
    model,
    purpose,
    ...answers,
    asked: names.length,
    failures: failures.map((failure) => failure.message),
  }
}
