/** A machine for tests: a real Ollama on a model folder of its own, a store, and settings. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadSettings } from '../../config/index.ts'
import { silentLogger } from '../../logging/index.ts'
import type { RunEvent } from '../../operations/types.ts'
import { openStore, type Store } from '../../store/index.ts'
import type { ModelEntry } from '../desired.ts'
import { type ModelWork, modelWork } from '../work.ts'

/** A real Ollama program and a model folder that has the test model, or null. */
export function realOllama(): { program: string; models: string } | null {
  const program = process.env['HWC_AI_TEST_OLLAMA_BIN'] ?? ''
  const models = process.env['HWC_AI_TEST_OLLAMA_MODELS'] ?? ''
  return program === '' || models === '' ? null : { program, models }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export interface ServedOllama {
  url: string
  /** What it has logged. */
  log(): string
  stop(): Promise<void>
}

/** Starts `ollama serve` on a model folder and waits until it answers. */
export async function serveOllama(program: string, models: string): Promise<ServedOllama> {
  const url = `http://127.0.0.1:${await freePort()}`
  const env = { ...process.env, OLLAMA_HOST: url, OLLAMA_MODELS: models }
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-50_000)))
  const exited = once(child, 'exit')
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ollama serve ended\n${log}`)
    const answers = await fetch(`${url}/api/version`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (answers) break
    await sleep(50)
  }
  return {
    url,
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 5000)
      await exited
      clearTimeout(late)
    },
  }
}

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
