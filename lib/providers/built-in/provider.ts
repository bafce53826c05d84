/** The engine that needs no model: rules and templates do the work, so it lists nothing and cannot chat. */
import { AppError } from '../../errors/index.ts'
import { HOW_TO_GET_A_BACKEND } from '../failures.ts'
import type { Provider } from '../types.ts'

export function noBackendConfigured(): AppError {
  return new AppError(
    'no-model-backend',
    'No model backend is set up: only the built-in engine runs here, and it cannot chat.',
    {
      hint: HOW_TO_GET_A_BACKEND,
    },
  )
}

export function createBuiltInProvider(): Provider {
  return {
    id: 'built-in',
    endpoint: null,
    capabilities: { chat: false, jsonOutput: false },
    list: () => Promise.resolve([]),
    chat: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(noBackendConfigured()) }) }),
    probe: () => Promise.reject(noBackendConfigured()),
  }
}
