/** Calls of tools: who called what, how long it took and what it failed with. Never the arguments: they may hold anything. */
import { sql } from 'kysely'
import type { Logger } from '../logging/index.ts'
import type { Principal } from '../operations/types.ts'
import type { Store } from '../store/index.ts'

/** Server under which our own tools are recorded. */
export const OWN_TOOLS = 'workflows'

const DAY_MS = 86_400_000
const COLUMNS = [
  'at',
  'face',
  'server',
  'tool',
  'principal_id',
  'principal_name',
  'duration_ms',
  'error',
  'run_id',
] as const

export interface ToolCall {
  /** How it came. */
  face: 'openapi' | 'mcp'
  /** {@link OWN_TOOLS}, or the name of the server behind the gateway. */
  server: string
  tool: string
  principal: Principal
  /** Milliseconds. */
  durationMs: number
  /** Null when it worked, else the error's code. */
  error: string | null
  runId: string | null
}

export interface EndedCall extends ToolCall {
  at: Date
}

export interface CallRecord {
  at: Date
  face: string
  server: string
  tool: string
  principal: string
  durationMs: number
  error: string | null
  runId: string | null
}

/** Figures of one tool, or of one server when `tool` is null. */
export interface CallFigures {
  calls: number
  errors: number
  lastAt: Date | null
  lastError: string | null
}

export interface CallDay {
  /** Midnight in UTC. */
  day: Date
  calls: number
  errors: number
}

function rowOf({ at, face, server, tool, principal, durationMs, error, runId }: EndedCall) {
  return [at.getTime(), face, server, tool, principal.id, principal.name, durationMs, error, runId]
}

export interface CallsOptions {
  store: Store
  now: () => Date
  log: Logger
  /** Told of each call that ended. */
  observe?: (call: ToolCall) => void
}

export class Calls {
  readonly #options: CallsOptions
  readonly #writing = new Set<Promise<unknown>>()

  constructor(options: CallsOptions) {
    this.#options = options
  }

  /** Records a call. Costs the caller nothing: it is written with whatever else is, and a failure to write is logged. */
  record(call: ToolCall): void {
    this.recordAll([{ ...call, at: this.#options.now() }])
  }

  /** Records calls that ended, all or none of them, as {@link record} does. */
  recordAll(calls: readonly EndedCall[]): void {
    const [first] = calls
    if (first === undefined) return
    const { store, log, observe } = this.#options
    if (observe !== undefined) for (const call of calls) observe(call)
    const rows = calls.map(rowOf)
    // One by one: within a savepoint, a statement of several rows keeps a copy of every page for itself, in a file at last.
    const writing: Promise<unknown> = store
      .writeTogether(
        (writer) => {
          for (const row of rows) writer.insert('tool_calls', COLUMNS, row)
        },
        { relaxed: true },
      )
      .catch((error: unknown) =>
        log.error('calls could not be recorded', { error, server: first.server, calls: calls.length }),
      )
      .finally(() => this.#writing.delete(writing))
    this.#writing.add(writing)
  }

  /** Waits until every call that was recorded is written: before the store is closed. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing)
  }

  /** Figures of each server's tools since a time; the key is `server` for the whole of one, else `server tool`. */
  async figures(since: Date): Promise<Map<string, CallFigures>> {
    const rows = await this.#options.store.db
      .selectFrom('tool_calls')
      .select(({ fn }) => [
        'server',
        'tool',
        'error',
        fn.countAll<number>().as('calls'),
        fn.max<number>('at').as('last_at'),
      ])
      .where('at', '>=', since.getTime())
      .groupBy(['server', 'tool', 'error'])
      .orderBy('last_at')
      .execute()
    const figures = new Map<string, CallFigures>()
    for (const { server, tool, error, calls, last_at } of rows)
      for (const key of [server, `${server} ${tool}`]) {
        const known = figures.get(key) ?? { calls: 0, errors: 0, lastAt: null, lastError: null }
        known.calls += calls
        if (error !== null) Object.assign(known, { errors: known.errors + calls, lastError: error })
        known.lastAt = new Date(last_at)
        figures.set(key, known)
      }
    return figures
  }

  /** Calls of a server for each of the last days, the oldest first; days without a call are there too. */
  async perDay(server: string, days: number): Promise<CallDay[]> {
    const today = Math.floor(this.#options.now().getTime() / DAY_MS)
    const first = today - days + 1
    const rows = await this.#options.store.db
      .selectFrom('tool_calls')
      .select(({ fn }) => [
        // A number that is bound would be taken for a fraction, and each call would be a day of its own.
        sql<number>`at / ${sql.lit(DAY_MS)}`.as('day'),
        fn.countAll<number>().as('calls'),
        fn.count<number>('error').as('errors'),
      ])
      .where('server', '=', server)
      .where('at', '>=', first * DAY_MS)
      .groupBy('day')
      .execute()
    const byDay = new Map(rows.map((row) => [row.day, row]))
    return Array.from({ length: days }, (_, index) => {
      const row = byDay.get(first + index)
      return { day: new Date((first + index) * DAY_MS), calls: row?.calls ?? 0, errors: row?.errors ?? 0 }
    })
  }

  /** The latest calls, the newest first. */
  async latest(query: { server?: string; limit: number }): Promise<CallRecord[]> {
    let select = this.#options.store.db.selectFrom('tool_calls').selectAll().orderBy('n', 'desc').limit(query.limit)
    if (query.server !== undefined) select = select.where('server', '=', query.server)
    return (await select.execute()).map((row) => ({
      at: new Date(row.at),
      face: row.face,
      server: row.server,
      tool: row.tool,
      principal: row.principal_name,
      durationMs: row.duration_ms,
      error: row.error,
      runId: row.run_id,
    }))
  }

  /** Removes calls older than this many days; 0 keeps them for ever. @returns how many were removed */
  async prune(retentionDays: number): Promise<number> {
    if (retentionDays === 0) return 0
    const before = this.#options.now().getTime() - retentionDays * DAY_MS
    const { numDeletedRows } = await this.#options.store.db
      .deleteFrom('tool_calls')
      .where('at', '<', before)
      .executeTakeFirst()
    return Number(numDeletedRows)
  }
}
