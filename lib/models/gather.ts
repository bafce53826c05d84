/** Looks at everything a plan is made from: Ollama, its folder, the registries, and what is remembered. */
import type { ModelSummary } from '../providers/index.ts'
import { type DesiredModel, desiredModels, type InvalidEntry } from './desired.ts'
import { bytesToCome, type FolderView, missingFile, storedModel, viewFolder } from './folder.ts'
import { blobsOf, digestOnceStored, type Manifest, sameFiles } from './manifest.ts'
import { modelKey } from './name.ts'
import { type Action, type ActualModel, type Freshness, plan, type Situation } from './plan.ts'
import { type ModelRecord, readRecords } from './records.ts'
import { askRegistry, type Upstream } from './registry.ts'
import type { ModelWork } from './work.ts'

export interface Gathered {
  actions: Action[]
  situation: Situation
  invalid: InvalidEntry[]
  view: FolderView
  records: ReadonlyMap<string, ModelRecord>
}

export interface GatherOptions {
  /** Ask the registries whether they have newer versions. */
  checkUpdates: boolean
  /** Ask the registries how large missing models are. */
  measure: boolean
}

/** Registries asked at the same time. */
const AT_ONCE = 4

/** The folder of the Ollama that is asked; on another machine there is none to look into. */
export async function folderOf({ isLocal, settings }: ModelWork, listed: readonly ModelSummary[]): Promise<FolderView> {
  return isLocal
    ? await viewFolder(settings.dataDir, listed)
    : { folder: null, reason: 'Ollama runs on another machine' }
}

async function withFaults(listed: readonly ModelSummary[], { folder }: FolderView): Promise<ActualModel[]> {
  return Promise.all(
    listed.map(async (model) => {
      const stored = storedModel(folder, model.name, model.digest)
      return { ...model, fault: stored === null || folder === null ? null : await missingFile(folder, stored.manifest) }
    }),
  )
}

/** Bytes that a pull would fetch. */
export async function toFetch(manifest: Manifest, { folder }: FolderView): Promise<number> {
  const blobs = blobsOf(manifest)
  return folder === null
    ? blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    : await bytesToCome(folder.path, blobs)
}

async function compare(
  there: ModelSummary,
  upstream: Upstream,
  view: FolderView,
  record: ModelRecord | undefined,
): Promise<Freshness> {
  if (upstream.state !== 'found') return upstream
  const { manifest, digest } = upstream
  const stored = storedModel(view.folder, there.name, there.digest)
  const current =
    there.digest === digest ||
    there.digest === digestOnceStored(manifest) ||
    (record?.upstream === digest && record.provenDigest === there.digest) ||
    (stored !== null && sameFiles(stored.manifest, manifest))
  return current ? { state: 'current' } : { state: 'newer', digest, bytes: await toFetch(manifest, view) }
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const next = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, next))
}

interface Asked {
  upstream: Map<string, Freshness>
  sizes: Map<string, number>
}

async function askAll(
  work: ModelWork,
  desired: readonly DesiredModel[],
  seen: { actual: readonly ActualModel[]; view: FolderView; records: ReadonlyMap<string, ModelRecord> },
  { checkUpdates, measure }: GatherOptions,
): Promise<Asked> {
  const asked: Asked = { upstream: new Map(), sizes: new Map() }
  await inTurns(desired, async ({ name, autoUpdate }) => {
    const key = modelKey(name.full)
    const there = seen.actual.find((model) => modelKey(model.name) === key)
    const whole = there !== undefined && there.fault === null
    if (whole ? !(checkUpdates && autoUpdate) : !measure) return
    const upstream = await askRegistry(name, work.settings, work.signal)
    if (whole) asked.upstream.set(key, await compare(there, upstream, seen.view, seen.records.get(key)))
    else if (upstream.state === 'found') asked.sizes.set(key, await toFetch(upstream.manifest, seen.view))
  })
  return asked
}

/**
 * Looks at everything and plans.
 * @throws AppError `no-model-backend` when Ollama does not answer
 */
export async function gather(work: ModelWork, options: GatherOptions): Promise<Gathered> {
  const { models: desired, invalid } = desiredModels(work.settings.models, work.settings)
  const [listed, records] = await Promise.all([work.admin.list(work.signal), readRecords(work.store)])
  const view = await folderOf(work, listed)
  const actual = await withFaults(listed, view)
  const { upstream, sizes } = await askAll(work, desired, { actual, view, records }, options)
  const situation: Situation = { desired, actual, upstream, sizes, memory: records, now: work.now() }
  return { actions: plan(situation), situation, invalid, view, records }
}
