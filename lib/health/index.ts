/** Health: regular checks, incidents, history, and who is told. One for each process; only a server starts it. */
import type { Settings } from '../config/index.ts'
import type { Logger } from '../logging/index.ts'
import type { WorkflowDefinition } from '../operations/types.ts'
import { parseTimeSpan, type JobStatus } from '../schedule/index.ts'
import type { Store } from '../store/index.ts'
import { CHECK_SOURCES } from './checks/index.ts'
import { HealthHistory } from './history.ts'
import { ended, type Incident, nextIncident } from './incident.ts'
import { headline, incidentMessage, type Message, when } from './message.ts'
import { Outbox } from './outbox.ts'
import { planChecks } from './plan.ts'
import { type CheckReport, reportOf } from './report.ts'
import type { Clock } from './run-check.ts'
import { Runner } from './runner.ts'
import { send, type Target } from './send.ts'
import type { CheckState, Step } from './state.ts'
import type { CheckSource, HealthServices, PlannedCheck, Result, Status } from './types.ts'
import { incidentsOfWeek, noteWeekly, weeklyIsDue, weeklyMessage } from './weekly.ts'

export type { Incident } from './incident.ts'
export type { CheckReport } from './report.ts'
export type { Clock } from './run-check.ts'
export { ok, trouble, STATUSES } from './types.ts'
export type { Check, CheckContext, CheckSource, HealthServices, Outcome, Result, Status } from './types.ts'

/** Results that come within this time are written together, in milliseconds. */
const GROUP_MS = 250
const MINUTE_MS = 60_000
const PRUNE_MS = 3_600_000

export interface HealthOptions {
  settings: () => Settings
  store: Store
  workflows: readonly WorkflowDefinition[]
  now: () => Date
  log: Logger
  /** In place of those that come with the app, for tests. */
  sources?: readonly CheckSource[]
  clock?: Omit<Clock, 'now'>
  random?: () => number
  send?: (message: Message, target: Target, signal: AbortSignal) => Promise<string | null>
}

/** A timer that keeps the process alive: a command waits for its checks. */
function timer(callback: () => void, milliseconds: number): () => void {
  const handle = setTimeout(callback, milliseconds)
  return () => clearTimeout(handle)
}

export class Health {
  readonly #options: HealthOptions
  readonly #sources: CheckSource[]
  readonly #services: HealthServices
  readonly #clock: Clock
  readonly #history: HealthHistory
  readonly #runner: Runner
  readonly #open = new Map<string, Incident>()
  readonly outbox: Outbox
  #schedule: (() => readonly JobStatus[]) | null = null
  #cancelFlush: (() => void) | null = null
  #cancelMinute: (() => void) | null = null
  #lastPrune = -Infinity
  #telling: Promise<void> = Promise.resolve()

  constructor(options: HealthOptions) {
    const { settings, store, workflows, now, log, random = Math.random } = options
    this.#options = options
    this.#sources = [...(options.sources ?? CHECK_SOURCES)]
    this.#clock = { now, monotonic: () => performance.now(), setTimer: timer, ...options.clock }
    this.#services = {
      settings,
      store,
      workflows,
      now,
      schedule: () => this.#schedule?.() ?? null,
      overdue: () => (this.#runner.started ? this.#runner.overdue() : null),
    }
    this.#history = new HealthHistory(store, log)
    this.outbox = new Outbox({ store, settings, clock: this.#clock, log, send: options.send ?? send })
    this.#runner = new Runner({
      services: this.#services,
      plan: () => planChecks(this.#sources, this.#services),
      clock: this.#clock,
      random,
      log,
      onResult: (check, step, result) => this.#onResult(check, step, result),
      onRetired: (ids, active) => this.#onRetired(ids, active),
    })
  }

  /** Adds checks of another part of the app; each source once, at any time. */
  addSource(source: CheckSource): void {
    this.#sources.push(source)
    this.#runner.replan()
  }

  /**
   * Begins to check regularly.
   * @param schedule the scheduled jobs of this process
   */
  async start(schedule: () => readonly JobStatus[]): Promise<void> {
    this.#schedule = schedule
    const { checks, open } = await this.#history.load()
    for (const incident of open) {
      const state = checks.get(incident.checkId)?.state
      // Written by hand or by an older version: nothing would ever end it.
      if (state?.status === 'ok') this.#keepIncident(ended(incident, state.since))
      else this.#open.set(incident.checkId, incident)
    }
    await this.outbox.start()
    this.#runner.start(checks, parseTimeSpan(this.#options.settings().health.startDelay) ?? 0)
    this.#everyMinute()
  }

  /** Stops checking and writes what is left. */
  async stop(): Promise<void> {
    this.#runner.stop()
    this.#cancelMinute?.()
    this.#cancelFlush?.()
    await this.#telling
    await this.outbox.stop()
    await this.#history.flush()
  }

  /** Writes what was found and is not written yet. */
  flush(): Promise<void> {
    return this.#history.flush()
  }

  /** Every check that applies now, as it stands. In a process that does not run them, as the server left them. */
  async list(): Promise<CheckReport[]> {
    const states = this.#runner.states()
    const now = this.#clock.now()
    if (this.#runner.started)
      return states.map(({ check, state, overdue }) => reportOf(check, state, overdue, true, now))
    const { checks: known } = await this.#history.load()
    return states.map(({ check }) => {
      const state = known.get(check.id)?.state ?? null
      const age = state === null ? 0 : now.getTime() - state.last.at.getTime()
      return reportOf(check, state, age > 2 * check.intervalMs + check.timeoutMs, false, now)
    })
  }

  /** As {@link list}, at once and from memory; empty in a process that does not run the checks. */
  current(): CheckReport[] {
    if (!this.#runner.started) return []
    const now = this.#clock.now()
    return this.#runner.states().map(({ check, state, overdue }) => reportOf(check, state, overdue, true, now))
  }

  /** Incidents that are not over, as this process knows them. */
  openIncidents(): Incident[] {
    return [...this.#open.values()]
  }

  /**
   * Runs checks now. In the server the results count like any others; elsewhere they are only shown.
   * @param id one check, or null for all
   * @param reach whether paid and distant services may be asked too
   */
  async runNow(id: string | null, reach: boolean): Promise<(CheckReport & Result)[]> {
    const results = await this.#runner.runNow(id === null ? null : [id], reach)
    const now = this.#clock.now()
    return this.#runner.states().flatMap(({ check, state }) => {
      const result = results.get(check.id)
      return result === undefined ? [] : [{ ...reportOf(check, state, false, true, now), ...result }]
    })
  }

  /** Sends a message that says it is a test. @returns null when it was taken, else why not */
  async testNotifier(target: Target, signal: AbortSignal): Promise<string | null> {
    const since = this.#clock.now().toISOString()
    const text = 'This is a test: messages about the health of this machine arrive here.'
    const message: Message = {
      id: `test:${since}`,
      event: 'test',
      incident: null,
      check: null,
      status: 'ok',
      title: 'Test of hwc-ai',
      text,
      since,
      until: null,
    }
    return await (this.#options.send ?? send)(message, target, signal)
  }

  #onResult(check: PlannedCheck, { state, changed }: Step, result: Result): void {
    this.#history.add(check, state, result)
    if (changed !== null) this.#onChange(check, state, changed)
    this.#cancelFlush ??= this.#clock.setTimer(() => {
      this.#cancelFlush = null
      void this.#history.flush()
    }, GROUP_MS)
  }

  #onChange(check: PlannedCheck, state: CheckState, changed: { from: Status | null; to: Status }): void {
    if (changed.from !== null || changed.to !== 'ok') this.#logChange(check, state, changed)
    const step = nextIncident(check, state, changed, this.#open.get(check.id) ?? null)
    if (step === null) return
    this.#keepIncident(step.incident)
    if (step.event !== null) this.#tell(incidentMessage(step.incident, step.event))
  }

  #logChange(
    { id, title }: PlannedCheck,
    { since, last }: CheckState,
    { from, to }: { from: Status | null; to: Status },
  ): void {
    const fields = {
      check: id,
      from,
      to,
      since: since.toISOString(),
      expected: last.expected,
      actual: last.actual,
      hint: last.hint,
    }
    const line = `${headline(title, to)} since ${when(since)}`
    if (to === 'ok') this.#options.log.info(line, fields)
    else if (to === 'down') this.#options.log.error(line, fields)
    else this.#options.log.warn(line, fields)
  }

  #keepIncident(incident: Incident): void {
    this.#history.addIncident(incident)
    if (incident.endedAt === null) this.#open.set(incident.checkId, incident)
    else this.#open.delete(incident.checkId)
  }

  #tell(message: Message): void {
    const post = () => this.outbox.post(message)
    this.#telling = this.#telling.then(post, post)
  }

  /** What is no longer checked cannot become well: its incident ends here, and nobody is told that it did. */
  #onRetired(ids: readonly string[], active: ReadonlySet<string>): void {
    for (const id of ids) {
      const open = this.#open.get(id)
      if (open !== undefined)
        this.#keepIncident({ ...ended(open, this.#clock.now()), actual: `${open.actual} (no longer checked)` })
    }
    const { log } = this.#options
    this.#history
      .flush()
      .then(() => this.#history.retire(active))
      .catch((error: unknown) => log.warn('Checks that are no longer run could not be marked', { error }))
  }

  #everyMinute(): void {
    const work = this.#seeToTheRest().catch((error: unknown) =>
      this.#options.log.error('Upkeep of the health history failed', { error }),
    )
    void work.finally(() => {
      if (this.#runner.started) this.#cancelMinute = this.#clock.setTimer(() => this.#everyMinute(), MINUTE_MS)
    })
  }

  /** Drops results, sums and incidents that are older than the settings keep them. */
  async prune(): Promise<void> {
    const { rawDays, dailyDays } = this.#options.settings().health
    await this.#history.prune(this.#clock.now(), rawDays, dailyDays)
  }

  async #seeToTheRest(): Promise<void> {
    const { settings, store } = this.#options
    const { weeklyAllWell } = settings().health
    const now = this.#clock.now()
    if (this.#clock.monotonic() - this.#lastPrune >= PRUNE_MS) {
      this.#lastPrune = this.#clock.monotonic()
      await this.prune()
    }
    // What could not be written before is tried again.
    await this.#history.flush()
    if (!weeklyAllWell || !(await weeklyIsDue(store, now))) return
    const message = weeklyMessage(this.#runner.states(), await incidentsOfWeek(store, now), now)
    this.#options.log.info(message.title, { weekly: message.text })
    this.#tell(message)
    await noteWeekly(store, now)
  }
}
