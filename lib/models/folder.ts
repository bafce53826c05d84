/** Ollama's model folder as this app sees it: which files each model is made of, and whether they are there. */
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { judgeModelFolder } from '../health/checks/model-directory.ts'
import type { Outcome } from '../health/types.ts'
import { isSystemError } from '../errors/index.ts'
import type { ModelSummary } from '../providers/index.ts'
import { type Blob, blobsOf, type Manifest, manifestSchema, sha256 } from './manifest.ts'
import { modelKey } from './name.ts'

/** A model in the folder. */
export interface StoredModel {
  name: string
  /** SHA-256 of its manifest, which is what Ollama lists as its digest. */
  digest: string
  manifest: Manifest
}

export interface ModelFolder {
  path: string
  models: readonly StoredModel[]
}

/** `folder` is null when it cannot be read from here, or belongs to another Ollama than the one that answers. */
export interface FolderView {
  folder: ModelFolder | null
  /** Why there is none, in plain words. */
  reason: string | null
}

/** A container is given the folder itself; a server of its own keeps the models deeper. */
const PLACES = ['', 'models', '.ollama/models'] as const

/** Path of a file of a model. @param digest `sha256:…` */
export function blobPath(folder: string, digest: string): string {
  return join(folder, 'blobs', digest.replace(':', '-'))
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** The manifests lie at `manifests/HOST/NAMESPACE/MODEL/TAG`. Those that are damaged are passed over, as Ollama does. */
async function readModels(folder: string): Promise<StoredModel[]> {
  const root = join(folder, 'manifests')
  const files = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  })
  const found: StoredModel[] = []
  for (const file of files) {
    const [host, namespace, model, ...rest] = join(file.parentPath, file.name)
      .slice(root.length + 1)
      .split('/')
    const [tag] = rest
    if (!file.isFile() || rest.length !== 1 || tag === undefined || model === undefined) continue
    const text = await readFile(join(file.parentPath, file.name)).catch(() => null)
    const manifest = text === null ? null : parseManifest(text.toString('utf8'))
    if (text === null || manifest === null) continue
    found.push({ name: `${host ?? ''}/${namespace ?? ''}/${model}:${tag}`, digest: sha256(text), manifest })
  }
  return found
}

function parseManifest(text: string): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Whether what lies in a folder is what Ollama lists. */
function belongsTo(stored: readonly StoredModel[], listed: readonly ModelSummary[]): boolean {
  if (listed.length === 0) return true
  const digests = new Map(stored.map(({ name, digest }) => [modelKey(name), digest]))
  return listed.some(({ name, digest }) => digests.get(modelKey(name)) === digest)
}

/**
 * Finds Ollama's model folder at or below `dataDir`. Never throws.
 * @param listed what Ollama says it has: the folder must say the same
 */
export async function viewFolder(dataDir: string, listed: readonly ModelSummary[]): Promise<FolderView> {
  let reason = `${dataDir} holds no models of Ollama`
  for (const place of PLACES) {
    const path = join(dataDir, place)
    if (!(await isFolder(join(path, 'blobs')))) continue
    try {
      const models = await readModels(path)
      if (belongsTo(models, listed)) return { folder: { path, models }, reason: null }
      reason = `${path} is the folder of another Ollama`
    } catch (error) {
      reason = `${path} cannot be read from here${isSystemError(error) ? ` (${error.code ?? ''})` : ''}`
    }
  }
  return { folder: null, reason }
}

/** A model of the folder, when it is there in this version. */
export function storedModel(folder: ModelFolder | null, name: string, digest: string | null): StoredModel | null {
  const key = modelKey(name)
  return folder?.models.find((model) => modelKey(model.name) === key && model.digest === digest) ?? null
}

/** What is wrong with the files of a model without reading them: missing, or of another size; null when nothing is. */
export async function missingFile(folder: ModelFolder, manifest: Manifest): Promise<string | null> {
  for (const { digest, sizeBytes } of blobsOf(manifest)) {
    const path = blobPath(folder.path, digest)
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    )
    if (size === null) return `its file ${path} is not there`
    if (size !== sizeBytes) return `its file ${path} has ${size} bytes, but should have ${sizeBytes}`
  }
  return null
}

/** Bytes that still have to come, given what is there whole or in part. */
export async function bytesToCome(folder: string, blobs: readonly Blob[]): Promise<number> {
  let sum = 0
  for (const { digest, sizeBytes } of blobs) {
    const path = blobPath(folder, digest)
    const whole = await isThere(path)
    // A file that is still coming has its full length at once; what it takes on the disk is what has come.
    const part = whole
      ? sizeBytes
      : await stat(`${path}-partial`).then(
          ({ blocks }) => blocks * 512,
          () => 0,
        )
    sum += Math.max(0, sizeBytes - part)
  }
  return sum
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** The state of the folder as the health check words it; null where there is none that this machine should have. */
export async function judgeFolder({ enable, dataDir }: { enable: boolean; dataDir: string }): Promise<Outcome | null> {
  const exists = await lstat(dataDir).then(
    () => true,
    () => false,
  )
  return exists || enable ? await judgeModelFolder(dataDir) : null
}
