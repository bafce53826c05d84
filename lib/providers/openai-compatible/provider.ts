/** Any server with OpenAI's chat completions: llama.cpp's server, llama-swap, vLLM. */
import { readFile } from 'node:fs/promises'
import { AppError } from '../../errors/index.ts'
import { parseEndpoint } from '../endpoint.ts'
import { brokeOff, modelNotFound, overloaded, refused, type BackendName } from '../failures.ts'
import { parsePayload } from '../payload.ts'
import { DEFAULT_FIRST_TOKEN_TIMEOUT_MS, getJson, streamPayloads, type Refusal } from '../stream.ts'
import type { ChatChunk, ChatRequest, Provider } from '../types.ts'
import { chatEvent, modelsAnswer, refusalText, sseData, toSummary, toWire } from './wire.ts'

export interface OpenAiCompatibleOptions {
  /** Base address, with or without `/v1`. */
  endpoint: string
  /** File that holds the Bearer key; read on each request, so that a key can be changed without a restart. */
  apiKeyFile?: string | null
  /** Milliseconds for requests that name no limit of their own. */
  firstTokenTimeoutMs?: number
}

async function authHeaders(apiKeyFile: string | null): Promise<Record<string, string>> {
  if (apiKeyFile === null) return {}
  try {
    return { authorization: `Bearer ${(await readFile(apiKeyFile, 'utf8')).trim()}` }
  } catch (error) {
    throw new AppError('settings-invalid', `The key of the model backend cannot be read from ${apiKeyFile}.`, {
      hint: 'Check the setting local-workflows.backend.apiKeyFile and who may read that file.',
      cause: error,
    })
  }
}

/** llama-swap answers 400 and llama.cpp's router 400 or 404 for a name they do not know; vLLM 404. */
const UNKNOWN_MODEL = /model.*(not found|does not exist|unknown)|(could not find|unknown|no such|invalid).*model/i

function toError(backend: BackendName, model: string | null, { status, text, retryAfter }: Refusal): AppError {
  const said = refusalText(text)
  if (model !== null && (status === 404 || (status === 400 && UNKNOWN_MODEL.test(said))))
    return modelNotFound(model, undefined)
  // llama.cpp's server answers 503 while it loads the model.
  if (status === 503 || status === 429) return overloaded(backend, said, retryAfter)
  if (status !== 401 && status !== 403) return refused(backend, status, said)
  return new AppError('backend-error', `${backend.title} at ${backend.endpoint} does not accept the key.`, {
    hint: 'Put its key into the file that local-workflows.backend.apiKeyFile names.',
    details: { endpoint: backend.endpoint, status },
  })
}

/** Gathers what a `done` chunk says: usage comes in an event of its own after the last token, or not at all. */
function createTally() {
  const started = performance.now()
  const tally = { finish: null as 'stop' | 'length' | null, prompt: 0, completion: 0, pieces: 0 }
  const done = (finish: 'stop' | 'length'): ChatChunk => ({
    type: 'done',
    finishReason: finish,
    promptTokens: tally.prompt,
    // A server that reports no usage still sends one token an event.
    completionTokens: tally.completion === 0 ? tally.pieces : tally.completion,
    durationMs: performance.now() - started,
  })
  return { tally, done }
}

export function createOpenAiCompatibleProvider(options: OpenAiCompatibleOptions): Provider {
  const { apiKeyFile = null, firstTokenTimeoutMs = DEFAULT_FIRST_TOKEN_TIMEOUT_MS } = options
  const { base, shown } = parseEndpoint(options.endpoint.replace(/\/v1\/*$/, ''))
  const backend: BackendName = {
    title: 'The model server',
    endpoint: shown,
    howToStart:
      'Start it; the setting local-workflows.backend.endpoint names its address, local-workflows.backend.type its kind.',
  }
  const models = async (signal: AbortSignal | undefined) => {
    const refusal = (answer: Refusal) => toError(backend, null, answer)
    const headers = await authHeaders(apiKeyFile)
    return getJson({ url: new URL('v1/models', base), backend, refusal, headers, signal })
  }

  async function* chat(request: ChatRequest): AsyncGenerator<ChatChunk> {
    const { tally, done } = createTally()
    const events = streamPayloads({
      backend,
      url: new URL('v1/chat/completions', base),
      headers: { accept: 'text/event-stream', ...(await authHeaders(apiKeyFile)) },
      body: toWire(request),
      signal: request.signal,
      silenceMs: request.firstTokenTimeoutMs ?? firstTokenTimeoutMs,
      payload: sseData,
      refusal: (answer) => toError(backend, request.model, answer),
    })
    for await (const text of events) {
      if (text === '[DONE]') break
      const event = parsePayload(backend, text, chatEvent)
      if ('error' in event) throw brokeOff(backend, new Error(event.error))
      if (event.usage)
        Object.assign(tally, { prompt: event.usage.prompt_tokens, completion: event.usage.completion_tokens })
      const [choice] = event.choices
      if (choice?.finish_reason) tally.finish = choice.finish_reason === 'length' ? 'length' : 'stop'
      const { thought = '', content: token = '' } = choice?.delta ?? {}
      if (thought !== '') yield { type: 'thought', text: thought }
      if (token !== '') yield { type: 'token', text: token }
      tally.pieces += Number(thought !== '') + Number(token !== '')
    }
    if (tally.finish === null) throw brokeOff(backend, new Error('the answer ended without a finish_reason'))
    yield done(tally.finish)
  }

  return {
    id: 'openai-compatible',
    endpoint: shown,
    capabilities: { chat: true, jsonOutput: true },
    list: async (signal) => parsePayload(backend, (await models(signal)).text, modelsAnswer).data.map(toSummary),
    chat,
    probe: async (signal) => ({ version: String((await models(signal)).headers.server ?? 'unknown') }),
  }
}
