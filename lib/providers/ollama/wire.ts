/** Ollama's wire format, as https://github.com/ollama/ollama/blob/main/docs/api.md describes it. */
import type { ChatRequest as OllamaChatRequest } from 'ollama'
import * as z from 'zod'
import type { ChatRequest, ModelSummary } from '../types.ts'

/** The vendor's own types check the names of what is sent. */
export function toWire(request: ChatRequest): OllamaChatRequest {
  const options: NonNullable<OllamaChatRequest['options']> = {}
  if (request.temperature !== undefined) options.temperature = request.temperature
  if (request.maxTokens !== undefined) options.num_predict = request.maxTokens
  const wire: OllamaChatRequest = {
    model: request.model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    options,
  }
  // A model that thinks aloud first would spend its tokens before the JSON that is wanted.
  return request.format === undefined ? wire : { ...wire, format: request.format, think: false }
}

const durationMs = z
  .number()
  .optional()
  .transform((nanoseconds = 0) => nanoseconds / 1e6)

/** One line of an answer, the usual kind first. An `error` can come after tokens have: the HTTP status was sent by then. */
export const chatLine = z.union([
  z.object({
    message: z.object({ content: z.string().default(''), thinking: z.string().default('') }).optional(),
    done: z.boolean(),
    done_reason: z.string().optional(),
    prompt_eval_count: z.number().default(0),
    eval_count: z.number().default(0),
    total_duration: durationMs,
  }),
  z.object({ error: z.string() }),
])

export const versionAnswer = z.object({ version: z.string() })

export const tagsAnswer = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      size: z.number().nullish(),
      digest: z.string().nullish(),
      details: z.object({ family: z.string().nullish(), parameter_size: z.string().nullish() }).nullish(),
    }),
  ),
})

/** @param model one entry of `GET /api/tags` */
export function toSummary(model: z.output<typeof tagsAnswer>['models'][number]): ModelSummary {
  return {
    name: model.name,
    sizeBytes: model.size ?? null,
    digest: model.digest ?? null,
    family: model.details?.family ?? null,
    parameterSize: model.details?.parameter_size ?? null,
  }
}

/** The `error` of a refusal, or the text itself when it is not Ollama's JSON. */
export function refusalText(text: string): string {
  try {
    return z.object({ error: z.string() }).parse(JSON.parse(text)).error
  } catch {
    return text.trim().slice(0, 200)
  }
}
