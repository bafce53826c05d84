/**
 * A scripted Ollama that keeps models in a folder as the real one does, and pulls more, slowly, from a registry that it
 * plays itself: `/v2/…/manifests/…` is what the app asks before a pull.
 */
import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const STEPS = 20
const TOKENS = 32
const DEFAULT_HOST = 'registry.ollama.ai'

interface Stock {
  manifest: string
  /** SHA-256 of the manifest. */
  digest: string
  /** The files, by their digest. */
  blobs: Map<string, Buffer>
  size: number
}

export interface StockedOllama {
  url: string
  /** Where a model to pull is: `REGISTRY/library/NAME:TAG`. */
  registry: string
  /** Folder of the models, as `ollama.dataDir`. */
  dataDir: string
  /** Milliseconds between two signs of life of a pull. */
  gapMs: number
  /** Tokens per second of the next tests. */
  speed: number
  /** Puts a model into the folder. */
  add(name: string, bytes: number): Promise<void>
  /** Has the registry offer a model. @param name `library/NAME:TAG` */
  offer(name: string, bytes: number): void
  names(): string[]
  close(): Promise<void>
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')

/** A model of so many bytes; one of the same size is the same model. */
function stock(bytes: number): Stock {
  const blobs = new Map<string, Buffer>()
  const file = (data: Buffer, mediaType: string) => {
    const digest = `sha256:${sha256(data)}`
    blobs.set(digest, data)
    return { mediaType, digest, size: data.length }
  }
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: file(Buffer.from('{"model_format":"gguf"}'), 'application/vnd.docker.container.image.v1+json'),
    layers: [file(Buffer.alloc(bytes, `${bytes}`), 'application/vnd.ollama.image.model')],
  })
  const size = [...blobs.values()].reduce((sum, { length }) => sum + length, 0)
  return { manifest, digest: sha256(manifest), blobs, size }
}

/** Folders and file of a manifest: `HOST/NAMESPACE/MODEL/TAG`. */
function placeOf(name: string): string {
  const colon = name.lastIndexOf(':')
  const path = name.slice(0, colon).split('/')
  const whole = path.length === 1 ? [DEFAULT_HOST, 'library', ...path] : path
  return join(...whole, name.slice(colon + 1))
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const parts: Uint8Array[] = []
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part)
  return parts.length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, string>)
}

/** @param folder an empty one */
export async function startStockedOllama(folder: string): Promise<StockedOllama> {
  const here = new Map<string, Stock>()
  const offers = new Map<string, Stock>()
  await mkdir(join(folder, 'models', 'blobs'), { recursive: true })
  await mkdir(join(folder, 'models', 'manifests'), { recursive: true })
  const manifestPath = (name: string) => join(folder, 'models', 'manifests', placeOf(name))

  const keep = async (name: string, model: Stock) => {
    for (const [digest, data] of model.blobs)
      await writeFile(join(folder, 'models', 'blobs', digest.replace(':', '-')), data)
    await mkdir(join(manifestPath(name), '..'), { recursive: true })
    await writeFile(manifestPath(name), model.manifest)
    here.set(name, model)
  }

  const pull = async (name: string, say: (line: object) => void, isGone: () => boolean) => {
    const model = offers.get(name.replace(`${fake.registry}/`, ''))
    if (model === undefined) {
      say({ error: 'pull model manifest: file does not exist' })
      return
    }
    say({ status: 'pulling manifest' })
    for (const [digest, { length }] of model.blobs)
      for (let step = 1; step <= STEPS; step += 1) {
        say({ status: 'pulling', digest, total: length, completed: Math.floor((length * step) / STEPS) })
        await sleep(length < 1000 ? 0 : fake.gapMs)
        if (isGone()) return
      }
    await keep(name, model)
    say({ status: 'verifying sha256 digest' })
    say({ status: 'success' })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? ''
    const say = (line: object) => void response.write(`${JSON.stringify(line)}\n`)
    const body = await bodyOf(request)
    const name = body['model'] ?? ''
    const offered = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(path)
    const model = here.get(name)
    if (offered !== null) {
      const found = offers.get(`${offered[1] ?? ''}:${offered[2] ?? ''}`)
      response.writeHead(found === undefined ? 404 : 200).write(found?.manifest ?? '')
    } else if (path === '/api/version') say({ version: '0.0.0-fake' })
    else if (path === '/api/tags')
      say({ models: [...here].map(([key, { size, digest }]) => ({ name: key, model: key, size, digest })) })
    else if (path === '/api/ps') say({ models: [...here].map(([key]) => ({ name: key, size: 100, size_vram: 100 })) })
    else if (path === '/api/pull') await pull(name, say, () => response.destroyed)
    else if (model === undefined) response.writeHead(404).write(JSON.stringify({ error: `model '${name}' not found` }))
    else if (path === '/api/delete') {
      here.delete(name)
      await rm(manifestPath(name))
    } else if (path === '/api/chat') {
      say({ message: { role: 'assistant', content: 'Hello there' }, done: false })
      const evalNs = (TOKENS / fake.speed) * 1e9
      say({ done: true, done_reason: 'stop', eval_count: TOKENS, eval_duration: evalNs, total_duration: evalNs })
    } else say({ capabilities: ['completion'] })
    response.end()
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fake server has no port')
  const fake: StockedOllama = {
    url: `http://127.0.0.1:${address.port}`,
    registry: `127.0.0.1:${address.port}`,
    dataDir: folder,
    gapMs: 100,
    speed: 40,
    add: (name, bytes) => keep(name, stock(bytes)),
    offer: (name, bytes) => void offers.set(name, stock(bytes)),
    names: () => [...here.keys()],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return fake
}
