/** Keeps what the checks found: single results for days, sums per hour and day for a year, incidents. Written in groups. */
import type { Logger } from '../logging/index.ts'
import type { Store } from '../store/index.ts'
import {
  DAY_S,
  type Entry,
  HOUR_S,
  type KnownCheck,
  toIncident,
  toKnown,
  writeChecks,
  writeIncident,
  writeResults,
} from './history-rows.ts'
import type { Incident } from './incident.ts'
import type { CheckState } from './state.ts'
import type { PlannedCheck, Result } from './types.ts'

const DAY_MS = DAY_S * 1000

/** Most results that wait for a disk that is full; older ones are dropped. */
const MAX_WAITING = 5000

/** Writes in groups; what cannot be written, as on a full disk, waits and is tried with the next group. */
export class HealthHistory {
  readonly #store: Store
  readonly #log: Logger
  #entries: Entry[] = []
  readonly #incidents = new Map<string, Incident>()
  readonly #numbers = new Map<string, number>()
  #writing: Promise<void> = Promise.resolve()
  #failing = false

  constructor(store: Store, log: Logger) {
    this.#store = store
    this.#log = log
  }

  /** Takes a result; it is written with the next {@link flush}. */
  add(check: PlannedCheck, state: CheckState, result: Result): void {
    this.#entries.push({ check, state, result })
    if (this.#entries.length > MAX_WAITING) this.#entries.splice(0, this.#entries.length - MAX_WAITING)
  }

  /** Takes an incident as it is now. */
  addIncident(incident: Incident): void {
    this.#incidents.set(incident.id, incident)
  }

  /** Writes what waits, in one transaction. Never rejects: health goes on without its history. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    const [entries, incidents] = [this.#entries, [...this.#incidents.values()]]
    if (entries.length === 0 && incidents.length === 0) return
    this.#entries = []
    this.#incidents.clear()
    try {
      await this.#store.db.transaction().execute(async (trx) => {
        await writeChecks(trx, entries, this.#numbers)
        await writeResults(trx, entries, this.#numbers)
        for (const incident of incidents) await writeIncident(trx, incident)
      })
      this.#failing = false
    } catch (error) {
      this.#entries = [...entries, ...this.#entries].slice(-MAX_WAITING)
      for (const incident of incidents)
        if (!this.#incidents.has(incident.id)) this.#incidents.set(incident.id, incident)
      if (!this.#failing)
        this.#log.error('The results of the health checks cannot be written; they are kept in memory', { error })
      this.#failing = true
    }
  }

  /** What earlier processes left: the state of each check, and the incidents that are open. */
  async load(): Promise<{ checks: Map<string, KnownCheck>; open: Incident[] }> {
    const rows = await this.#store.db.selectFrom('health_checks').selectAll().execute()
    const open = await this.#store.db.selectFrom('health_incidents').selectAll().where('ended_at', 'is', null).execute()
    for (const { id, n } of rows) this.#numbers.set(id, n)
    return { checks: new Map(rows.map((row) => [row.id, toKnown(row)])), open: open.map(toIncident) }
  }

  /** Marks the checks that no longer are, so that nobody waits for their results. */
  async retire(active: ReadonlySet<string>): Promise<void> {
    await this.#store.db
      .updateTable('health_checks')
      .set({ active: 0 })
      .where('active', '=', 1)
      .where('id', 'not in', [...active])
      .execute()
  }

  /** Drops single results, sums and incidents that are older than the settings keep them. */
  async prune(now: Date, rawDays: number, dailyDays: number): Promise<void> {
    const { db } = this.#store
    const rawBefore = now.getTime() - rawDays * DAY_MS
    const dailyBefore = now.getTime() - dailyDays * DAY_MS
    for (const { n } of await db.selectFrom('health_checks').select('n').execute()) {
      await db.deleteFrom('health_points').where('check_n', '=', n).where('at', '<', rawBefore).execute()
      for (const [width, before] of [
        [HOUR_S, rawBefore],
        [DAY_S, dailyBefore],
      ] as const)
        await db
          .deleteFrom('health_bars')
          .where('width', '=', width)
          .where('check_n', '=', n)
          .where('start', '<', before / 1000)
          .execute()
    }
    await db.deleteFrom('health_incidents').where('ended_at', '<', dailyBefore).execute()
    await db.deleteFrom('health_deliveries').where('ended_at', '<', dailyBefore).execute()
  }
}
