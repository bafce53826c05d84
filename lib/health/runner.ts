/** When each check runs. Elapsed time alone decides, so a clock that is set changes nothing; nothing runs over itself. */
import { messageOf } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import { formatTimeSpan } from '../schedule/index.ts'
import type { KnownCheck } from './history-rows.ts'
import { type Clock, runCheck } from './run-check.ts'
import { advance, type CheckState, type Step } from './state.ts'
import { type HealthServices, type PlannedCheck, type Result, trouble } from './types.ts'

/** Longest sleep, so that changed settings and a machine that slept are noticed soon, in milliseconds. */
const LONGEST_SLEEP_MS = 15_000
/** Checks that run at the same time. */
const AT_ONCE = 16
/** Share of its interval by which a check may come earlier, so that they do not all come together. */
const JITTER = 0.1
/** Longest time until a result that differs from the state in force is looked at again, in milliseconds. */
const CONFIRM_MS = 30_000
/** The first round, and one after the machine slept, is spread over this time at most. */
const SPREAD_MS = 20_000
/** A difference between the clock on the wall and elapsed time that is more than trimming, in milliseconds. */
const JUMP_MS = 60_000

export interface RunnerOptions {
  services: HealthServices
  /** The checks as the settings have them now. */
  plan: () => readonly PlannedCheck[]
  clock: Clock
  /** From 0 to 1, for jitter. */
  random: () => number
  log: Logger
  /** Told of every result, with the state it led to. */
  onResult: (check: PlannedCheck, step: Step, result: Result) => void
  /** Told of checks that are no longer run. */
  onRetired: (ids: readonly string[], active: ReadonlySet<string>) => void
}

interface Entry {
  check: PlannedCheck
  state: CheckState | null
  firstSeen: Date
  /** Elapsed time at which it runs next. */
  due: number
  running: Promise<Result> | null
  /** A run whose time was up and that still goes on. */
  lingering: boolean
  /** Elapsed time of its last end, or of when it was first planned to run. */
  lastEnd: number
}

/** Time until a result that differs from the state in force is looked at again, in milliseconds. */
function confirmMs({ intervalMs, failuresBeforeDown }: PlannedCheck): number {
  return Math.min(CONFIRM_MS, intervalMs / (2 * failuresBeforeDown))
}

/**
 * Time until the next regular run, in milliseconds. What confirming takes is taken off: from a failure to its report, with all
 * the results in a row that it needs, no more than one interval passes, and the time that the check itself takes.
 * @param random from 0 to 1
 */
function periodMs(check: PlannedCheck, random: number): number {
  return (check.intervalMs - (check.failuresBeforeDown - 1) * confirmMs(check)) * (1 - JITTER * random)
}

export class Runner {
  readonly #options: RunnerOptions
  readonly #entries = new Map<string, Entry>()
  #known: ReadonlyMap<string, KnownCheck> = new Map()
  #plannedFor: unknown = null
  #cancelTimer: (() => void) | null = null
  #running = 0
  #started = false
  readonly #stop = new AbortController()
  #lastTick: { wall: number; elapsed: number } | null = null

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  /**
   * Begins.
   * @param known the states that an earlier process left
   * @param startDelayMs time until the first checks, which tests and people need less of than a machine that boots
   */
  start(known: ReadonlyMap<string, KnownCheck>, startDelayMs: number): void {
    this.#known = known
    this.#started = true
    this.#replan(startDelayMs)
    this.#tick()
  }

  /** Starts nothing more, and ends what runs. */
  stop(): void {
    this.#stop.abort()
    this.#cancelTimer?.()
  }

  /** Whether it runs the checks by itself. */
  get started(): boolean {
    return this.#started && !this.#stop.signal.aborted
  }

  /** Takes the checks as they are now, at the next tick. */
  replan(): void {
    this.#plannedFor = null
    if (this.started) this.#sleep()
  }

  /** Every check with its state, null before its first result. */
  states(): { check: PlannedCheck; state: CheckState | null; overdue: boolean }[] {
    if (!this.#started) this.#replan(0)
    return [...this.#entries.values()].map((entry) => ({
      check: entry.check,
      state: entry.state,
      overdue: this.#isOverdue(entry),
    }))
  }

  overdue(): string[] {
    return [...this.#entries.values()].filter((entry) => this.#isOverdue(entry)).map(({ check }) => check.id)
  }

  #isOverdue({ check, lastEnd }: Entry): boolean {
    return this.started && this.#options.clock.monotonic() - lastEnd > 2 * check.intervalMs + check.timeoutMs
  }

  /** Runs checks now, all or the named ones; one that runs already is waited for instead. */
  async runNow(ids: readonly string[] | null, reach: boolean): Promise<Map<string, Result>> {
    if (!this.started) this.#replan(0)
    const waiting = [...this.#entries.values()].filter(({ check }) => ids === null || ids.includes(check.id))
    const results = new Map<string, Result>()
    const next = async (): Promise<void> => {
      for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift())
        results.set(entry.check.id, await (entry.running ?? this.#begin(entry, reach)))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, next))
    return results
  }

  #replan(firstDelayMs: number): void {
    const { services, plan, clock, random, log, onRetired } = this.#options
    let checks: readonly PlannedCheck[]
    this.#plannedFor = services.settings()
    try {
      checks = plan()
    } catch (error) {
      log.error(`The health checks could not be listed: ${messageOf(error)}`, { error })
      return
    }
    const elapsed = clock.monotonic()
    for (const check of checks) {
      const before = this.#entries.get(check.id)
      const spread = random() * Math.min(SPREAD_MS, JITTER * check.intervalMs)
      const due = elapsed + firstDelayMs + spread
      if (before !== undefined) Object.assign(before, { check, due: Math.min(before.due, elapsed + check.intervalMs) })
      else {
        const known = this.#known.get(check.id)
        const firstSeen = known?.firstSeen ?? clock.now()
        this.#entries.set(check.id, {
          check,
          state: known?.state ?? null,
          firstSeen,
          due,
          running: null,
          lingering: false,
          lastEnd: due,
        })
      }
    }
    const active = new Set(checks.map(({ id }) => id))
    const gone = [...this.#entries.keys(), ...this.#known.keys()].filter((id) => !active.has(id))
    for (const id of gone) this.#entries.delete(id)
    if (this.#started && gone.length > 0) onRetired([...new Set(gone)], active)
  }

  #tick(): void {
    if (this.#stop.signal.aborted) return
    const { clock, services } = this.#options
    this.#noticeJump()
    if (this.#plannedFor !== services.settings()) this.#replan(0)
    const elapsed = clock.monotonic()
    const due = [...this.#entries.values()].filter((entry) => entry.running === null && entry.due <= elapsed)
    due.sort((a, b) => a.due - b.due)
    for (const entry of due) {
      if (this.#running >= AT_ONCE) break
      void this.#begin(entry, false)
    }
    this.#sleep()
  }

  /** The machine slept, or its clock was set: what was found before may be long ago, so everything is looked at soon. */
  #noticeJump(): void {
    const { clock, random, log } = this.#options
    const at = { wall: clock.now().getTime(), elapsed: clock.monotonic() }
    const before = this.#lastTick
    this.#lastTick = at
    if (before === null) return
    const jump = at.wall - before.wall - (at.elapsed - before.elapsed)
    if (Math.abs(jump) < JUMP_MS) return
    log.info('The clock was set, or the machine slept; all checks run again', { jump_ms: Math.round(jump) })
    for (const entry of this.#entries.values()) entry.due = Math.min(entry.due, at.elapsed + random() * SPREAD_MS)
  }

  #sleep(): void {
    this.#cancelTimer?.()
    if (this.#stop.signal.aborted) return
    const { clock, services } = this.#options
    const changed = this.#plannedFor !== services.settings()
    const full = this.#running >= AT_ONCE
    let next = changed ? 0 : LONGEST_SLEEP_MS
    const elapsed = clock.monotonic()
    // When as many run as may, the end of one of them wakes this again.
    if (!full)
      for (const entry of this.#entries.values()) if (entry.running === null) next = Math.min(next, entry.due - elapsed)
    this.#cancelTimer = clock.setTimer(() => this.#tick(), Math.max(0, next))
  }

  #begin(entry: Entry, reach: boolean): Promise<Result> {
    const { clock, services, random } = this.#options
    const began = clock.monotonic()
    entry.due = began + periodMs(entry.check, random())
    this.#running += 1
    const running = (
      entry.lingering ? Promise.resolve(this.#stillRuns(entry)) : this.#run(entry, services, reach)
    ).then((result) => {
      this.#finish(entry, result)
      return result
    })
    entry.running = running
    return running
  }

  #run(entry: Entry, services: HealthServices, reach: boolean): Promise<Result> {
    const context = { services, reach, firstSeen: entry.firstSeen }
    const { result, ended } = runCheck(entry.check, context, this.#options.clock, this.#stop.signal)
    entry.lingering = true
    void ended.then(() => void (entry.lingering = false))
    return result
  }

  #stillRuns({ check }: Entry): Result {
    const outcome = trouble(
      'down',
      `the check ends within ${formatTimeSpan(check.timeoutMs)}`,
      'the run before still goes on, so no new one was begun',
      'Restart the app if that stays so, and report it.',
    )
    return { ...outcome, durationMs: 0, at: this.#options.clock.now() }
  }

  #finish(entry: Entry, result: Result): void {
    this.#running -= 1
    entry.running = null
    entry.lastEnd = this.#options.clock.monotonic()
    const step = advance(entry.state, result, entry.check.failuresBeforeDown)
    entry.state = step.state
    if (!this.started) return
    if (step.state.pending > 0) entry.due = Math.min(entry.due, entry.lastEnd + confirmMs(entry.check))
    if (this.#entries.get(entry.check.id) === entry) this.#options.onResult(entry.check, step, result)
    this.#sleep()
  }
}
