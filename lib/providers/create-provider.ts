import { createBuiltInProvider } from './built-in/provider.ts'
import { createModelClient, type QueuedModelClient } from './client.ts'
import { createOllamaProvider } from './ollama/provider.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible/provider.ts'
import type { Provider } from './types.ts'

/** The part of the settings that names the model backend. */
export interface BackendSettings {
  'local-workflows': {
    ollamaEndpoint: string
    backend: {
      type: 'ollama' | 'openai-compatible' | 'built-in'
      /** null: `ollamaEndpoint`. */
      endpoint: string | null
      apiKeyFile: string | null
      concurrency: number
      maxWaiting: number
      /** Seconds. */
      firstTokenTimeout: number
    }
  }
}

interface ProviderOptions {
  endpoint: string
  apiKeyFile: string | null
  firstTokenTimeoutMs: number
}

/** The registry: adding a provider is its folder and one line here. */
const PROVIDERS: Record<BackendSettings['local-workflows']['backend']['type'], (options: ProviderOptions) => Provider> =
  {
    ollama: createOllamaProvider,
    'openai-compatible': createOpenAiCompatibleProvider,
    'built-in': createBuiltInProvider,
  }

/** The provider that the settings name. Connects to nothing yet. */
export function createProvider(settings: BackendSettings): Provider {
  const { ollamaEndpoint, backend } = settings['local-workflows']
  return PROVIDERS[backend.type]({
    endpoint: backend.endpoint ?? ollamaEndpoint,
    apiKeyFile: backend.apiKeyFile,
    firstTokenTimeoutMs: backend.firstTokenTimeout * 1000,
  })
}

/** The model client that the settings describe: provider and queue. */
export function createClientFromSettings(settings: BackendSettings): QueuedModelClient {
  const { concurrency, maxWaiting } = settings['local-workflows'].backend
  return createModelClient({ provider: createProvider(settings), concurrency, maxWaiting })
}
