/** Hands jobs to worker threads that stay warm for a while, so that tidying ten files costs no start of a thread. */
import { readdirSync, statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { AppError } from '#lib/errors/index.ts'
import { fsPath, rawPath } from '#lib/files/raw-path.ts'
import type { Store } from '#lib/store/index.ts'
import { workerUrl } from '#lib/worker-url.ts'
import { CleanupEngine, type EngineServices, type Job, type JobResult } from './engine.ts'
import {
  errorFromWire,
  wireError,
  type CancelFlag,
  type FromWorker,
  type ToWorker,
  type WorkerData,
} from './protocol.ts'

export interface HostServices extends Omit<EngineServices, 'isCancelled'> {
  signal: AbortSignal
}

export interface CleanupHost {
  run(job: Job, services: HostServices): Promise<JobResult>
}

/** A second thread only helps while the first is on a long job. */
const MOST_WORKERS = 2
const SECOND_AFTER_MS = 50
const IDLE_MS = 30_000
/**
 * Most of what a plan makes is short-lived: a small nursery keeps the resident memory of 100,000 files bounded, and so does a limit
 * below 2 GiB, under which V8 lets the heap grow by half between collections instead of threefold.
 */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 1536 }

interface Task {
  id: number
  job: Job
  services: HostServices
  cancel: CancelFlag
  settled: PromiseWithResolvers<JobResult>
}

/** A new thread costs a twentieth of a second; what a plan of 100,000 files leaves behind is several times this. */
const SPENT_BYTES = 48 * 1024 * 1024

/** One thread and the task it is on. */
class Lane {
  task: Task | null = null
  #startedAt = 0
  /** Result of a task that is told when the thread is gone. */
  #last: JobResult | null = null
  readonly #worker: Worker
  readonly #free: () => void
  #idle: NodeJS.Timeout | undefined

  constructor(workerData: WorkerData, on: { free: () => void; gone: (lane: Lane) => void }) {
    this.#free = on.free
    this.#worker = new Worker(workerUrl(import.meta.url, './cleanup-worker.ts'), {
      workerData,
      resourceLimits: LIMITS,
    })
    this.#worker.on('message', (message: FromWorker) => this.#hear(message))
    this.#worker.on('error', (error: Error) => this.#fail(error))
    this.#worker.on('exit', () => {
      on.gone(this)
      if (this.#last !== null) this.task?.settled.resolve(this.#last)
      this.#fail(new Error('The cleanup thread ended.'))
    })
    this.#worker.unref()
  }

  start(task: Task): void {
    clearTimeout(this.#idle)
    this.task = task
    this.#startedAt = performance.now()
    this.#worker.ref()
    this.#send({ type: 'job', id: task.id, job: task.job, cancel: task.cancel })
  }

  /** Whether it is on a job that keeps short ones waiting. */
  isOnLongJob(): boolean {
    return this.task !== null && performance.now() - this.#startedAt >= SECOND_AFTER_MS
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  #hear(message: FromWorker): void {
    const { task } = this
    if (task?.id !== message.id) return
    if (message.type === 'progress') {
      task.services.progress(message.progress)
      return
    }
    if (message.type === 'ask') return void this.#ask(task, message)
    if (message.type === 'done' && message.isSpent) {
      this.#last = message.result
      void this.#worker.terminate()
      return
    }
    this.#release()
    if (message.type === 'done') task.settled.resolve(message.result)
    else task.settled.reject(errorFromWire(message.error))
  }

  async #ask(task: Task, { files, categories }: Extract<FromWorker, { type: 'ask' }>): Promise<void> {
    try {
      this.#send({ type: 'answer', id: task.id, answer: await task.services.askModel(files, categories) })
    } catch (error) {
      this.#send({ type: 'no-answer', id: task.id, error: wireError(error) })
    }
  }

  #release(): void {
    this.task = null
    this.#worker.unref()
    this.#idle = setTimeout(() => void this.#worker.terminate(), IDLE_MS).unref()
    this.#free()
  }

  #fail(cause: Error): void {
    clearTimeout(this.#idle)
    const { task } = this
    this.task = null
    const error = new AppError('interrupted', 'The cleanup broke off; no file is lost.', {
      cause,
      hint: 'Apply or undo the plan again: what was begun is finished first.',
    })
    task?.settled.reject(error)
  }
}

export class WorkerHost implements CleanupHost {
  readonly #workerData: WorkerData
  readonly #lanes = new Set<Lane>()
  readonly #queue: Task[] = []
  #ids = 0

  constructor(storeFile: string, spentBytes = SPENT_BYTES) {
    this.#workerData = { storeFile, spentBytes }
  }

  run(job: Job, services: HostServices): Promise<JobResult> {
    const cancel: CancelFlag = new Int32Array(new SharedArrayBuffer(4))
    const task: Task = { id: ++this.#ids, job, services, cancel, settled: Promise.withResolvers() }
    const abort = () => void Atomics.store(cancel, 0, 1)
    if (services.signal.aborted) abort()
    services.signal.addEventListener('abort', abort, { once: true })
    this.#queue.push(task)
    this.#next()
    return task.settled.promise.finally(() => services.signal.removeEventListener('abort', abort))
  }

  #next(): void {
    const idle = [...this.#lanes].find((lane) => lane.task === null)
    if (idle !== undefined) {
      this.#startOn(idle)
      return
    }
    if (this.#lanes.size === 0) {
      this.#startOn(this.#newLane())
      return
    }
    if (this.#lanes.size < MOST_WORKERS) setTimeout(() => this.#helpOut(), SECOND_AFTER_MS + 1).unref()
  }

  #startOn(lane: Lane): void {
    const task = this.#queue.shift()
    if (task !== undefined) lane.start(task)
  }

  #helpOut(): void {
    const waitsLong = this.#queue.length > 0 && [...this.#lanes].every((lane) => lane.isOnLongJob())
    if (waitsLong && this.#lanes.size < MOST_WORKERS) this.#startOn(this.#newLane())
  }

  #newLane(): Lane {
    const lane = new Lane(this.#workerData, {
      free: () => this.#next(),
      gone: (ended) => {
        this.#lanes.delete(ended)
        if (this.#queue.length > 0) this.#next()
      },
    })
    this.#lanes.add(lane)
    return lane
  }
}

/** Entries up to which a folder is planned in place: handing ten files to a thread costs more than looking at them. */
const SMALL_FOLDER = 64
/** A plan made in place may rest on a look at the open files this old, in milliseconds; applying looks again. */
const OPEN_FILES_MAX_AGE_MS = 1000

/** Bytes of a folder's own entry above which its names are not even listed here; four blocks of ext4. */
const SMALL_ENTRY_BYTES = 16_384

function isSmallFolder(path: string | Buffer): boolean {
  try {
    return statSync(path).size <= SMALL_ENTRY_BYTES && readdirSync(path).length <= SMALL_FOLDER
  } catch {
    // Whatever is wrong with it, the engine says it.
    return false
  }
}

/** Small folders in place, the rest in threads. */
function sharedHost(store: Store): CleanupHost {
  const threads = new WorkerHost(store.file)
  const engine = new CleanupEngine(store, { ownsConnection: false, openFilesMaxAgeMs: OPEN_FILES_MAX_AGE_MS })
  return {
    run(job, services) {
      const small = job.kind === 'plan' && !job.apply && !job.recursive && isSmallFolder(fsPath(rawPath(job.directory)))
      if (!small) return threads.run(job, services)
      return engine.run(job, { ...services, isCancelled: () => services.signal.aborted })
    },
  }
}

const hosts = new WeakMap<Store, CleanupHost>()

/** Does the work in place: a store in memory cannot be shared with another thread. */
function inlineHost(store: Store): CleanupHost {
  const engine = new CleanupEngine(store)
  return { run: (job, services) => engine.run(job, { ...services, isCancelled: () => services.signal.aborted }) }
}

/** The threads that work on a store; they belong to it and end with it or after half a minute without work. */
export function hostOf(store: Store): CleanupHost {
  const known = hosts.get(store)
  if (known !== undefined) return known
  const host = store.file === ':memory:' ? inlineHost(store) : sharedHost(store)
  hosts.set(store, host)
  return host
}
