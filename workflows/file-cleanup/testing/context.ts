/** What an operation gets to work with, for tests: real settings, a real store, and a model that a test scripts. */
import { loadSettings } from '#lib/config/index.ts'
import { AppError } from '#lib/errors/index.ts'
import { silentLogger } from '#lib/logging/index.ts'
import type { OperationContext, RunEvent, Scope } from '#lib/operations/types.ts'
import type { ChatRequest, ModelClient } from '#lib/providers/index.ts'
import type { Scene } from './scene.ts'

/** A model that answers each question with what `reply` returns; without one, no backend answers. */
export function scriptedModels(reply?: (request: ChatRequest) => string): ModelClient {
  const gone = new AppError('no-model-backend', 'No model backend answers at 127.0.0.1:1.')
  return {
    id: 'scripted',
    endpoint: null,
    capabilities: { chat: true, jsonOutput: true },
    list: () => Promise.resolve([]),
    find: (name) => Promise.resolve(reply === undefined ? { found: false, error: gone } : { found: true, name }),
    chat: () => {
      throw gone
    },
    complete: (request) =>
      reply === undefined
        ? Promise.reject(gone)
        : Promise.resolve({ text: reply(request), promptTokens: 1, completionTokens: 1, durationMs: 1 }),
  }
}

export interface TestContext extends OperationContext {
  events: RunEvent[]
  engines: { engine: string; model?: string }[]
}

export function contextOf(
  scene: Scene,
  options: { scopes?: Scope[]; models?: ModelClient; signal?: AbortSignal; cleanup?: object } = {},
): TestContext {
  const fileCleanup = { watchDirs: [scene.root], ...options.cleanup }
  const { settings } = loadSettings({
    env: { HWC_AI_CONFIG: JSON.stringify({ 'local-workflows': { fileCleanup } }), HOME: scene.home },
    readFile: () => '',
    stateDir: scene.home,
  })
  const events: RunEvent[] = []
  const engines: { engine: string; model?: string }[] = []
  return {
    settings,
    store: scene.store,
    models: options.models ?? scriptedModels(),
    principal: { kind: 'key', id: 'key', name: 'key', scopes: options.scopes ?? ['read', 'run', 'apply'] },
    signal: options.signal ?? new AbortController().signal,
    now: () => new Date(),
    log: silentLogger,
    stateDir: scene.home,
    http: null,
    runId: 'run',
    emit: (event) => void events.push(event),
    engine: (used) => void engines.push(used),
    events,
    engines,
  }
}
