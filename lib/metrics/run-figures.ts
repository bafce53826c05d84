/**
 * Figures of the runs that ended since this process started, read from the store: so they hold runs of the command line and
 * of systemd timers too, and recording a run costs nothing more.
 */
import { IS_LIVE } from '../runs/index.ts'
import type { Store } from '../store/index.ts'
import { METRICS } from './definitions.ts'
import { Buckets } from './histogram.ts'

/** A run is written some milliseconds after it has ended, so the last moments are read again. */
const OVERLAP_MS = 5000

interface WorkflowFigures {
  seconds: Buckets
  promptTokens: number
  completionTokens: number
}

export class RunFigures {
  readonly #store: Store
  #since: string
  #seen = new Set<string>()
  #reading: Promise<void> = Promise.resolve()
  /** Ended runs by workflow, operation and outcome. */
  readonly outcomes = new Map<string, { workflow: string; operation: string; outcome: string; count: number }>()
  readonly workflows = new Map<string, WorkflowFigures>()

  /** @param since runs that ended before are not counted */
  constructor(store: Store, since: Date) {
    this.#store = store
    this.#since = since.toISOString()
  }

  /** Reads what has ended since it was last called. One reading after the other: two at once would both count the same runs. */
  update(): Promise<void> {
    const read = () => this.#read()
    this.#reading = this.#reading.then(read, read)
    return this.#reading
  }

  async #read(): Promise<void> {
    const rows = await this.#store.db
      .selectFrom('runs')
      .select([
        'id',
        'workflow',
        'operation',
        'status',
        'ended_at',
        'duration_ms',
        'prompt_tokens',
        'completion_tokens',
      ])
      .where('ended_at', 'is not', null)
      .where('ended_at', '>=', this.#since)
      .orderBy('ended_at')
      .execute()
    for (const row of rows) if (!this.#seen.has(row.id)) this.#count(row)
    const last = rows.at(-1)?.ended_at ?? null
    if (last === null) return
    const from = new Date(Date.parse(last) - OVERLAP_MS).toISOString()
    if (from > this.#since) this.#since = from
    this.#seen = new Set(
      rows.filter(({ ended_at }) => ended_at !== null && ended_at >= this.#since).map(({ id }) => id),
    )
  }

  #count(row: {
    workflow: string
    operation: string
    status: string
    duration_ms: number | null
    prompt_tokens: number
    completion_tokens: number
  }): void {
    const { workflow, operation, status: outcome } = row
    const key = `${workflow} ${operation} ${outcome}`
    const counted = this.outcomes.get(key) ?? { workflow, operation, outcome, count: 0 }
    counted.count += 1
    this.outcomes.set(key, counted)
    const figures = this.workflows.get(workflow) ?? {
      seconds: new Buckets(METRICS.hwc_ai_run_duration_seconds.buckets),
      promptTokens: 0,
      completionTokens: 0,
    }
    this.workflows.set(workflow, figures)
    if (row.duration_ms !== null) figures.seconds.observe(row.duration_ms / 1000)
    figures.promptTokens += row.prompt_tokens
    figures.completionTokens += row.completion_tokens
  }

  /** Runs that go on now, in any process. */
  async active(): Promise<number> {
    const { count } = await this.#store.db
      .selectFrom('runs')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where(IS_LIVE)
      .executeTakeFirstOrThrow()
    return count
  }
}
