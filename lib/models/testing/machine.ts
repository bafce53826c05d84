/** A machine for tests: a store and settings beside an Ollama. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadSettings } from '../../config/index.ts'
import { silentLogger } from '../../logging/index.ts'
import type { RunEvent } from '../../operations/types.ts'
import { openStore, type Store } from '../../store/index.ts'
import type { ModelEntry } from '../desired.ts'
import { type ModelWork, modelWork } from '../work.ts'

export interface MachineOptions {
  folder: string
  ollamaUrl: string
  /** Folder above or of the models. */
  dataDir: string
  insecureRegistries: readonly string[]
  /** Whether models have to answer; those of random bytes cannot. */
  validate: boolean
}

export interface Machine {
  store: Store
  events: RunEvent[]
  /** The clock, which tests set on. */
  clock: { now: Date }
  /** What operations get, for these wanted models. */
  work(models: readonly ModelEntry[], signal?: AbortSignal): ModelWork
}

export function createMachine(options: MachineOptions): Machine {
  mkdirSync(options.folder, { recursive: true })
  const store = openStore(join(options.folder, 'hwc-ai.sqlite'))
  const events: RunEvent[] = []
  const clock = { now: new Date('2026-01-05T10:00:00Z') }
  return {
    store,
    events,
    clock,
    work: (models, signal = new AbortController().signal) => {
      const { settings } = loadSettings({
        env: {
          HWC_AI_CONFIG: JSON.stringify({
            'local-workflows': { ollamaEndpoint: options.ollamaUrl },
            ollama: {
              enable: true,
              models,
              dataDir: options.dataDir,
              insecureRegistries: options.insecureRegistries,
              modelValidation: { enable: options.validate, testPrompt: 'What is the capital of France?' },
            },
          }),
        },
        readFile: () => '',
        stateDir: options.folder,
      })
      return modelWork({
        settings,
        store,
        signal,
        now: () => clock.now,
        log: silentLogger,
        emit: (event) => void events.push(event),
        runId: null,
      })
    },
  }
}
