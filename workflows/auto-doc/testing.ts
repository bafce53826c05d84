/** Auto-doc on a real store in memory, real files and a real provider that talks to a scripted server. */
import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type * as z from 'zod'
import { startFakeOllama } from '../../e2e/fakes/ollama.ts'
import { LOCAL_PRINCIPAL } from '#lib/auth/index.ts'
import { loadSettings } from '#lib/config/index.ts'
import { silentLogger } from '#lib/logging/index.ts'
import type { AnyOperation, OperationContext, Principal, RunEvent } from '#lib/operations/types.ts'
import { validateInput } from '#lib/operations/validate.ts'
import { createClientFromSettings } from '#lib/providers/index.ts'
import { openStore } from '#lib/store/index.ts'

export interface CallOptions {
  principal?: Principal
  signal?: AbortSignal
  onEvent?: (event: RunEvent) => unknown
  engine?: OperationContext['engine']
}

export const stranger: Principal = { kind: 'key', id: 'key_1', name: 'a key', scopes: ['read', 'run'] }

/**
 * @param files texts by path below a new folder, which is the only allowed one
 * @param autoDoc further values of `local-workflows.autoDoc`; `$FOLDER` stands for that folder
 * @param endpoint a real Ollama instead of the scripted one
 */
export async function startAutoDoc(
  files: Readonly<Record<string, string | Buffer>>,
  autoDoc: Record<string, unknown> = {},
  endpoint?: string,
) {
  const fake = await startFakeOllama()
  const store = openStore(':memory:')
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hwc-ai-autodoc-')))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  const tree = {
    'local-workflows': {
      ollamaEndpoint: endpoint ?? fake.url,
      autoDoc: { model: 'fake', allowedDirs: [join(folder, 'allowed')], ...autoDoc },
    },
  }
  const { settings } = loadSettings({
    env: { HOME: '/nonexistent', HWC_AI_CONFIG: '/config.json' },
    stateDir: '/nonexistent',
    readFile: () => JSON.stringify(tree).replaceAll('$FOLDER', folder),
  })
  const models = createClientFromSettings(settings)
  let clock = Date.parse('2026-03-01T10:00:00Z')
  const context = (options: CallOptions): OperationContext => ({
    settings,
    store,
    models,
    principal: options.principal ?? LOCAL_PRINCIPAL,
    signal: options.signal ?? new AbortController().signal,
    now: () => new Date((clock += 1000)),
    log: silentLogger,
    stateDir: '/nonexistent',
    http: null,
    runId: null,
    emit: options.onEvent ?? (() => undefined),
    engine: options.engine ?? (() => undefined),
  })
  return {
    fake,
    folder,
    store,
    path: (name: string) => join(folder, name),
    /** Runs an operation as the core does: input checked, output held to its schema. */
    call: async <Output extends z.ZodType>(
      operation: AnyOperation & { output: z.ZodType },
      output: Output,
      input: Record<string, unknown>,
      options: CallOptions = {},
    ): Promise<z.output<Output>> =>
      output.parse(
        operation.output.parse(await operation.run(validateInput(operation.input, input), context(options))),
      ),
    close: async () => {
      await store.close()
      await fake.close()
      await rm(folder, { recursive: true })
    },
  }
}

export type TestAutoDoc = Awaited<ReturnType<typeof startAutoDoc>>
