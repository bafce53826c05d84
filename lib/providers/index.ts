import type { AppError } from '../errors/index.ts'
import type { ChatChunk, ChatRequest, ModelSummary, ProviderCapabilities } from './types.ts'

export type * from './types.ts'
export { createModelClient, type ModelClientOptions, type QueuedModelClient } from './client.ts'
export { completeJson } from './complete-json.ts'
export { createClientFromSettings, createProvider, type BackendSettings } from './create-provider.ts'
export type { QueueStats } from './queue.ts'

/** The model backend as workflows see it: behind its bounded queue, with errors that say what to do. */
export interface ModelClient {
  /** Provider id, e.g. `ollama`. */
  readonly id: string
  readonly endpoint: string | null
  readonly capabilities: ProviderCapabilities
  /** Models on the backend, at most a few seconds old; throws `no-model-backend`. */
  list(signal?: AbortSignal): Promise<ModelSummary[]>
  /**
   * Whether this model can be used now. Never throws: workflows that do without a model give `error.message` as the reason.
   * `name` is the backend's own full name (`llama3.2` → `llama3.2:latest`).
   */
  find(name: string, signal?: AbortSignal): Promise<{ found: true; name: string } | { found: false; error: AppError }>
  /** Streams an answer; waits its turn in the queue; throws `backend-busy` with `retryAfterSeconds` when the queue is full. */
  chat(request: ChatRequest): AsyncIterable<ChatChunk>
  /** The whole answer at once. */
  complete(
    request: ChatRequest,
  ): Promise<{ text: string; promptTokens: number; completionTokens: number; durationMs: number }>
}
