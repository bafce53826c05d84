/**
 * A model registry on this machine, with faults on request: manifests at `localhost`, files behind a redirect to
 * `127.0.0.1`, since Ollama takes a redirect to another host name only.
 */
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { blobPath } from '../folder.ts'
import type { Manifest } from '../manifest.ts'

/** Where the bytes of a file come from. */
type Source = { path: string; size: number } | { data: Buffer; size: number }

export interface FileRequest {
  digest: string
  /** First and last byte asked for. */
  from: number
  to: number
}

export interface TestRegistry {
  /** `localhost:PORT`, as it stands in names of models. */
  host: string
  /** Requests for the bytes of files, in order. */
  fetched: FileRequest[]
  /** Bytes of files sent so far. */
  sent(): number
  manifests: Map<string, Manifest>
  /** Offers a file; gives its entry for a manifest. */
  file(data: Buffer | string, mediaType: string): Manifest['config']
  /** Offers every file of a folder of Ollama's that a manifest names. */
  filesOf(folder: string, manifest: Manifest): void
  /** Has this many bytes of a file go out over all its connections, then cuts them, and every later one. */
  cut: Map<string, number>
  /** How fast files go out, over all connections together. */
  bytesPerSecond: number
  /** Files in which one byte comes out wrong. */
  wrong: Set<string>
  /** Resolves when a connection was cut. */
  wasCut(): Promise<void>
  close(): Promise<void>
}

const hashOf = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`

function bytesOf(source: Source, from: number, to: number): AsyncIterable<Buffer> | Buffer[] {
  if ('data' in source) return [source.data.subarray(from, to + 1)]
  return createReadStream(source.path, { start: from, end: to }) as AsyncIterable<Buffer>
}

/** Resolves when more can be written, or never will be. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.on('drain', go).on('close', go)
  })
}

export async function startRegistry(): Promise<TestRegistry> {
  const files = new Map<string, Source>()
  const manifests = new Map<string, Manifest>()
  const fetched: FileRequest[] = []
  const cut = new Map<string, number>()
  const wrong = new Set<string>()
  const cutting = Promise.withResolvers<undefined>()
  const sentOf = new Map<string, number>()
  let sent = 0
  let nextAt = 0

  const paced = async (bytes: number) => {
    if (registry.bytesPerSecond === Infinity) return
    nextAt = Math.max(nextAt, performance.now()) + (bytes * 1000) / registry.bytesPerSecond
    await sleep(Math.max(0, nextAt - performance.now()))
  }

  const sendFile = async (request: IncomingMessage, response: ServerResponse, digest: string, source: Source) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    const from = Number(range?.[1] ?? 0)
    const to = Number(range?.[2] ?? source.size - 1)
    fetched.push({ digest, from, to })
    response.writeHead(206, { 'content-length': to - from + 1, 'content-range': `bytes ${from}-${to}/${source.size}` })
    const limit = cut.get(digest) ?? Infinity
    let at = from
    for await (const part of bytesOf(source, from, to)) {
      if (response.destroyed) return
      const already = sentOf.get(digest) ?? 0
      const room = Math.max(0, limit - already)
      const chunk = Buffer.from(part.subarray(0, room))
      if (wrong.has(digest) && at === 0 && chunk.length > 0) chunk[0] = (chunk[0] ?? 0) ^ 0xff
      const flowing = response.write(chunk)
      at += chunk.length
      sent += chunk.length
      sentOf.set(digest, already + chunk.length)
      if (room < part.length) {
        // What was written must be on its way before the connection is cut.
        setTimeout(() => {
          response.destroy()
          cutting.resolve(undefined)
        }, 50)
        return
      }
      if (!flowing) await drained(response)
      await paced(chunk.length)
    }
    response.end()
  }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, , namespace = '', model = '', kind, last = ''] = (request.url ?? '').split('/')
    const manifest = kind === 'manifests' ? manifests.get(`${namespace}/${model}:${last}`) : undefined
    const source = kind === 'blobs' ? files.get(last) : undefined
    if (manifest !== undefined) response.writeHead(200).end(JSON.stringify(manifest))
    else if (source === undefined) response.writeHead(404).end()
    else if (request.method === 'HEAD') response.writeHead(200, { 'content-length': source.size }).end()
    else if (request.headers.host?.startsWith('localhost') === true)
      response.writeHead(307, { location: `http://127.0.0.1:${port}${request.url ?? ''}` }).end()
    else await sendFile(request, response, last, source)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the registry has no port')
  const { port } = address

  const registry: TestRegistry = {
    host: `localhost:${port}`,
    fetched,
    sent: () => sent,
    manifests,
    file: (data, mediaType) => {
      const bytes = Buffer.from(data)
      const digest = hashOf(bytes)
      files.set(digest, { data: bytes, size: bytes.length })
      return { mediaType, digest, size: bytes.length }
    },
    filesOf: (folder, manifest) => {
      for (const { digest } of [manifest.config, ...manifest.layers]) {
        const path = join(folder, 'blobs', digest.replace(':', '-'))
        files.set(digest, { path, size: statSync(path).size })
      }
    },
    cut,
    wrong,
    bytesPerSecond: Infinity,
    wasCut: () => cutting.promise,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return registry
}

/** The manifest of a model in a folder of Ollama's. @param name e.g. `library/gemma3-270m/latest` */
export function manifestIn(folder: string, name: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'manifests', 'registry.ollama.ai', name), 'utf8')) as Manifest
}

/** Offers a model of random bytes: it can be pulled and hashed, and answers nothing. */
export function offerDummy(registry: TestRegistry, name: string, data: Buffer): Manifest {
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: registry.file(
      '{"model_format":"gguf","model_family":"dummy","rootfs":{"type":"layers","diff_ids":[]}}',
      'application/vnd.docker.container.image.v1+json',
    ),
    layers: [registry.file(data, 'application/vnd.ollama.image.model')],
  }
  registry.manifests.set(`library/${name}`, manifest)
  return manifest
}

const PARAMETERS = 'application/vnd.ollama.image.params'

/**
 * Offers the files of the test model, with one thread: where others take the processor too, several wait for each other most
 * of the time.
 * @param models folder of Ollama's that has it
 */
export function offerTestModel(registry: TestRegistry, models: string): Manifest {
  const original = manifestIn(models, 'library/gemma3-270m/latest')
  registry.filesOf(models, original)
  const layers = original.layers.map((layer) => {
    if (layer.mediaType !== PARAMETERS) return layer
    const parameters = JSON.parse(readFileSync(blobPath(models, layer.digest), 'utf8')) as object
    return registry.file(JSON.stringify({ ...parameters, num_thread: 1 }), PARAMETERS)
  })
  return { ...original, layers }
}
