/** What a health check is. One file under `checks/` for each; the runner alone owns when, how long, and what a throw means. */
import type { Settings } from '../config/index.ts'
import type { WorkflowDefinition } from '../operations/types.ts'
import type { JobStatus } from '../schedule/index.ts'
import type { Store } from '../store/index.ts'

/** From good to bad; the place in this list is what the history keeps. `unknown`: the check itself could not tell. */
export const STATUSES = ['ok', 'unknown', 'degraded', 'down'] as const
export type Status = (typeof STATUSES)[number]

/** What a check found: what should be beside what is, in words a tired person understands, and what to do. */
export interface Outcome {
  status: Status
  expected: string
  actual: string
  /** What to do next; null when all is well. */
  hint: string | null
}

/** What checks look at. No globals: everything is handed in. */
export interface HealthServices {
  settings: () => Settings
  store: Store
  workflows: readonly WorkflowDefinition[]
  now: () => Date
  /** The scheduled jobs of this process, or null when it runs no schedule. */
  schedule: () => readonly JobStatus[] | null
  /** Ids of the checks that should have run long since; null when this process does not run them. */
  overdue: () => readonly string[] | null
}

export interface CheckContext extends HealthServices {
  /** Aborted when the time is up. */
  signal: AbortSignal
  /** When this check first ran on this machine. */
  firstSeen: Date
  /** Whether a person asked to reach out to paid or distant services too. */
  reach: boolean
}

export interface Check {
  /** Unique, kebab-case: address in the API, label in the metrics, key in `hwc.ai.health.checks`. */
  id: string
  /** What is checked, as the subject of a sentence: "Ollama", "The model folder". */
  title: string
  /** Milliseconds between two runs, where the check has an interval of its own. */
  intervalMs?: number
  /** Milliseconds it may take, where it may take longer than others. */
  timeoutMs?: number
  run(context: CheckContext): Promise<Outcome>
}

/** Contributes checks: each file of `checks/` is one, other parts of the app may add theirs. */
export interface CheckSource {
  /** Name of its file; its check has the same id, or ids that begin with `prefix`. */
  id: string
  prefix?: string
  /** The checks that apply now; one that the settings switch off is not listed at all. */
  list(services: HealthServices): readonly Check[]
}

/** A check with what the settings say of it. */
export interface PlannedCheck extends Check {
  intervalMs: number
  timeoutMs: number
  failuresBeforeDown: number
  /** Shown on the public status page. */
  public: boolean
}

/** One finished run of a check. */
export interface Result extends Outcome {
  /** Milliseconds. */
  durationMs: number
  at: Date
}

export function ok(expected: string, actual: string): Outcome {
  return { status: 'ok', expected, actual, hint: null }
}

/** An outcome other than `ok`; `hint` says what to do. */
export function trouble(status: Exclude<Status, 'ok'>, expected: string, actual: string, hint: string): Outcome {
  return { status, expected, actual, hint }
}
