/** Everything a person wants to know of the models at a glance. Answers also while Ollama does not. */
import { AppError } from '../errors/index.ts'
import { diskUsage, type DiskUsage } from '../health/disk.ts'
import type { Outcome } from '../health/types.ts'
import type { ModelSummary } from '../providers/index.ts'
import { type DesiredModel, desiredModels, type InvalidEntry } from './desired.ts'
import { type FolderView, judgeFolder, missingFile, storedModel } from './folder.ts'
import { folderOf } from './gather.ts'
import { availability, slowdown, slowdownText, unmeasuredText } from './history.ts'
import { type Activity, currentActivity } from './lock.ts'
import { blobsOf } from './manifest.ts'
import { modelKey } from './name.ts'
import { type ModelRecord, type ModelTest, readRecords, readTests } from './records.ts'
import { totalSize } from './prune.ts'
import type { ModelWork } from './work.ts'

/**
 * | state | meaning |
 * |---|---|
 * | ready | here, whole, and it answered its last test |
 * | unproven | here, but the files of this version were not compared with its manifest, or it was not tested |
 * | failed | its files or its last test are not as they should be |
 * | missing | wanted and not here |
 * | undeclared | here, and nobody asked for it |
 * | unknown | Ollama does not answer |
 */
export const MODEL_STATES = ['ready', 'unproven', 'failed', 'missing', 'undeclared', 'unknown'] as const
export type ModelState = (typeof MODEL_STATES)[number]

export interface ModelStatus {
  name: string
  wanted: DesiredModel | null
  state: ModelState
  /** Why it is not ready, or why its update failed. */
  reason: string | null
  hint: string | null
  retryAt: Date | null
  sizeBytes: number | null
  digest: string | null
  /** Whether its files were compared with their digests. */
  hashed: boolean
  lastTest: ModelTest | null
  /** Shares of the time, 0 to 1; null when nothing is known. */
  availability: { day: number | null; week: number | null; month: number | null }
  /** The last tests that measured a speed, oldest first. */
  speed: { at: Date; tokensPerSecond: number }[]
  slow: string | null
  /** Why it cannot be said whether it became slower; null when it can. */
  unmeasured: string | null
}

export interface ModelsStatus {
  endpoint: string
  /** Why Ollama does not answer; null when it does. */
  unreachable: string | null
  folder: { path: string | null; reason: string | null; judged: Outcome | null }
  disk: DiskUsage | null
  /** Bytes of all models, files that several share counted once. */
  sizeBytes: number | null
  activity: Activity | null
  models: ModelStatus[]
  invalid: InvalidEntry[]
}

const DAY_MS = 86_400_000
const SPEEDS = 30
/** How long the status waits for Ollama before it says that it does not answer, in milliseconds. */
const LIST_MS = 5000

interface Here {
  listed: readonly ModelSummary[] | null
  view: FolderView
  records: ReadonlyMap<string, ModelRecord>
}

function stateOf(
  there: ModelSummary | undefined,
  { listed }: Here,
  facts: { wanted: boolean; fault: string | null; record: ModelRecord | undefined; lastTest: ModelTest | null },
): { state: ModelState; reason: string | null } {
  const { wanted, fault, record, lastTest } = facts
  const why = record?.reason ?? null
  if (listed === null) return { state: 'unknown', reason: 'Ollama does not answer' }
  if (there === undefined) return { state: 'missing', reason: why }
  if (fault !== null) return { state: 'failed', reason: fault }
  if (lastTest?.ok === false && lastTest.digest === there.digest) return { state: 'failed', reason: lastTest.reason }
  if (!wanted) return { state: 'undeclared', reason: null }
  if (record?.provenDigest === there.digest && there.digest !== null) return { state: 'ready', reason: why }
  return why === null ? { state: 'unproven', reason: null } : { state: 'failed', reason: why }
}

async function faultOf(there: ModelSummary | undefined, { folder }: FolderView): Promise<string | null> {
  const stored = there === undefined ? null : storedModel(folder, there.name, there.digest)
  return stored === null || folder === null ? null : await missingFile(folder, stored.manifest)
}

async function oneModel(work: ModelWork, name: string, wanted: DesiredModel | null, here: Here): Promise<ModelStatus> {
  const now = work.now()
  const key = modelKey(name)
  const there = here.listed?.find((model) => modelKey(model.name) === key)
  const record = here.records.get(key)
  const tests = await readTests(work.store, name, new Date(now.getTime() - 60 * DAY_MS))
  const lastTest = tests.at(-1) ?? null
  const fault = await faultOf(there, here.view)
  const slower = slowdown(tests)
  const share = (days: number) => availability(tests, new Date(now.getTime() - days * DAY_MS), now)
  return {
    name: there?.name ?? name,
    wanted,
    ...stateOf(there, here, { wanted: wanted !== null, fault, record, lastTest }),
    hint: record?.hint ?? null,
    retryAt: record?.retryAt ?? null,
    sizeBytes: there?.sizeBytes ?? null,
    digest: there?.digest ?? null,
    hashed: record !== undefined && record.hashed && record.provenDigest === there?.digest,
    lastTest,
    availability: { day: share(1), week: share(7), month: share(30) },
    speed: tests
      .flatMap(({ at, tokensPerSecond }) => (tokensPerSecond === null ? [] : [{ at, tokensPerSecond }]))
      .slice(-SPEEDS),
    slow: slower === null ? null : slowdownText(slower),
    unmeasured: unmeasuredText(tests),
  }
}

/** Bytes on the disk: of each file once where the folder can be read, else of each version once. */
function sizeOfAll({ listed, view: { folder } }: Here): number | null {
  if (folder !== null) {
    const files = new Map(
      folder.models.flatMap(({ manifest }) => blobsOf(manifest).map((blob) => [blob.digest, blob.sizeBytes] as const)),
    )
    return [...files.values()].reduce((sum, size) => sum + size, 0)
  }
  return listed === null ? null : totalSize(listed)
}

async function look(work: ModelWork): Promise<{ here: Here; unreachable: string | null }> {
  const records = await readRecords(work.store)
  try {
    const listed = await work.admin.list(AbortSignal.any([work.signal, AbortSignal.timeout(LIST_MS)]))
    return { here: { listed, view: await folderOf(work, listed), records }, unreachable: null }
  } catch (error) {
    if (!(error instanceof AppError) || work.signal.aborted) throw error
    return {
      here: { listed: null, view: await folderOf(work, []), records },
      unreachable:
        error.code === 'cancelled'
          ? `Ollama does not answer at ${work.admin.endpoint} within ${LIST_MS / 1000} seconds.`
          : error.message,
    }
  }
}

/** How things stand. Asks no registry. */
export async function modelsStatus(work: ModelWork): Promise<ModelsStatus> {
  const { models: desired, invalid } = desiredModels(work.settings.models, work.settings)
  const { here, unreachable } = await look(work)
  const wanted = new Set(desired.map(({ name }) => modelKey(name.full)))
  const others = (here.listed ?? []).filter(({ name }) => !wanted.has(modelKey(name)))
  const { folder, reason } = here.view
  return {
    endpoint: work.admin.endpoint,
    unreachable,
    folder: {
      path: folder?.path ?? null,
      reason,
      judged: work.isLocal ? await judgeFolder(work.settings) : null,
    },
    disk: folder === null ? null : await diskUsage(folder.path),
    sizeBytes: sizeOfAll(here),
    activity: await currentActivity(work.store),
    models: await Promise.all([
      ...desired.map((model) => oneModel(work, model.name.full, model, here)),
      ...others.map(({ name }) => oneModel(work, name, null, here)),
    ]),
    invalid,
  }
}

export interface ModelFigures {
  model: string
  available: boolean
  /** In its last test; null before the first. */
  tokensPerSecond: number | null
}

/** What the metrics say of each wanted model. While Ollama does not answer none is available. */
export async function modelFigures(work: ModelWork): Promise<ModelFigures[]> {
  const { models } = await modelsStatus(work)
  return models.flatMap(({ wanted, state, speed }) =>
    wanted === null
      ? []
      : [
          {
            model: wanted.name.full,
            available: state === 'ready',
            tokensPerSecond: speed.at(-1)?.tokensPerSecond ?? null,
          },
        ],
  )
}
