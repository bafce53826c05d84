/** One run of one check: with a limit, and never throwing. */
import { messageOf } from '../errors/index.ts'
import { formatTimeSpan } from '../schedule/index.ts'
import type { CheckContext, HealthServices, Outcome, PlannedCheck, Result } from './types.ts'

/** What the runner knows of time, so that tests can hold it. */
export interface Clock {
  now: () => Date
  /** Milliseconds that only ever grow, whatever is done to the clock on the wall. */
  monotonic: () => number
  /** Calls back once after so many milliseconds; returns what cancels it. */
  setTimer: (callback: () => void, milliseconds: number) => () => void
}

/** A timer this late means that the process itself was busy or asleep, in milliseconds. */
const LATE_MS = 500

const NO_TIME = Symbol('no time')

/**
 * Waits for the limit. When the timer itself comes late, this process was busy and could not have seen an answer: the check
 * then gets as much time again, once.
 */
function limit(clock: Clock, milliseconds: number) {
  let cancel: () => void = () => undefined
  const reached = new Promise<typeof NO_TIME>((resolve) => {
    const due = clock.monotonic() + milliseconds
    cancel = clock.setTimer(() => {
      if (clock.monotonic() - due < LATE_MS) resolve(NO_TIME)
      else cancel = clock.setTimer(() => resolve(NO_TIME), milliseconds)
    }, milliseconds)
  })
  return { reached, cancel: () => cancel() }
}

function timedOut(check: PlannedCheck): Outcome {
  return {
    status: 'down',
    expected: `an answer within ${formatTimeSpan(check.timeoutMs)}`,
    actual: `no answer after ${formatTimeSpan(check.timeoutMs)}`,
    hint: `Look whether the machine is busy; health.checks.${check.id}.timeout allows more time.`,
  }
}

function broken(check: PlannedCheck, error: unknown): Outcome {
  return {
    status: 'unknown',
    expected: 'the check itself works',
    actual: `the check failed: ${messageOf(error)}`,
    hint: `This says nothing about what is checked. Switch the check off with health.checks.${check.id}.enable, and report it.`,
  }
}

export interface CheckRun {
  result: Promise<Result>
  /** Settles when the check has really ended, which may be after its time was up. */
  ended: Promise<void>
}

/**
 * Runs a check once. Neither promise rejects.
 * @param parent aborted when nobody waits for the result any longer
 */
export function runCheck(
  check: PlannedCheck,
  context: Omit<CheckContext, 'signal' | keyof HealthServices> & { services: HealthServices },
  clock: Clock,
  parent: AbortSignal,
): CheckRun {
  const { services, ...rest } = context
  const began = clock.monotonic()
  const stop = new AbortController()
  const time = limit(clock, check.timeoutMs)
  const giveUp = () => stop.abort()
  parent.addEventListener('abort', giveUp)
  // Inside an async function, so that a check that throws at once is caught as well.
  const running = (async () => await check.run({ ...services, ...rest, signal: stop.signal }))()
  const judge = async (): Promise<Result> => {
    let outcome: Outcome
    try {
      const first = await Promise.race([running, time.reached])
      outcome = first === NO_TIME ? timedOut(check) : first
    } catch (error) {
      outcome = broken(check, error)
    } finally {
      time.cancel()
      parent.removeEventListener('abort', giveUp)
      stop.abort()
    }
    return { ...outcome, durationMs: clock.monotonic() - began, at: clock.now() }
  }
  const ended = running.then(
    () => undefined,
    () => undefined,
  )
  return { result: judge(), ended }
}
