/** One pull: refused when it cannot fit, shown while it goes on, ended when nobody wants it any more. */
import { AppError } from '../errors/index.ts'
import { diskUsage, sizeText } from '../health/disk.ts'
import { folderOf, toFetch } from './gather.ts'
import type { FolderView } from './folder.ts'
import { blobsOf } from './manifest.ts'
import type { ModelName } from './name.ts'
import { createPullProgress, createStallWatch, durationText, type PullProgress } from './progress.ts'
import { askRegistry, isInsecure, type Upstream } from './registry.ts'
import type { ModelWork } from './work.ts'

/** Room for the manifests and the file system's own bookkeeping. */
const SPARE_BYTES = 1_000_000
/** Details for watchers go out at most this often, in milliseconds. */
const DETAIL_MS = 500
/** A pull of which nothing has come for so long is given up, to go on where it stopped at the next try. */
const STALLED_MS = 10 * 60_000

function cannotFit(name: ModelName, needed: number, folder: string, available: number): AppError {
  return new AppError(
    'disk-full',
    `"${name.full}" needs ${sizeText(needed)}, but the disk of ${folder} has only ${sizeText(available)} left.`,
    {
      hint: 'Free some space: hwc-ai models prune shows what nobody asked for.',
      details: { model: name.full, neededBytes: needed, availableBytes: available },
    },
  )
}

function stalled(name: ModelName): AppError {
  return new AppError(
    'backend-timeout',
    `Nothing more of "${name.full}" has come for ${STALLED_MS / 60_000} minutes.`,
    {
      hint: 'Check the connection to its registry. What has come is kept; it goes on from there later.',
    },
  )
}

/** @throws AppError `disk-full` when a download cannot fit */
async function assertFits(name: ModelName, bytes: number, { folder }: FolderView): Promise<void> {
  if (folder === null || bytes === 0) return
  const { availableBytes } = await diskUsage(folder.path)
  if (bytes + SPARE_BYTES > availableBytes) throw cannotFit(name, bytes, folder.path, availableBytes)
}

function progressText(name: string, { bytesPerSecond, secondsLeft }: PullProgress): string {
  const rate = bytesPerSecond === null ? '' : `: ${sizeText(bytesPerSecond)}/s`
  return `${name}${rate}${secondsLeft === null ? '' : `, ${durationText(secondsLeft)} left`}`
}

/** Shows a pull to the watchers of the run. */
function reporter(work: ModelWork, name: string) {
  let told = -Infinity
  return (progress: PullProgress) => {
    const { done, total } = progress
    work.emit({ type: 'progress', done, total, unit: 'bytes', message: progressText(name, progress) })
    const at = performance.now()
    if (at - told < DETAIL_MS && done !== total) return
    told = at
    const { bytesPerSecond, secondsLeft } = progress
    work.emit({
      type: 'info',
      name: 'model_progress',
      data: { model: name, bytes: done, total, bytes_per_second: bytesPerSecond, seconds_left: secondsLeft },
    })
  }
}

/** @throws AppError `model-not-found` when the registry has none */
function assertThere(name: ModelName, upstream: Upstream): void {
  if (upstream.state === 'missing')
    throw new AppError('model-not-found', `${name.host} has no model "${name.full}".`, {
      hint: 'Check its name and tag in the settings.',
    })
}

/** What a pull brought. */
export interface Pulled {
  /** The registry's digest of the manifest; null when it could not be asked. */
  upstream: string | null
  /** What had to be fetched. */
  bytes: number
}

/**
 * Pulls a model. What an earlier pull has left half done is not fetched again.
 * @throws AppError `disk-full`, `model-not-found`, `backend-error`, `no-model-backend`, `cancelled`
 */
export async function pullModel(work: ModelWork, name: ModelName): Promise<Pulled> {
  const { admin, settings, signal } = work
  const upstream = await askRegistry(name, settings, signal)
  assertThere(name, upstream)
  const view = await folderOf(work, await admin.list(signal))
  const found = upstream.state === 'found' ? upstream : null
  let bytes = found === null ? 0 : await toFetch(found.manifest, view)
  await assertFits(name, bytes, view)
  const expected = found === null ? null : blobsOf(found.manifest).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const progress = createPullProgress(expected, () => performance.now())
  const report = reporter(work, name.full)
  const isStalled = createStallWatch(STALLED_MS, () => performance.now())
  const measured = new Set<string>()
  for await (const step of admin.pull(name.full, { insecure: isInsecure(name, settings), signal })) {
    // Where the registry did not tell the size, Ollama does, file by file.
    if (found === null && step.digest !== null && step.total !== null && !measured.has(step.digest)) {
      measured.add(step.digest)
      const left = step.total - step.completed
      bytes += left
      await assertFits(name, left, view)
    }
    if (step.digest !== null) {
      const current = progress(step)
      if (isStalled(current.done)) throw stalled(name)
      report(current)
    } else if (step.status.startsWith('verifying')) work.emit({ type: 'step', message: `Ollama checks ${name.full}` })
  }
  return { upstream: found?.digest ?? null, bytes }
}
