/** What a registry has, asked without pulling anything: the manifest of a model, a few hundred bytes. */
import { messageOf } from '../errors/index.ts'
import { manifestSchema, sha256, type Manifest } from './manifest.ts'
import type { ModelName } from './name.ts'

const TIMEOUT_MS = 15_000
const LARGEST_BYTES = 4_000_000
const ACCEPT = 'application/vnd.docker.distribution.manifest.v2+json'

/** What a registry says of one model. */
export type Upstream =
  | { state: 'found'; manifest: Manifest; /** SHA-256 of the manifest as sent. */ digest: string }
  /** It has no such model. */
  | { state: 'missing' }
  /** It could not be asked. */
  | { state: 'unknown'; reason: string }

/** How a model's registry is reached. */
export interface RegistryAccess {
  /** Hosts that may be spoken to without TLS. */
  insecureRegistries: readonly string[]
}

/** Whether a model's registry is spoken to in plain HTTP: only where a person has listed its host. */
export function isInsecure(name: ModelName, { insecureRegistries }: RegistryAccess): boolean {
  return insecureRegistries.some((host) => host.toLowerCase() === name.host.toLowerCase())
}

function why(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return messageOf(cause)
}

async function readLimited(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > LARGEST_BYTES) throw new Error('its answer is too long for a manifest')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/**
 * Asks a registry for a model's manifest. Never throws, except when `signal` is aborted.
 * A registry that asks for a sign-in is `unknown`: Ollama holds the key, this app does not.
 */
export async function askRegistry(name: ModelName, access: RegistryAccess, signal: AbortSignal): Promise<Upstream> {
  const scheme = isInsecure(name, access) ? 'http' : 'https'
  const url = `${scheme}://${name.host}/v2/${name.namespace}/${name.model}/manifests/${name.tag}`
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    // A redirect could lead from TLS to plain HTTP, so none is followed.
    const response = await fetch(url, { headers: { accept: ACCEPT }, redirect: 'manual', signal: limited })
    if (response.status === 404) return { state: 'missing' }
    if (!response.ok) return { state: 'unknown', reason: `${name.host} answered with status ${response.status}` }
    const text = await readLimited(response)
    return { state: 'found', manifest: manifestSchema.parse(JSON.parse(text.toString('utf8'))), digest: sha256(text) }
  } catch (error) {
    signal.throwIfAborted()
    return { state: 'unknown', reason: `${name.host} could not be asked: ${why(error)}` }
  }
}
