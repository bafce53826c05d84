/** The wire of `POST /v1/chat/completions` as llama.cpp's server, llama-swap and vLLM speak it. */
import * as z from 'zod'
import type { ChatRequest, ModelSummary } from '../types.ts'

export function toWire(request: ChatRequest) {
  return {
    model: request.model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    stream_options: { include_usage: true },
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
    ...(request.format === undefined
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'answer', strict: true, schema: request.format },
          },
        }),
  }
}

/** The data of a server-sent event's line; null for comments, blank lines and other fields. */
export function sseData(line: string): string | null {
  if (!line.startsWith('data:')) return null
  const data = line.slice(5).trim()
  return data === '' ? null : data
}

/** llama.cpp and vLLM send `{error: {message}}`, old vLLM `{message}`, llama-swap `{error: "…"}` or plain text. */
const errorBody = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform((body) => body.error.message),
  z.object({ error: z.string() }).transform((body) => body.error),
  z.object({ message: z.string() }).transform((body) => body.message),
])

export function refusalText(text: string): string {
  try {
    return errorBody.parse(JSON.parse(text))
  } catch {
    return text.trim().slice(0, 200)
  }
}

/** Thoughts are `reasoning_content` to llama.cpp and older vLLM, `reasoning` to newer vLLM and Ollama; some send both. */
const delta = z
  .object({
    content: z.string().nullish(),
    reasoning_content: z.string().nullish(),
    reasoning: z.string().nullish(),
  })
  .transform(({ content, reasoning_content, reasoning }) => ({
    content: content ?? '',
    // Where both are sent, they are the same.
    thought: (reasoning_content ?? '') || (reasoning ?? ''),
  }))

const chunk = z.object({
  choices: z.array(
    z.object({
      delta: delta.nullish(),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number().default(0) }).nullish(),
})

/** One event of an answer: a piece of it, or an error after it had begun. */
export const chatEvent = z.union([chunk, errorBody.transform((error) => ({ error }))])

export const modelsAnswer = z.object({
  data: z.array(z.object({ id: z.string(), meta: z.object({ size: z.number().nullish() }).nullish() })),
})

/** @param model one entry of `GET /v1/models`; only llama.cpp says a size */
export function toSummary(model: z.output<typeof modelsAnswer>['data'][number]): ModelSummary {
  return { name: model.id, sizeBytes: model.meta?.size ?? null, digest: null, family: null, parameterSize: null }
}
