/** The whole of file cleanup behind one call, synchronous inside: it runs in a worker thread, or in place for a store in memory. */
import type { AllowedFolders } from '#lib/files/allowed-folder.ts'
import { AppError } from '#lib/errors/index.ts'
import { realDisk, type Disk } from '#lib/files/disk.ts'
import { OpenFilesWatch } from '#lib/files/open-files.ts'
import { rawPath } from '#lib/files/raw-path.ts'
import { processOwner } from '#lib/process/index.ts'
import type { Store } from '#lib/store/index.ts'
import { movePlan, recoverPlans } from './apply/job.ts'
import { setDurability } from './journal.ts'
import { makePlan, type FileForModel, type ModelAnswer, type PlanStep } from './plan/make-plan.ts'
import { prunePlans } from './retention.ts'
import { compileRules, type CompiledRules } from './rules/compile.ts'
import { loadRules, rulesSources } from './rules/load.ts'
import { savePlan, type SavedPlan } from './saved-plan.ts'

export type Job =
  | {
      kind: 'plan'
      /** Absolute and real, one character a byte. */
      directory: string
      recursive: boolean
      rulesDir: string | null
      askModel: boolean
      /** Apply the plan at once. */
      apply: boolean
      allowed: AllowedFolders
    }
  | { kind: 'apply' | 'undo'; planId: string; allowed: AllowedFolders }
  | { kind: 'recover'; allowed: AllowedFolders }

export interface JobResult {
  /** The plan worked on; null when plans were recovered. */
  planId: string | null
  /** A small plan that was made and not applied, as it was written: it need not be read back to be shown. */
  made: SavedPlan | null
  /** Plans recovered that could not be finished, with the reason. */
  failures: readonly { planId: string; message: string }[]
}

export interface Progress {
  message: string
  done: number
  total: number | null
}

/** What the engine asks of the side that has the model and the watchers. */
export interface EngineServices {
  progress: (progress: Progress) => void
  isCancelled: () => boolean
  askModel: (
    files: readonly FileForModel[],
    categories: readonly { id: string; description: string }[],
  ) => Promise<ModelAnswer>
}

const STEPS: Readonly<Record<PlanStep, string>> = {
  walk: 'Looking through the folder',
  inspect: 'Looking into the files',
  compare: 'Comparing files of the same size',
  ask: 'Asking the model about files that no rule matches',
  place: 'Finding free names',
}

const PROGRESS_MS = 100
/** Actions of a plan up to which it is handed over whole, between threads too, rather than read back from the store. */
const IN_HAND = 1000
/** Plans between two looks at what may be forgotten. */
const PRUNE_EVERY = 100

/** Passes on a message at most every tenth of a second, and stops the work when it shall stop. */
function ticker(services: EngineServices): (message: string, done: number, total: number | null) => void {
  let last = performance.now()
  let ticks = 0
  return (message, done, total) => {
    if (services.isCancelled()) throw new AppError('cancelled', 'The cleanup was cancelled; nothing was changed.')
    if ((++ticks & 15) !== 0) return
    const now = performance.now()
    if (now - last < PROGRESS_MS) return
    last = now
    services.progress({ message, done, total })
  }
}

export interface EngineOptions {
  disk?: Disk
  now?: () => Date
  /** False where the store's connection is shared, so that how it syncs is not the engine's to change. Default true. */
  ownsConnection?: boolean
  /** How old a look at the open files may be for a plan, in milliseconds; an apply looks again. Default 0. */
  openFilesMaxAgeMs?: number
}

export class CleanupEngine {
  readonly #store: Store
  readonly #disk: Disk
  readonly #now: () => Date
  readonly #openFiles: OpenFilesWatch
  readonly #ownsConnection: boolean
  #rules: { stamp: string; compiled: CompiledRules } | null = null
  #plans = 0

  constructor(store: Store, options: EngineOptions = {}) {
    this.#store = store
    this.#disk = options.disk ?? realDisk
    this.#now = options.now ?? (() => new Date())
    this.#ownsConnection = options.ownsConnection ?? true
    this.#openFiles = new OpenFilesWatch(options.openFilesMaxAgeMs ?? 0)
  }

  async run(job: Job, services: EngineServices): Promise<JobResult> {
    if (job.kind === 'plan') return this.#plan(job, services)
    if (job.kind === 'recover') return this.#recover(job.allowed, services)
    await this.#move(job.planId, job.kind, job.allowed, services)
    return { planId: job.planId, made: null, failures: [] }
  }

  async #plan(job: Extract<Job, { kind: 'plan' }>, services: EngineServices): Promise<JobResult> {
    const rules = await this.#rulesOf(job.rulesDir)
    const categories = [...rules.categories].map(([id, { description }]) => ({ id, description }))
    this.#openFiles.refresh()
    const tick = ticker(services)
    const root = rawPath(job.directory)
    const made = await makePlan({
      root,
      recursive: job.recursive,
      rules,
      now: this.#now().getTime(),
      isOpenForWriting: (inode) => this.#openFiles.has(inode),
      askModel: job.askModel ? (files) => services.askModel(files, categories) : null,
      tick: (step, done, total) => tick(STEPS[step], done, total),
    })
    if (this.#ownsConnection) await setDurability(this.#store, 'NORMAL')
    const plan = await savePlan(
      this.#store,
      { ...made, directory: root, recursive: job.recursive },
      this.#now(),
      processOwner(),
    )
    if (this.#plans++ % PRUNE_EVERY === 0) await prunePlans(this.#store, this.#now())
    if (job.apply) await this.#move(plan.id, 'apply', job.allowed, services)
    const isInHand = !job.apply && plan.actions.length <= IN_HAND
    return { planId: plan.id, made: isInHand ? plan : null, failures: [] }
  }

  async #move(
    planId: string,
    direction: 'apply' | 'undo',
    allowed: AllowedFolders,
    services: EngineServices,
  ): Promise<void> {
    await movePlan(planId, direction, this.#options(direction, allowed, services))
  }

  async #recover(allowed: AllowedFolders, services: EngineServices): Promise<JobResult> {
    const failures: { planId: string; message: string }[] = []
    await recoverPlans(this.#options('apply', allowed, services), (planId, error) =>
      failures.push({ planId, message: error instanceof Error ? error.message : String(error) }),
    )
    return { planId: null, made: null, failures }
  }

  #options(direction: 'apply' | 'undo', allowed: AllowedFolders, services: EngineServices) {
    const message = direction === 'apply' ? 'Moving files' : 'Moving files back'
    const progress = (tried: number, total: number) => {
      services.progress({ message, done: tried, total })
      return services.isCancelled()
    }
    return { store: this.#store, disk: this.#disk, allowed, now: this.#now, progress }
  }

  /** Compiled once, and again when a rules file changes. */
  async #rulesOf(rulesDir: string | null): Promise<CompiledRules> {
    const { sources, stamp } = rulesSources(rulesDir)
    if (this.#rules?.stamp === stamp) return this.#rules.compiled
    const compiled = compileRules(await loadRules(sources))
    this.#rules = { stamp, compiled }
    return compiled
  }
}
