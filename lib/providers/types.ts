/** What the core asks of a model backend. Vendors' wire formats stay inside `lib/providers/<id>/`. */

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface ChatRequest {
  model: string
  messages: readonly ChatMessage[]
  /** JSON Schema (2020-12) that the answer must satisfy; the backend constrains its decoding to it. */
  format?: Readonly<Record<string, unknown>>
  /** Sampling temperature, 0 = deterministic; the backend's own default when absent. */
  temperature?: number
  /** Most tokens to generate. */
  maxTokens?: number
  /** Milliseconds until the first token, model loading included, before `backend-timeout`; no later silence may be longer either. */
  firstTokenTimeoutMs?: number
  /** Aborting it must make the backend stop generating, within a second. */
  signal: AbortSignal
}

/** One piece of a streamed answer; the last one is `done`. */
export type ChatChunk =
  | { type: 'token'; text: string }
  /** A piece of what a model says to itself before it answers; it costs tokens as the answer does. */
  | { type: 'thought'; text: string }
  | {
      type: 'done'
      finishReason: 'stop' | 'length'
      promptTokens: number
      /** Of the thoughts too. */
      completionTokens: number
      durationMs: number
    }

export interface ModelSummary {
  name: string
  /** Bytes on disk, where the backend says. */
  sizeBytes: number | null
  digest: string | null
  family: string | null
  /** e.g. `270M`, as the backend words it. */
  parameterSize: string | null
}

export interface ProviderCapabilities {
  chat: boolean
  /** Can constrain an answer to a JSON Schema. */
  jsonOutput: boolean
}

/**
 * A model backend. Errors thrown are `AppError`s: `no-model-backend` (cannot connect), `model-not-found`, `backend-error`
 * (answered wrongly, including a malformed chunk), `backend-timeout`, `cancelled`.
 */
export interface Provider {
  readonly id: string
  /** Address, free of secrets, to show to a person; null for the built-in engine. */
  readonly endpoint: string | null
  readonly capabilities: ProviderCapabilities
  /** What to do to have this model on the backend, e.g. a command; absent where a person cannot add models. */
  howToGet?(model: string): string
  list(signal?: AbortSignal): Promise<ModelSummary[]>
  /** Streams an answer. Ending the iteration early stops the backend as the signal does. */
  chat(request: ChatRequest): AsyncIterable<ChatChunk>
  /** Backend version; throws `no-model-backend` when nothing answers. */
  probe(signal?: AbortSignal): Promise<{ version: string }>
}
