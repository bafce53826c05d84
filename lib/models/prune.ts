/** Removing models that nobody asked for, and how much space that frees. */
import { AppError } from '../errors/index.ts'
import type { ModelSummary } from '../providers/index.ts'
import { desiredModels } from './desired.ts'
import { type FolderView, storedModel } from './folder.ts'
import { folderOf } from './gather.ts'
import { alone } from './lock.ts'
import { blobsOf } from './manifest.ts'
import { keptName, modelKey, parseModelName, rejectedName } from './name.ts'
import type { ModelWork } from './work.ts'

export interface Prunable {
  name: string
  sizeBytes: number | null
  /** Bytes that only this model needs; null when the model folder cannot be read from here. */
  freesBytes: number | null
}

export interface Pruned {
  models: Prunable[]
  /** Bytes that go when all of them go: files that several share are counted once. */
  freesBytes: number
  /** False: the model folder cannot be read from here, so the sum is an estimate from the models' sizes. */
  exact: boolean
}

/** The bytes of the files that only these models need; null when the folder does not show them. */
export function freedBytes(
  removed: readonly ModelSummary[],
  listed: readonly ModelSummary[],
  { folder }: FolderView,
): number | null {
  const files = new Map<string, number>()
  for (const { name, digest } of removed) {
    const stored = storedModel(folder, name, digest)
    if (stored === null) return null
    for (const blob of blobsOf(stored.manifest)) files.set(blob.digest, blob.sizeBytes)
  }
  const gone = new Set(removed.map(({ name }) => modelKey(name)))
  for (const { name, digest } of listed) {
    if (gone.has(modelKey(name))) continue
    const stored = storedModel(folder, name, digest)
    if (stored === null) return null
    for (const blob of blobsOf(stored.manifest)) files.delete(blob.digest)
  }
  return [...files.values()].reduce((sum, size) => sum + size, 0)
}

/** The sizes of models, each version once. */
export function totalSize(models: readonly ModelSummary[]): number {
  const versions = new Map(models.map(({ name, digest, sizeBytes }) => [digest ?? name, sizeBytes ?? 0]))
  return [...versions.values()].reduce((sum, size) => sum + size, 0)
}

/** The names that stay whatever is asked: what is wanted, and what an update has put aside. */
function keptKeys({ settings }: ModelWork): Set<string> {
  const { models } = desiredModels(settings.models, settings)
  return new Set(models.flatMap(({ name }) => [name.full, keptName(name), rejectedName(name)].map(modelKey)))
}

function choose(work: ModelWork, listed: readonly ModelSummary[], names: readonly string[]): ModelSummary[] {
  const kept = keptKeys(work)
  const undeclared = listed.filter(({ name }) => !kept.has(modelKey(name)))
  if (names.length === 0) return undeclared
  return names.map((name) => {
    const key = modelKey(parseModelName(name).full)
    const found = undeclared.find((model) => modelKey(model.name) === key)
    if (found !== undefined) return found
    if (kept.has(key))
      throw new AppError('conflict', `"${name}" is wanted, so it would come back.`, {
        hint: 'Take it from ollama.models first.',
      })
    throw new AppError('model-not-found', `The model "${name}" is not on this machine.`, {
      hint: 'hwc-ai models list shows what is here.',
    })
  })
}

async function examine(work: ModelWork, names: readonly string[]): Promise<Pruned> {
  const listed = await work.admin.list(work.signal)
  const chosen = choose(work, listed, names)
  const view = await folderOf(work, listed)
  const together = freedBytes(chosen, listed, view)
  return {
    models: chosen.map((model) => ({
      name: model.name,
      sizeBytes: model.sizeBytes,
      freesBytes: freedBytes([model], listed, view),
    })),
    freesBytes: together ?? totalSize(chosen),
    exact: together !== null,
  }
}

/**
 * Removes models that are not wanted.
 * @param names empty: all of them @param dryRun only say what would go
 * @throws AppError `conflict` for a wanted model or while another run changes models, `model-not-found`
 */
export async function pruneModels(work: ModelWork, names: readonly string[], dryRun: boolean): Promise<Pruned> {
  if (dryRun) return await examine(work, names)
  return await alone(work, async (tell) => {
    const found = await examine(work, names)
    for (const [index, { name }] of found.models.entries()) {
      work.signal.throwIfAborted()
      work.emit({ type: 'step', message: `Removing ${name}` })
      await tell(`Removing ${name}`)
      await work.admin.remove(name, work.signal)
      work.emit({ type: 'progress', done: index + 1, total: found.models.length, unit: 'models' })
    }
    return found
  })
}
