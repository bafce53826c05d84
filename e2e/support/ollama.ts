/** The Ollama of a journey: the real one where the machine has it, which is wherever CI is set. */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { realOllama, type ServedOllama, serveOllama } from '../../lib/models/testing/ollama.ts'
import { offerDummy, offerTestModel, startRegistry, type TestRegistry } from '../../lib/models/testing/registry.ts'
import { startFakeOllama } from '../fakes/ollama.ts'

const real = realOllama()

/** Whether there is none here, so that a journey that needs it cannot be made. */
export const NO_OLLAMA = real === null

if (NO_OLLAMA && process.env['CI'] !== undefined)
  throw new Error('HWC_AI_TEST_OLLAMA_BIN and HWC_AI_TEST_OLLAMA_MODELS must be set where CI is')

/** A model server that can be killed, and started again at the same address. */
export interface MortalOllama {
  url: string
  kill(): Promise<void>
  revive(): Promise<void>
}

/** Starts an Ollama with the test model; where there is no real one, a scripted one with a model of the given name. */
export async function startMortalOllama(model: string): Promise<MortalOllama> {
  const start = async (port?: number): Promise<{ url: string; kill: () => Promise<void> }> => {
    if (real === null) {
      const fake = await startFakeOllama([model], port)
      return { url: fake.url, kill: () => fake.close() }
    }
    const served = await serveOllama(real.program, real.models, port)
    return { url: served.url, kill: () => served.stop('SIGKILL') }
  }
  let current: Awaited<ReturnType<typeof start>> | null = await start()
  const { url } = current
  return {
    url,
    kill: async () => {
      await current?.kill()
      current = null
    },
    revive: async () => {
      current = await start(Number(new URL(url).port))
    },
  }
}

/** A real Ollama with a model folder and a registry of its own. */
export interface StockedOllama {
  url: string
  /** Folder of the models, as `ollama.dataDir`. */
  dataDir: string
  registry: TestRegistry
  /** Pulls what the registry has at a place, as someone would by hand. @returns its name */
  pull(place: string): Promise<string>
  /** Puts a model of bytes without sense there. @param name e.g. `old-one:7b` */
  stock(name: string, bytes: number): Promise<void>
  names(): Promise<string[]>
  kill(): Promise<void>
}

/** Places in the registry at which it offers the real model. */
export const OFFERED = 'library/tiny:1b'
export const KEPT = 'library/kept:1b'

async function post(ollama: ServedOllama, path: string, body: object, method = 'POST'): Promise<void> {
  const answer = await fetch(`${ollama.url}${path}`, { method, body: JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
}

/** @param folder an empty one */
export async function startStockedOllama(folder: string): Promise<StockedOllama> {
  if (real === null) throw new Error('there is no Ollama here')
  const models = join(folder, 'models')
  await mkdir(models, { recursive: true })
  const registry = await startRegistry()
  const manifest = offerTestModel(registry, real.models)
  for (const name of [OFFERED, KEPT]) registry.manifests.set(name, manifest)
  const ollama = await serveOllama(real.program, models)
  const pull = async (place: string) => {
    const model = `${registry.host}/${place}`
    await post(ollama, '/api/pull', { model, insecure: true, stream: false })
    return model
  }
  return {
    url: ollama.url,
    dataDir: folder,
    registry,
    pull,
    stock: async (name, bytes) => {
      offerDummy(registry, name, randomBytes(bytes))
      const pulled = await pull(`library/${name}`)
      await post(ollama, '/api/copy', { source: pulled, destination: name })
      await post(ollama, '/api/delete', { model: pulled }, 'DELETE')
    },
    names: async () => {
      const { models: listed } = (await (await fetch(`${ollama.url}/api/tags`)).json()) as {
        models: { name: string }[]
      }
      return listed.map(({ name }) => name)
    },
    kill: async () => {
      await ollama.stop('SIGKILL')
      await registry.close()
    },
  }
}
