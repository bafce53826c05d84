/** Names of models as Ollama reads them: `[host/][namespace/]model[:tag]`. */
import { AppError } from '../errors/index.ts'

const DEFAULT_HOST = 'registry.ollama.ai'
const DEFAULT_NAMESPACE = 'library'
const DEFAULT_TAG = 'latest'

export interface ModelName {
  /** Registry, with its port when it has one. */
  host: string
  namespace: string
  model: string
  tag: string
  /** As Ollama lists it: what is usual is left out, the tag never. */
  full: string
}

const PART = /^[a-z0-9_][a-z0-9_.-]{0,79}$/i
const NAMESPACE = /^[a-z0-9_][a-z0-9_-]{0,79}$/i
const HOST = /^[a-z0-9_][a-z0-9_.:-]{0,349}$/i

/** The parts of a name, without a look at whether they are allowed. */
function split(text: string): Omit<ModelName, 'full'> {
  const bare = text.trim().replace(/^https?:\/\//i, '')
  const colon = bare.lastIndexOf(':')
  const hasTag = colon > bare.lastIndexOf('/')
  const path = (hasTag ? bare.slice(0, colon) : bare).split('/')
  const [model = '', namespace = DEFAULT_NAMESPACE, ...host] = path.reverse()
  return {
    host: host.length === 0 ? DEFAULT_HOST : host.reverse().join('/'),
    namespace,
    model,
    tag: hasTag ? bare.slice(colon + 1) : DEFAULT_TAG,
  }
}

function shorten({ host, namespace, model, tag }: Omit<ModelName, 'full'>): string {
  const where =
    host.toLowerCase() !== DEFAULT_HOST
      ? `${host}/${namespace}/`
      : namespace.toLowerCase() !== DEFAULT_NAMESPACE
        ? `${namespace}/`
        : ''
  return `${where}${model}:${tag}`
}

/**
 * Reads a name.
 * @returns null when Ollama would not take it
 */
export function readModelName(text: string): ModelName | null {
  const parts = split(text)
  const good =
    HOST.test(parts.host) && NAMESPACE.test(parts.namespace) && PART.test(parts.model) && PART.test(parts.tag)
  return good ? { ...parts, full: shorten(parts) } : null
}

/** @throws AppError `invalid-input` */
export function parseModelName(text: string): ModelName {
  const name = readModelName(text)
  if (name !== null) return name
  throw new AppError('invalid-input', `"${text}" is not the name of a model.`, {
    hint: 'Write it like llama3.2:3b, or host/namespace/model:tag for a registry of your own.',
  })
}

/** What two spellings of one name have in common: `llama3.2` and `LLaMA3.2:latest` are one. */
export function modelKey(text: string): string {
  return (readModelName(text)?.full ?? text.trim()).toLowerCase()
}

const KEPT = '-hwc-ai-kept'
const REJECTED = '-hwc-ai-rejected'
const LONGEST_TAG = 80

function withTag(name: ModelName, mark: string): string {
  return shorten({ ...name, tag: name.tag.slice(0, LONGEST_TAG - mark.length) + mark })
}

/** The name under which the former version is kept while a newer one proves itself. */
export function keptName(name: ModelName): string {
  return withTag(name, KEPT)
}

/** The name under which a newer version that failed waits to be removed. */
export function rejectedName(name: ModelName): string {
  return withTag(name, REJECTED)
}
