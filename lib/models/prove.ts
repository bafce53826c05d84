/** Whether a model is really there: its files are what their names say, and it answers. */
import { unlink } from 'node:fs/promises'
import { AppError, isSystemError } from '../errors/index.ts'
import { blobPath, type ModelFolder, missingFile, type StoredModel, storedModel } from './folder.ts'
import { folderOf } from './gather.ts'
import { hashFiles } from './hash.ts'
import { blobsOf } from './manifest.ts'
import { modelKey } from './name.ts'
import { tryModel } from './try-model.ts'
import type { ModelWork } from './work.ts'

export type Proof =
  | { ok: true; digest: string; hashed: boolean; tokensPerSecond: number | null }
  | { ok: false; error: AppError; damaged: string[] }

function failed(error: AppError, damaged: string[] = []): Proof {
  return { ok: false, error, damaged }
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
): Promise<Proof | null> {
  const missing = await missingFile(folder, manifest)
  if (missing !== null)
    return failed(new AppError('backend-error', `"${name}" is not whole: ${missing}.`, { hint: 'It is pulled again.' }))
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
    return failed(
      new AppError('backend-error', `A file of "${name}" could not be read: ${unread.found.reason}.`, {
        hint: 'Check the disk that it lies on.',
      }),
    )
  const damaged = readings
    .filter(({ digest, found }) => found !== undefined && 'sha256' in found && `sha256:${found.sha256}` !== digest)
    .map(({ digest }) => digest)
  const [first] = damaged
  if (first === undefined) return null
  return failed(
    new AppError(
      'backend-error',
      `A file of "${name}" is damaged: ${paths.get(first) ?? first} holds other bytes than its manifest says.`,
      {
        hint: 'It is pulled again. If this comes back, check the disk and the memory of this machine.',
      },
    ),
    await discard(paths, damaged),
  )
}

/**
 * Checks a model that Ollama lists.
 * @throws AppError `no-model-backend`, `backend-busy`, `cancelled`: these say nothing about the model
 */
export async function prove(work: ModelWork, name: string): Promise<Proof> {
  const listed = await work.admin.list(work.signal)
  const there = listed.find((model) => modelKey(model.name) === modelKey(name))
  if (there === undefined || there.digest === null)
    return failed(
      new AppError('model-not-found', `Ollama does not list "${name}", although it was pulled.`, {
        hint: 'Its own log says why; a damaged configuration file of the model is the usual reason.',
      }),
    )
  const { folder } = await folderOf(work, listed)
  const stored = storedModel(folder, there.name, there.digest)
  const fault =
    folder === null || stored === null ? null : await checkFiles(work, folder, { ...stored, name: there.name })
  if (fault !== null) return fault
  const hashed = stored !== null
  if (!work.settings.modelValidation.enable) return { ok: true, digest: there.digest, hashed, tokensPerSecond: null }
  work.emit({ type: 'step', message: `Asking ${there.name} something` })
  const { test, error } = await tryModel(work, there.name, there.digest)
  return error === null
    ? { ok: true, digest: there.digest, hashed, tokensPerSecond: test.tokensPerSecond }
    : failed(error)
}
