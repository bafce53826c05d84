/**
 * Ollama, over its own HTTP API. The npm package `ollama` (0.6.4) lends its types only. Its client does not fit: a streamed
 * call can be aborted only once the first token is there (the iterator with `abort()` comes after the response, and no
 * signal can be given), so a model that is loading could not be stopped; lines that are not JSON are printed to the
 * console and skipped; an error in mid-stream loses its cause.
 */
import type * as z from 'zod'
import { brokeOff, modelNotFound, overloaded, refused, type BackendName } from '../failures.ts'
import { parseEndpoint } from '../endpoint.ts'
import { parsePayload } from '../payload.ts'
import { DEFAULT_FIRST_TOKEN_TIMEOUT_MS, getJson, streamPayloads, type Refusal } from '../stream.ts'
import type { ChatChunk, ChatRequest, Provider } from '../types.ts'
import { chatLine, refusalText, tagsAnswer, toSummary, toWire, versionAnswer } from './wire.ts'

export interface OllamaOptions {
  /** Base address, e.g. `http://127.0.0.1:11434`. */
  endpoint: string
  /** Milliseconds for requests that name no limit of their own. */
  firstTokenTimeoutMs?: number
}

const howToGet = (model: string) => `Get it with \`ollama pull ${model}\`.`

function toError(backend: BackendName, model: string | null, { status, text, retryAfter }: Refusal) {
  const said = refusalText(text)
  if (status === 404 && model !== null) return modelNotFound(model, howToGet(model))
  if (status === 503 || status === 429) return overloaded(backend, said, retryAfter)
  return refused(backend, status, said)
}

/** @param line the last line of an answer */
function toDone(line: Extract<z.output<typeof chatLine>, { done: boolean }>): ChatChunk {
  return {
    type: 'done',
    finishReason: line.done_reason === 'length' ? 'length' : 'stop',
    promptTokens: line.prompt_eval_count,
    completionTokens: line.eval_count,
    durationMs: line.total_duration,
  }
}

export function createOllamaProvider({
  endpoint,
  firstTokenTimeoutMs = DEFAULT_FIRST_TOKEN_TIMEOUT_MS,
}: OllamaOptions): Provider {
  const { base, shown } = parseEndpoint(endpoint)
  const backend: BackendName = {
    title: 'Ollama',
    endpoint: shown,
    howToStart: `Start it with \`ollama serve\`, install it from https://ollama.com/download if it is missing, then get a model with \`ollama pull llama3.2:3b\`. The setting local-workflows.ollamaEndpoint names its address.`,
  }
  const get = async <T extends z.ZodType>(
    path: string,
    schema: T,
    signal: AbortSignal | undefined,
  ): Promise<z.output<T>> => {
    const refusal = (answer: Refusal) => toError(backend, null, answer)
    const { text } = await getJson({ url: new URL(path, base), backend, refusal, signal })
    return parsePayload(backend, text, schema)
  }

  async function* chat(request: ChatRequest): AsyncGenerator<ChatChunk> {
    const lines = streamPayloads({
      backend,
      url: new URL('api/chat', base),
      body: toWire(request),
      signal: request.signal,
      silenceMs: request.firstTokenTimeoutMs ?? firstTokenTimeoutMs,
      payload: (line) => (line === '' ? null : line),
      refusal: (answer) => toError(backend, request.model, answer),
    })
    for await (const text of lines) {
      const line = parsePayload(backend, text, chatLine)
      if ('error' in line) throw brokeOff(backend, new Error(line.error))
      const { content: token = '', thinking: thought = '' } = line.message ?? {}
      if (thought !== '') yield { type: 'thought', text: thought }
      if (token !== '') yield { type: 'token', text: token }
      if (!line.done) continue
      yield toDone(line)
      return
    }
    throw brokeOff(backend, new Error('the answer ended without its last line'))
  }

  return {
    id: 'ollama',
    endpoint: shown,
    capabilities: { chat: true, jsonOutput: true },
    howToGet,
    list: async (signal) => (await get('api/tags', tagsAnswer, signal)).models.map(toSummary),
    chat,
    probe: (signal) => get('api/version', versionAnswer, signal),
  }
}
