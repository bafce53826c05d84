/** Starts jobs at the times of their calendar events, inside this process. */
import { messageOf } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import { calendar } from './calendar.ts'
import type { Calendar } from './calendar.ts'
import type { ScheduleMarks } from './marks.ts'

export interface ScheduledJob {
  /** Unique; its mark is remembered under it. */
  id: string
  /** systemd calendar event. */
  onCalendar: string
}

export interface JobStatus {
  id: string
  onCalendar: string
  running: boolean
  /** Null when the calendar event never comes again, or before `start`. */
  nextRun: Date | null
}

export interface SchedulerOptions<Job extends ScheduledJob> {
  jobs: readonly Job[]
  now: () => Date
  /** Calls back once after so many milliseconds; returns what cancels it. Should not keep the process alive. */
  setTimer: (callback: () => void, milliseconds: number) => () => void
  /** Does the work. `signal` is aborted when the scheduler stops. */
  run: (job: Job, signal: AbortSignal) => Promise<unknown>
  log: Logger
  marks: ScheduleMarks
}

export interface Scheduler<Job extends ScheduledJob> {
  /** Begins; a job that was missed while nothing ran is started once, however often it was missed. */
  start(): Promise<void>
  /** Aborts what runs, waits for it to end, and starts nothing more. */
  stop(): Promise<void>
  /** Takes other jobs, as after a change of the settings. What runs goes on; times count from now. */
  replace(jobs: readonly Job[]): Promise<void>
  status(): JobStatus[]
  /** When a job is next started; null when never, or when there is no such job. */
  nextRun(id: string): Date | null
}

/** Longest sleep: a clock that was set, or a machine that slept, is noticed within this time. */
const LONGEST_SLEEP_MS = 60_000

/** Smaller steps back are the usual trimming of the clock. */
const SET_BACK_MS = 1000

interface Entry<Job> {
  job: Job
  calendar: Calendar
  nextRun: Date | null
}

/**
 * | state of a job | its time comes | it ends or fails | the clock is set back |
 * |---|---|---|---|
 * | waiting | started; waits for the next time after now | | waits for the next time after now |
 * | running | skipped, with a log line | waits for its next time | as above |
 *
 * The start is remembered before the work begins, so that a job that takes the process down is not tried again at once.
 * @throws AppError `invalid-input` for a job whose calendar event is none
 */
export function createScheduler<Job extends ScheduledJob>(options: SchedulerOptions<Job>): Scheduler<Job> {
  const { now, setTimer, run, log, marks } = options
  const stopping = new AbortController()
  const running = new Map<string, Promise<void>>()
  let entries = entriesOf(options.jobs)
  let cancelTimer: (() => void) | null = null
  let lastTick = -Infinity
  let started = false

  async function work(job: Job, at: Date): Promise<void> {
    try {
      await marks.write(job.id, at)
    } catch (error) {
      log.warn('The time of a scheduled run could not be remembered', { job: job.id, error })
    }
    try {
      if (!stopping.signal.aborted) await run(job, stopping.signal)
    } catch (error) {
      if (!stopping.signal.aborted) log.error(`A scheduled run failed: ${messageOf(error)}`, { job: job.id, error })
    } finally {
      running.delete(job.id)
    }
  }

  function begin(entry: Entry<Job>, at: Date): void {
    const { job } = entry
    entry.nextRun = entry.calendar.next(at)
    if (running.has(job.id)) {
      log.warn('A scheduled run was skipped: the one before still goes on', { job: job.id })
      return
    }
    running.set(job.id, work(job, at))
  }

  function tick(): void {
    const at = now()
    const setBack = at.getTime() < lastTick - SET_BACK_MS
    lastTick = at.getTime()
    for (const entry of entries) {
      if (setBack) entry.nextRun = entry.calendar.next(at)
      else if (entry.nextRun !== null && entry.nextRun <= at) begin(entry, at)
    }
    sleep(at)
  }

  function sleep(at: Date): void {
    cancelTimer?.()
    const next = Math.min(...entries.map(({ nextRun }) => nextRun?.getTime() ?? Infinity))
    cancelTimer =
      next === Infinity ? null : setTimer(tick, Math.min(Math.max(next - at.getTime(), 0), LONGEST_SLEEP_MS))
  }

  async function recall(entry: Entry<Job>): Promise<void> {
    const at = now()
    const remembered = await marks.read(entry.job.id)
    if (remembered === null) await marks.write(entry.job.id, at)
    entry.nextRun = entry.calendar.next(remembered === null || remembered > at ? at : remembered)
  }

  return {
    start: async () => {
      started = true
      await Promise.all(entries.map(recall))
      if (!stopping.signal.aborted) tick()
    },
    stop: async () => {
      stopping.abort()
      cancelTimer?.()
      cancelTimer = null
      await Promise.all(running.values())
    },
    replace: async (jobs) => {
      const known = new Set(entries.map(({ job }) => job.id))
      entries = entriesOf(jobs)
      if (!started || stopping.signal.aborted) return
      const at = now()
      for (const entry of entries) entry.nextRun = entry.calendar.next(at)
      sleep(at)
      await Promise.all(entries.filter(({ job }) => !known.has(job.id)).map(({ job }) => marks.write(job.id, at)))
    },
    status: () =>
      entries.map(({ job, nextRun }) => ({
        id: job.id,
        onCalendar: job.onCalendar,
        running: running.has(job.id),
        nextRun,
      })),
    nextRun: (id) => entries.find(({ job }) => job.id === id)?.nextRun ?? null,
  }
}

function entriesOf<Job extends ScheduledJob>(jobs: readonly Job[]): Entry<Job>[] {
  return jobs.map((job) => ({ job, calendar: calendar(job.onCalendar), nextRun: null }))
}

/** A timer of this process that does not keep it alive. */
export function processTimer(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds)
  timer.unref()
  return () => clearTimeout(timer)
}
