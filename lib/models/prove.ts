/** Whether a model is really there: its files are what their names say, and it answers. */
import { unlink } from 'node:fs/promises'
import { AppError, isSystemError } from '../errors/index.ts'
import { blobPath, type ModelFolder, missingFile, type StoredModel, storedModel } from './folder.ts'
import { folderOf } from './gather.ts'
import { hashFiles } from './hash.ts'
import { blobsOf } from './manifest.ts'
import type { ModelSummary } from '../providers/index.ts'
import { modelKey } from './name.ts'
import { tryModel } from './try-model.ts'
import type { ModelWork } from './work.ts'

export type Proof =
  | { ok: true; digest: string; hashed: boolean; tokensPerSecond: number | null }
  | { ok: false; error: AppError; damaged: string[] }

interface Fault {
  error: AppError
  /** Digests of damaged files that are still there. */
  damaged: string[]
}

function fault(error: AppError, damaged: string[] = []): Fault {
  return { error, damaged }
}

/** Takes damaged files away, so that the next pull fetches them. @returns those that could not be */
async function discard(paths: ReadonlyMap<string, string>, damaged: readonly string[]): Promise<string[]> {
  const left: string[] = []
  for (const digest of damaged)
    await unlink(paths.get(digest) ?? '').catch((error: unknown) => {
      if (!isSystemError(error)) throw error
      if (error.code !== 'ENOENT') left.push(digest)
    })
  return left
}

async function checkFiles(
  work: ModelWork,
  folder: ModelFolder,
  { name, manifest }: StoredModel,
  repair: boolean,
): Promise<Fault | null> {
  const missing = await missingFile(folder, manifest)
  if (missing !== null)
    return fault(new AppError('backend-error', `"${name}" is not whole: ${missing}.`, { hint: 'It is pulled again.' }))
  const blobs = blobsOf(manifest)
  const total = blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const paths = new Map(blobs.map(({ digest }) => [digest, blobPath(folder.path, digest)]))
  let done = 0
  const hashes = await hashFiles([...paths.values()], work.signal, (bytes) => {
    done += bytes
    work.emit({ type: 'progress', done, total, unit: 'bytes', message: `${name}: comparing with its manifest` })
  })
  const readings = [...paths].map(([digest, path]) => ({ digest, path, found: hashes.get(path) }))
  const unread = readings.find(({ found }) => found !== undefined && 'reason' in found)
  if (unread?.found !== undefined && 'reason' in unread.found)
    return fault(
      new AppError('backend-error', `A file of "${name}" could not be read: ${unread.found.reason}.`, {
        hint: 'Check the disk that it lies on.',
      }),
    )
  const damaged = readings
    .filter(({ digest, found }) => found !== undefined && 'sha256' in found && `sha256:${found.sha256}` !== digest)
    .map(({ digest }) => digest)
  const [first] = damaged
  if (first === undefined) return null
  return fault(
    new AppError(
      'backend-error',
      `A file of "${name}" is damaged: ${paths.get(first) ?? first} holds other bytes than its manifest says.`,
      {
        hint: 'It is pulled again. If this comes back, check the disk and the memory of this machine.',
      },
    ),
    repair ? await discard(paths, damaged) : [],
  )
}

/** What comparing the files of a model with its manifest came to; not `hashed` where its folder cannot be read from here. */
export interface FilesProof {
  hashed: boolean
  fault: Fault | null
}

/**
 * Compares the files of a model with its manifest.
 * @param repair take damaged files away, so that the next pull fetches them
 */
export async function proveFiles(
  work: ModelWork,
  { name, digest }: ModelSummary,
  listed: readonly ModelSummary[],
  repair: boolean,
): Promise<FilesProof> {
  const { folder } = await folderOf(work, listed)
  const stored = storedModel(folder, name, digest)
  if (folder === null || stored === null) return { hashed: false, fault: null }
  return { hashed: true, fault: await checkFiles(work, folder, { ...stored, name }, repair) }
}

/**
 * Checks a model that Ollama lists.
 * @throws AppError `no-model-backend`, `backend-busy`, `cancelled`: these say nothing about the model
 */
export async function prove(work: ModelWork, name: string): Promise<Proof> {
  const listed = await work.admin.list(work.signal)
  const there = listed.find((model) => modelKey(model.name) === modelKey(name))
  if (there === undefined || there.digest === null)
    return {
      ok: false,
      damaged: [],
      error: new AppError('model-not-found', `Ollama does not list "${name}", although it was pulled.`, {
        hint: 'Its own log says why; a damaged configuration file of the model is the usual reason.',
      }),
    }
  const files = await proveFiles(work, there, listed, true)
  if (files.fault !== null) return { ok: false, ...files.fault }
  const { hashed } = files
  if (!work.settings.modelValidation.enable) return { ok: true, digest: there.digest, hashed, tokensPerSecond: null }
  work.emit({ type: 'step', message: `Asking ${there.name} something` })
  const { test, error } = await tryModel(work, there.name, there.digest)
  return error === null
    ? { ok: true, digest: there.digest, hashed, tokensPerSecond: test.tokensPerSecond }
    : { ok: false, error, damaged: [] }
}
