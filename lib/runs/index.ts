/** Runs: every recorded operation is one, with history, live events, cancel, and an end that is always written. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, toAppError } from '../errors/index.ts'
import { newId } from '../ids.ts'
import type { Logger } from '../logging/index.ts'
import type { AnyOperation, OperationContext, RunEvent } from '../operations/types.ts'
import { isOwnerAlive } from '../process/index.ts'
import type { Store } from '../store/index.ts'
import { RunFeed } from './feed.ts'
import { pruneRuns, readFigures, type WorkflowFigures } from './figures.ts'
import { KeptRuns, type RunWithOutput } from './kept.ts'
import { countTokens, type Usage } from './usage.ts'
import { IS_LIVE, RunRecords, toRun } from './records.ts'
import type { Run, RunStatus } from './types.ts'

export type { WorkflowFigures } from './figures.ts'
export type { RunWithOutput } from './kept.ts'
export { IS_LIVE } from './records.ts'
export { problemSchema, RUN_STATUSES, runSchema, type Run, type RunStatus } from './types.ts'

/** How often a run looks whether another process asked to cancel it, in milliseconds. */
const CANCEL_POLL_MS = 500
/** Progress goes to the database at most this often, in milliseconds; to watchers at most every tenth of it. */
const PROGRESS_SAVE_MS = 1000
const PROGRESS_EMIT_MS = 100
/** How long a run may take to stop when the process ends, in milliseconds; after that it counts as interrupted. */
const STOP_MS = 8000
const MAX_SAVED_STEPS = 500
/** So many runs that were asked for are kept in memory, each with an output of at most so many characters. */
const KEEP_RUNS = 64
const KEEP_CHARS = 16_384

export interface StartedRun {
  id: string
  /** Resolves with the output and its JSON, rejects with what the operation threw. */
  result: Promise<{ output: unknown; json: string }>
  watch(signal: AbortSignal): AsyncGenerator<RunEvent, void, undefined>
  cancel(): void
}

interface LiveRun extends StartedRun {
  feed: RunFeed
}

export interface RunQuery {
  workflow?: string | undefined
  status?: RunStatus | undefined
  /** Only runs older than this id. */
  before?: string | undefined
  limit: number
}

export interface RunsOptions {
  store: Store
  now: () => Date
  log: Logger
}

type RunContext = Omit<OperationContext, 'signal' | 'runId' | 'emit' | 'engine'>

/**
 * Aborts one with the other; a fraction of what `AbortSignal.any` costs.
 * @returns to call when it is over
 */
function follow(controller: AbortController, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => undefined
  const abort = () => controller.abort(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return () => signal.removeEventListener('abort', abort)
}

function outputOf({ output }: { output: string | null }): unknown {
  return output === null ? null : JSON.parse(output)
}

export class Runs {
  readonly #options: RunsOptions
  readonly #records: RunRecords
  readonly #live = new Map<string, LiveRun>()
  readonly #kept = new KeptRuns(KEEP_RUNS)
  #poll: NodeJS.Timeout | null = null

  constructor(options: RunsOptions) {
    this.#options = options
    this.#records = new RunRecords(options.store, options.log)
  }

  /**
   * Starts a run; its record exists from now on.
   * @param signal the caller's: when it aborts, the run is cancelled
   */
  start(
    operation: AnyOperation,
    workflow: string,
    input: unknown,
    context: RunContext,
    signal?: AbortSignal,
  ): StartedRun {
    const startedAt = this.#options.now()
    const id = newId('run', startedAt.getTime())
    const controller = new AbortController()
    const forget = follow(controller, signal)
    const feed = new RunFeed()
    this.#records.start({ id, workflow, operation: operation.id, input, principal: context.principal.name, startedAt })
    const result = this.#perform(id, operation, input, context, controller.signal, feed)
    // Whoever started the run may have gone: the failure is in its record, so it must not end the process.
    result.then(forget, forget)
    const live: LiveRun = {
      id,
      feed,
      result,
      watch: (watchSignal) => feed.watch(watchSignal),
      cancel: () => controller.abort(new AppError('cancelled', 'The run was cancelled.')),
    }
    this.#live.set(id, live)
    this.#poll ??= setInterval(() => {
      this.#pollCancellations().catch((error: unknown) =>
        this.#options.log.warn('it could not be seen whether runs shall stop', { error }),
      )
    }, CANCEL_POLL_MS).unref()
    return live
  }

  async #perform(
    id: string,
    operation: AnyOperation,
    input: unknown,
    context: RunContext,
    signal: AbortSignal,
    feed: RunFeed,
  ) {
    const usage: Usage = { engine: null, model: null, promptTokens: 0, completionTokens: 0 }
    const started = performance.now()
    const finish = (status: RunStatus, outputJson: string | null, error: unknown) => {
      this.#live.delete(id)
      this.#records.end(id, {
        ...usage,
        status,
        outputJson,
        error,
        endedAt: this.#options.now(),
        durationMs: performance.now() - started,
      })
      feed.end()
    }
    const log = context.log.child({ run: id, operation: operation.id })
    try {
      const output = await operation.run(input, {
        ...context,
        log,
        signal,
        runId: id,
        models: countTokens(context.models, usage),
        emit: this.#emitter(id, feed),
        engine: (used) => {
          usage.engine = used.engine
          usage.model = used.model ?? usage.model
        },
      })
      const json = JSON.stringify(output)
      finish('succeeded', json, null)
      return { output, json }
    } catch (thrown) {
      const error = toAppError(
        signal.aborted ? new AppError('cancelled', 'The run was cancelled.', { cause: thrown }) : thrown,
      )
      finish(error.code === 'cancelled' ? 'cancelled' : 'failed', null, error)
      if (error.code === 'internal') log.error('run failed', { error })
      else log.info('run ended without success', { code: error.code, reason: error.message })
      throw error
    }
  }

  /** Sends events to watchers, progress at most ten times a second, and saves steps and now and then the progress. */
  #emitter(runId: string, feed: RunFeed): (event: RunEvent) => void {
    let emitted = -Infinity
    let saved = -Infinity
    let steps = 0
    const save = (event: RunEvent) => {
      const row = [runId, this.#options.now().toISOString(), JSON.stringify(event)]
      this.#records
        .flush()
        .then(() => this.#options.store.bulkInsert('run_events', ['run_id', 'at', 'event'], [row]))
        .catch((error: unknown) => this.#options.log.warn('a step of a run could not be kept', { run: runId, error }))
    }
    return (event) => {
      const at = performance.now()
      if (event.type === 'progress') {
        const last = event.total !== null && event.done >= event.total
        if (!last && at - emitted < PROGRESS_EMIT_MS) return
        emitted = at
        if (at - saved >= PROGRESS_SAVE_MS) {
          saved = at
          save(event)
        }
      } else if (event.type === 'step' && ++steps <= MAX_SAVED_STEPS) save(event)
      feed.push(event)
    }
  }

  async #pollCancellations(): Promise<void> {
    if (this.#live.size === 0) {
      if (this.#poll !== null) clearInterval(this.#poll)
      this.#poll = null
      return
    }
    const asked = await this.#options.store.db
      .selectFrom('runs')
      .select('id')
      .where(IS_LIVE)
      .where('cancel_requested', '=', 1)
      .execute()
    for (const { id } of asked) this.#live.get(id)?.cancel()
  }

  /** Whether some records still wait, a few milliseconds at most, to be written. */
  get unwritten(): boolean {
    return this.#records.unwritten
  }

  /** One run. @throws AppError `not-found` */
  async get(id: string): Promise<Run> {
    return toRun(await this.#row(id))
  }

  async #row(id: string) {
    await this.#records.settle()
    const row = await this.#options.store.find('runs', 'id', id)
    if (row === undefined)
      throw new AppError('not-found', `There is no run ${id}.`, {
        hint: 'It may be older than the retention of runs keeps them.',
      })
    return row
  }

  /** A run's output, or null when it has none or it was too large or too old to keep. */
  async output(id: string): Promise<unknown> {
    return outputOf(await this.#row(id))
  }

  /** Both of one moment. @throws AppError `not-found` */
  async withOutput(id: string): Promise<RunWithOutput> {
    if (this.#records.unwritten) await this.#records.settle()
    const version = this.#options.store.version()
    const kept = this.#kept.get(id, version)
    if (kept !== undefined) return kept
    const row = await this.#row(id)
    const found = { run: toRun(row), output: outputOf(row) }
    if ((row.output?.length ?? 0) <= KEEP_CHARS) this.#kept.keep(id, found, version)
    return found
  }

  /** Steps and progress of a run so far, oldest first, also after a restart. */
  async events(id: string): Promise<readonly RunEvent[]> {
    const live = this.#live.get(id)
    if (live !== undefined) return [...live.feed.past]
    const rows = await this.#options.store.db
      .selectFrom('run_events')
      .select('event')
      .where('run_id', '=', id)
      .orderBy('id')
      .execute()
    return rows.map((row) => JSON.parse(row.event) as RunEvent)
  }

  /** The live run in this process, if it is one. */
  live(id: string): StartedRun | undefined {
    return this.#live.get(id)
  }

  /** Newest first. */
  async list(query: RunQuery): Promise<Run[]> {
    await this.#records.settle()
    let select = this.#options.store.db.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(query.limit)
    if (query.workflow !== undefined) select = select.where('workflow', '=', query.workflow)
    if (query.status !== undefined) select = select.where('status', '=', query.status)
    if (query.before !== undefined) select = select.where('id', '<', query.before)
    return (await select.execute()).map(toRun)
  }

  /**
   * Asks a run to stop, wherever it runs.
   * @throws AppError `not-found`, `run-not-cancellable`
   */
  async cancel(id: string): Promise<void> {
    const run = await this.get(id)
    if (run.ended_at !== null)
      throw new AppError('run-not-cancellable', `The run has already ended: ${run.status}.`, {
        hint: 'There is nothing to cancel.',
      })
    const live = this.#live.get(id)
    if (live !== undefined) live.cancel()
    else await this.#options.store.db.updateTable('runs').set({ cancel_requested: 1 }).where('id', '=', id).execute()
  }

  /** Marks runs whose process is gone as interrupted. @returns how many */
  async markInterrupted(): Promise<number> {
    const open = await this.#options.store.db.selectFrom('runs').select(['id', 'owner']).where(IS_LIVE).execute()
    const gone = open.filter((run) => !isOwnerAlive(run.owner)).map(({ id }) => id)
    if (gone.length === 0) return 0
    // One may have written its end right before it went.
    const dead = await this.#options.store.db
      .selectFrom('runs')
      .select('id')
      .where('id', 'in', gone)
      .where(IS_LIVE)
      .execute()
    for (const { id } of dead)
      this.#records.end(id, {
        status: 'interrupted',
        outputJson: null,
        error: new AppError('interrupted', 'The process that did this run ended before the run did.', {
          hint: 'Run it again.',
        }),
        engine: null,
        model: null,
        promptTokens: 0,
        completionTokens: 0,
        endedAt: this.#options.now(),
        durationMs: 0,
      })
    await this.#records.flush()
    return dead.length
  }

  /** True figures by workflow id, for those that ever ran. */
  async figures(): Promise<Map<string, WorkflowFigures>> {
    await this.#records.settle()
    return readFigures(this.#options.store.db)
  }

  /**
   * Retention: drops ended runs older than `retentionDays` (0 = never) and outputs older than `keepOutputsDays`. How many runs
   * there ever were stays known.
   */
  async prune(retentionDays: number, keepOutputsDays: number): Promise<void> {
    await this.#records.flush()
    await pruneRuns(this.#options.store.db, this.#options.now(), { retentionDays, keepOutputsDays })
  }

  /** Cancels what runs here, gives it {@link STOP_MS} to end, and waits until every record is written. */
  async stop(): Promise<void> {
    if (this.#poll !== null) clearInterval(this.#poll)
    const live = [...this.#live.values()]
    for (const run of live) run.cancel()
    const late = new AbortController()
    await Promise.race([
      Promise.allSettled(live.map((run) => run.result)),
      sleep(STOP_MS, undefined, { ref: false, signal: late.signal }).catch(() => undefined),
    ])
    late.abort()
    await this.#records.flush()
  }
}
