/** Manifests: which files a model is made of. The same document at a registry and in Ollama's model folder. */
import { createHash } from 'node:crypto'
import * as z from 'zod'

const digest = z.string().regex(/^sha256[:-][0-9a-f]{64}$/)

const layer = z.object({
  mediaType: z.string().default(''),
  digest,
  size: z.number().nonnegative(),
  from: z.string().optional(),
  name: z.string().optional(),
})

export const manifestSchema = z.object({
  schemaVersion: z.number(),
  mediaType: z.string().default(''),
  config: layer,
  layers: z.array(layer),
})
export type Manifest = z.output<typeof manifestSchema>

/** One file of a model. */
export interface Blob {
  /** `sha256:…` */
  digest: string
  sizeBytes: number
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Every file of a model once. */
export function blobsOf({ config, layers }: Manifest): Blob[] {
  const all = [...layers, config].map(({ digest: written, size }) => ({
    digest: written.replace('-', ':'),
    sizeBytes: size,
  }))
  return [...new Map(all.map((blob) => [blob.digest, blob])).values()]
}

/** Go writes these as escapes, so that JSON can stand in a web page. */
const ESCAPES: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }

const present = (text: string | undefined) => text !== undefined && text !== ''

function asOllamaWrites({ mediaType, digest: written, size, from, name }: z.output<typeof layer>) {
  const rest = { ...(present(from) ? { from } : {}), ...(present(name) ? { name } : {}) }
  return { mediaType, digest: written, size, ...rest }
}

/**
 * The digest that Ollama will list for this manifest once it is pulled: Ollama writes the manifest anew, in the order of
 * its own fields (`manifest/manifest.go`), and takes the SHA-256 of that.
 */
export function digestOnceStored({ schemaVersion, mediaType, config, layers }: Manifest): string {
  const stored = { schemaVersion, mediaType, config: asOllamaWrites(config), layers: layers.map(asOllamaWrites) }
  return sha256(JSON.stringify(stored).replace(/[<>&]/g, (char) => ESCAPES[char] ?? char))
}

/** Whether two manifests name the same files in the same order. */
export function sameFiles(one: Manifest, other: Manifest): boolean {
  const list = ({ config, layers }: Manifest) =>
    [config, ...layers].map((entry) => entry.digest.replace('-', ':')).join()
  return list(one) === list(other)
}
