import { hash } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import { toProblem } from '../errors/problem.ts'
import { processOwner } from '../process/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Store, Tables } from '../store/index.ts'
import { problemSchema, type Run, type RunStatus } from './types.ts'
import * as z from 'zod'

type Row = Selectable<Tables['runs']>

/** Inputs above this many characters are kept as their digest only. */
const KEEP_INPUT_CHARS = 16_384
/** Outputs above this many characters are not kept with the run; plans and entries have tables of their own. */
const KEEP_OUTPUT_CHARS = 262_144
/** A run that ends within this many milliseconds is written once, with its end. */
const FLUSH_AFTER_MS = 20
/** Milliseconds until a failed write, such as on a full disk, is tried again. */
const RETRY_MS = 1000

const COLUMNS = [
  'id',
  'workflow',
  'operation',
  'status',
  'input_digest',
  'input',
  'output',
  'error',
  'engine',
  'model',
  'prompt_tokens',
  'completion_tokens',
  'principal',
  'owner',
  'started_at',
  'ended_at',
  'duration_ms',
] as const satisfies readonly (keyof Row)[]

const END_COLUMNS = [
  'status',
  'output',
  'error',
  'engine',
  'model',
  'prompt_tokens',
  'completion_tokens',
  'ended_at',
  'duration_ms',
] as const satisfies readonly (keyof Row)[]
const BY_ID = ['id'] as const

/** Runs that have not ended, in the very words of the index on them, which SQLite would not use for values that are bound. */
export const IS_LIVE = sql<boolean>`status IN ('queued', 'running')`

/** What is known of a run when it starts. */
export interface RunStart {
  id: string
  workflow: string
  operation: string
  input: unknown
  principal: string
  startedAt: Date
}

export interface RunEnd {
  status: RunStatus
  /** The output as JSON. */
  outputJson: string | null
  error: unknown
  engine: string | null
  model: string | null
  promptTokens: number
  completionTokens: number
  endedAt: Date
  durationMs: number
}

/** JSON with its keys in order, so that equal inputs have equal digests. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : JSON.stringify(value)
  let fields = ''
  for (const [key, inner] of Object.entries(value).sort(byName))
    if (inner !== undefined) fields += `${fields === '' ? '' : ','}${JSON.stringify(key)}:${canonical(inner)}`
  return `{${fields}}`
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)

type Pending = { [K in (typeof COLUMNS)[number]]: Row[K] }

const jsonObject = z.record(z.string(), z.unknown())

/** A stored run as the API shows it. */
export function toRun(row: Omit<Row, 'output' | 'owner' | 'cancel_requested' | 'input_digest'>): Run {
  return {
    id: row.id,
    workflow: row.workflow,
    operation: row.operation,
    status: row.status,
    input: row.input === null ? null : jsonObject.parse(JSON.parse(row.input)),
    error: row.error === null ? null : problemSchema.parse(JSON.parse(row.error)),
    engine: row.engine,
    model: row.model,
    prompt_tokens: row.prompt_tokens,
    completion_tokens: row.completion_tokens,
    principal: row.principal,
    started_at: row.started_at,
    ended_at: row.ended_at,
    duration_ms: row.duration_ms,
  }
}

/**
 * Writes runs in groups: one transaction, hence one wait for the disk, for all that started or ended within a few
 * milliseconds. What touches a user's files is journalled by itself and does not wait for this.
 */
export class RunRecords {
  readonly #store: Store
  readonly #log: Logger
  readonly #inserts = new Map<string, Pending>()
  readonly #updates = new Map<string, RunEnd>()
  #timer: NodeJS.Timeout | null = null
  #flushing: Promise<void> = Promise.resolve()
  #writing = 0
  /** Whether the last write failed, so that it is said once. */
  #failing = false

  constructor(store: Store, log: Logger) {
    this.#store = store
    this.#log = log
  }

  start(run: RunStart): void {
    const inputJson = canonical(run.input)
    this.#inserts.set(run.id, {
      id: run.id,
      workflow: run.workflow,
      operation: run.operation,
      status: 'running',
      input_digest: hash('sha256', inputJson),
      input: inputJson.length <= KEEP_INPUT_CHARS ? inputJson : null,
      output: null,
      error: null,
      engine: null,
      model: null,
      prompt_tokens: 0,
      completion_tokens: 0,
      principal: run.principal,
      owner: processOwner(),
      started_at: run.startedAt.toISOString(),
      ended_at: null,
      duration_ms: null,
    })
    this.#schedule()
  }

  end(id: string, end: RunEnd): void {
    const pending = this.#inserts.get(id)
    if (pending !== undefined) Object.assign(pending, this.#endColumns(id, end))
    else this.#updates.set(id, end)
    this.#schedule()
  }

  #endColumns(id: string, end: RunEnd) {
    return {
      status: end.status,
      output: end.outputJson !== null && end.outputJson.length <= KEEP_OUTPUT_CHARS ? end.outputJson : null,
      error: end.error === null ? null : JSON.stringify(toProblem(end.error, id)),
      engine: end.engine,
      model: end.model,
      prompt_tokens: end.promptTokens,
      completion_tokens: end.completionTokens,
      ended_at: end.endedAt.toISOString(),
      duration_ms: end.durationMs,
    }
  }

  /** Whether anything is not in the store yet. */
  get unwritten(): boolean {
    return this.#writing > 0 || this.#waiting
  }

  get #waiting(): boolean {
    return this.#inserts.size > 0 || this.#updates.size > 0
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.settle(), FLUSH_AFTER_MS)
  }

  /**
   * Writes what waits. Readers call it first, so that they see every run; what cannot be written now, as on a full disk, is
   * tried again, and keeps nobody from reading. Never rejects.
   */
  async settle(): Promise<void> {
    try {
      await this.flush()
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#log.error('the records of runs could not be written; trying again', { error })
      this.#failing = true
      this.#timer ??= setTimeout(() => void this.settle(), RETRY_MS)
    }
  }

  /** Writes what waits. @throws what the store does */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (!this.#waiting) return this.#flushing
    const write = () => this.#write()
    this.#flushing = this.#flushing.then(write, write)
    return this.#flushing
  }

  async #write(): Promise<void> {
    const inserts = new Map(this.#inserts)
    const updates = new Map(this.#updates)
    this.#inserts.clear()
    this.#updates.clear()
    if (inserts.size + updates.size === 0) return
    this.#writing++
    try {
      await this.#store.writeTogether(
        (writer) => {
          for (const row of inserts.values())
            writer.insert(
              'runs',
              COLUMNS,
              COLUMNS.map((column) => row[column]),
            )
          for (const [id, end] of updates) {
            const values = this.#endColumns(id, end)
            writer.update('runs', END_COLUMNS, BY_ID, [...END_COLUMNS.map((column) => values[column]), id])
          }
        },
        { relaxed: true },
      )
    } catch (error) {
      for (const [id, row] of inserts) this.#inserts.set(id, row)
      for (const [id, end] of updates) this.#updates.set(id, end)
      throw error
    } finally {
      this.#writing--
    }
  }
}
