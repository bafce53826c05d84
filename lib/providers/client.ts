import { AppError, toAppError } from '../errors/index.ts'
import { noBackendConfigured } from './built-in/provider.ts'
import { notThere, resolveName } from './find-model.ts'
import type { ModelClient } from './index.ts'
import { createModelList } from './model-list.ts'
import { createQueue, type QueueOptions, type QueueStats } from './queue.ts'
import type { ChatChunk, ChatRequest, Provider } from './types.ts'

/** The model client of a process, with what its status pages show. */
export interface QueuedModelClient extends ModelClient {
  /** How many calls run and wait now. */
  stats(): QueueStats
  /** Backend version; throws `no-model-backend` when nothing answers. Does not wait in the queue. */
  probe(signal?: AbortSignal): Promise<{ version: string }>
}

export interface ModelClientOptions extends QueueOptions {
  provider: Provider
}

/** Puts the bounded queue in front of a provider and words its errors for people. One per backend and process. */
export function createModelClient({
  provider,
  clock = () => performance.now(),
  ...options
}: ModelClientOptions): QueuedModelClient {
  const queue = createQueue({ ...options, clock })
  const list = createModelList(provider, clock)

  const find: ModelClient['find'] = async (name, signal) => {
    if (!provider.capabilities.chat) return { found: false, error: noBackendConfigured() }
    try {
      const models = await list(signal)
      const found = resolveName(name, models)
      if (found !== undefined) return { found: true, name: found }
      return { found: false, error: notThere(name, models, provider.howToGet?.(name)) }
    } catch (error) {
      return { found: false, error: toAppError(error) }
    }
  }

  /** A backend only says that it lacks the model; the list says which ones it has. */
  const explain = async (error: unknown, model: string): Promise<unknown> => {
    if (!(error instanceof AppError) || error.code !== 'model-not-found') return error
    const answer = await find(model)
    return answer.found || answer.error.code !== 'model-not-found' ? error : answer.error
  }

  async function* chat(request: ChatRequest): AsyncGenerator<ChatChunk> {
    const leave = await queue.enter(request.signal)
    try {
      yield* provider.chat(request)
    } catch (error) {
      throw await explain(error, request.model)
    } finally {
      leave()
    }
  }

  const complete: ModelClient['complete'] = async (request) => {
    let text = ''
    for await (const chunk of chat(request)) {
      if (chunk.type === 'token') text += chunk.text
      else if (chunk.type === 'done') return { text, ...chunk }
    }
    throw new AppError('backend-error', 'The model backend ended its answer without saying that it was done.')
  }

  return {
    id: provider.id,
    endpoint: provider.endpoint,
    capabilities: provider.capabilities,
    list,
    find,
    chat,
    complete,
    stats: () => queue.stats(),
    probe: (signal) => provider.probe(signal),
  }
}
