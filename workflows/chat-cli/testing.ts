/** A chat on a real store in memory and a real provider that talks to a scripted server. */
import type * as z from 'zod'
import { startFakeOllama } from '../../e2e/fakes/ollama.ts'
import { LOCAL_PRINCIPAL } from '#lib/auth/index.ts'
import { loadSettings } from '#lib/config/index.ts'
import { silentLogger } from '#lib/logging/index.ts'
import type { Operation, OperationContext, RunEvent } from '#lib/operations/types.ts'
import { validateInput } from '#lib/operations/validate.ts'
import { createClientFromSettings } from '#lib/providers/index.ts'
import { openStore } from '#lib/store/index.ts'

export interface ChatTestOptions {
  /** Further values of `local-workflows.chatCli`. */
  chatCli?: Record<string, unknown>
  models?: readonly string[]
  backend?: Record<string, unknown>
}

/** Options of one call: what watchers see, and how it is stopped. */
export interface CallOptions {
  signal?: AbortSignal
  onEvent?: (event: RunEvent) => unknown
}

export async function startChat({ chatCli = {}, models = ['fake:latest'], backend = {} }: ChatTestOptions = {}) {
  const fake = await startFakeOllama(models)
  const store = openStore(':memory:')
  const tree = { 'local-workflows': { ollamaEndpoint: fake.url, backend, chatCli: { model: 'fake', ...chatCli } } }
  const loaded = loadSettings({
    env: { HOME: '/nonexistent', HWC_AI_CONFIG: '/config.json' },
    stateDir: '/nonexistent',
    readFile: () => JSON.stringify(tree),
  }).settings
  const local = loaded['local-workflows']
  const historyFile = 'historyFile' in chatCli ? local.chatCli.historyFile : store.file
  const settings = { ...loaded, 'local-workflows': { ...local, chatCli: { ...local.chatCli, historyFile } } }
  const clientModels = createClientFromSettings(settings)
  const clock = { now: new Date('2026-03-01T10:00:00Z') }

  const context = ({
    signal = new AbortController().signal,
    onEvent = () => undefined,
  }: CallOptions): OperationContext => ({
    settings,
    store,
    models: clientModels,
    principal: LOCAL_PRINCIPAL,
    signal,
    // Each look at the clock is a second later, so that orders are certain.
    now: () => (clock.now = new Date(clock.now.getTime() + 1000)),
    log: silentLogger,
    stateDir: '/nonexistent',
    http: null,
    runId: null,
    emit: onEvent,
    engine: () => undefined,
  })
  return {
    fake,
    store,
    settings,
    clock,
    /** Runs an operation as the core does: input checked, output held to its schema. */
    call: async <Input extends z.ZodObject, Output extends z.ZodType>(
      operation: Operation<Input, Output>,
      input: z.input<Input>,
      options: CallOptions = {},
    ): Promise<z.output<Output>> =>
      operation.output.parse(await operation.run(validateInput(operation.input, input), context(options))),
    close: async () => {
      await store.close()
      await fake.close()
    },
  }
}

export type TestChat = Awaited<ReturnType<typeof startChat>>
