/** What a test of the journal works in: a folder and a store of its own, a clock that stands still, a model that can be given. */
import { mkdtemp, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings } from '#lib/config/index.ts'
import { AppError } from '#lib/errors/index.ts'
import { silentLogger } from '#lib/logging/index.ts'
import type { OperationContext, Principal } from '#lib/operations/types.ts'
import type { ChatRequest, ModelClient } from '#lib/providers/index.ts'
import { openStore } from '#lib/store/index.ts'

const LOCAL: Principal = { kind: 'local', id: 'local', name: 'local', scopes: ['admin'] }
export const KEY: Principal = { kind: 'key', id: 'key_1', name: 'script', scopes: ['run', 'read'] }

/** A model client: without an answer there is no model. */
export function modelClient(answer?: (request: ChatRequest) => string): ModelClient {
  const missing = new AppError('no-model-backend', 'No model backend answers.')
  const text = (request: ChatRequest) => {
    if (answer === undefined) throw missing
    return answer(request)
  }
  return {
    id: 'test',
    endpoint: null,
    capabilities: { chat: true, jsonOutput: true },
    list: () => Promise.resolve([]),
    find: (name) => Promise.resolve(answer === undefined ? { found: false, error: missing } : { found: true, name }),
    async *chat(request) {
      yield await Promise.resolve({ type: 'token' as const, text: text(request) })
    },
    complete: (request) =>
      Promise.resolve({ text: text(request), promptTokens: 1, completionTokens: 1, durationMs: 1 }),
  }
}

export interface Workbench extends AsyncDisposable {
  folder: string
  context: OperationContext
  /** The same with something else in the context. */
  with(changes: Partial<OperationContext>): OperationContext
  /** The same with the clock at another time. */
  at(now: string): OperationContext
}

/** @param journaling values of `local-workflows.journaling`; the entries go into `<folder>/journal`; `localWorkflows` has further settings */
export async function workbench(
  journaling: Record<string, unknown> = {},
  now = '2026-03-10T12:00:00Z',
  localWorkflows: Record<string, unknown> = {},
): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-journal-'))
  const store = openStore(join(folder, 'state', 'hwc-ai.db'))
  const config = {
    'local-workflows': { ...localWorkflows, journaling: { outputDir: join(folder, 'journal'), ...journaling } },
  }
  const { settings } = loadSettings({
    env: { HOME: folder, HWC_AI_CONFIG: '/config.json' },
    readFile: (path) => (path === '/config.json' ? JSON.stringify(config) : readFileSync(path, 'utf8')),
    stateDir: join(folder, 'state'),
  })
  const context: OperationContext = {
    settings,
    store,
    models: modelClient(),
    principal: LOCAL,
    signal: new AbortController().signal,
    now: () => new Date(now),
    log: silentLogger,
    stateDir: join(folder, 'state'),
    runId: null,
    http: null,
    emit: () => undefined,
    engine: () => undefined,
  }
  const withChanges = (changes: Partial<OperationContext>) => ({ ...context, ...changes })
  return {
    folder,
    context,
    with: withChanges,
    at: (time) => withChanges({ now: () => new Date(time) }),
    async [Symbol.asyncDispose]() {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
