/** What the server does by itself: finishing interrupted work, the schedule, retention, the note that it runs. */
import { SCHEDULER_PRINCIPAL } from '../auth/index.ts'
import type { Core } from '../core/index.ts'
import { modelFigures, modelJobs, type ModelWork, modelWork } from '../models/index.ts'
import { validateInput } from '../operations/validate.ts'
import { enforceRetention } from '../system/index.ts'
import { createScheduler, marksIn, processTimer, type ScheduledJob } from '../schedule/index.ts'

/** How often the note in the store and the retention are seen to, in milliseconds. */
const NOTE_MS = 30_000
const RETENTION_MS = 3_600_000

export interface Background {
  stop(): Promise<void>
}

interface BackgroundJob extends ScheduledJob {
  /** Null: a job of the app itself. */
  workflow: string | null
  /** Run one after the other, each recorded. */
  operations: readonly { id: string; input: Record<string, unknown> }[]
  /** Whether there is anything to do now. */
  isWanted: (signal: AbortSignal) => Promise<boolean>
}

function workflowJobs({ registry, settings }: Core): BackgroundJob[] {
  return registry.workflows.flatMap((workflow) =>
    workflow
      .configured(settings)
      .schedules.filter((schedule) => schedule.enabled)
      .map((schedule) => ({
        id: `${workflow.id} ${JSON.stringify(schedule.input)}`,
        onCalendar: schedule.onCalendar,
        workflow: workflow.id,
        operations: [{ id: schedule.operation ?? workflow.main, input: schedule.input }],
        isWanted: () => Promise.resolve(true),
      })),
  )
}

/** What looking after the models works with, outside of a run. */
function outsideRun({ settings, store, now, log }: Core, signal: AbortSignal): ModelWork {
  return modelWork({ settings, store, now, log, signal, emit: () => undefined, runId: null })
}

/** The scheduled runs that the settings ask for, each under an id that survives a restart. */
function jobsOf(core: Core): BackgroundJob[] {
  if (!core.settings['local-workflows'].scheduler.enable) return []
  const models = modelJobs(core.settings).map(({ isWanted, ...job }) => ({
    ...job,
    workflow: null,
    isWanted: (signal: AbortSignal) => isWanted(outsideRun(core, signal)),
  }))
  return [...workflowJobs(core), ...models]
}

function earliest(dates: readonly (Date | null)[]): Date | null {
  const known = dates.filter((date) => date !== null)
  return known.length === 0 ? null : new Date(Math.min(...known.map((date) => date.getTime())))
}

/**
 * Finishes what an earlier process left half done, then starts the schedule and the timers.
 * @param note writes the note that this server runs
 */
export async function startBackground(core: Core, note: () => Promise<void>): Promise<Background> {
  const guarded = (what: string, work: () => Promise<unknown>) => () => {
    work().catch((error: unknown) => core.log.error(`${what} failed`, { error }))
  }
  const { now, settings, stateDir, store } = core
  await core.runs.markInterrupted()
  for (const workflow of core.registry.workflows) {
    const log = core.log.child({ workflow: workflow.id })
    await workflow
      .recover?.({ settings, store, log, now, stateDir })
      .catch((error: unknown) => log.error('recovery failed', { error }))
  }

  core.metrics.setModels(() => modelFigures(outsideRun(core, new AbortController().signal)))
  let jobs = jobsOf(core)
  const scheduler = createScheduler<BackgroundJob>({
    jobs,
    now,
    setTimer: processTimer,
    log: core.log,
    marks: marksIn(store),
    run: async (job, signal) => {
      if (!(await job.isWanted(signal))) return
      const results: Promise<unknown>[] = []
      for (const { id, input } of job.operations) {
        const operation = core.registry.operation(id)
        const { result } = core.start(
          operation,
          validateInput(operation.input, input),
          SCHEDULER_PRINCIPAL,
          null,
          signal,
        )
        results.push(result)
        // What fails keeps the next from nothing: each is recorded, and the first failure is told once all have ended.
        await Promise.allSettled([result])
      }
      await Promise.all(results)
    },
  })
  await scheduler.start()
  await core.health
    .start(() => scheduler.status())
    .catch(async (error: unknown) => {
      await scheduler.stop()
      throw error
    })
  core.setNextRun((workflow) =>
    earliest(jobs.filter((job) => job.workflow === workflow.id).map((job) => scheduler.nextRun(job.id))),
  )
  const reschedule = () => {
    jobs = jobsOf(core)
    return scheduler.replace(jobs)
  }
  core.settingsManager.onChange(guarded('taking the changed schedule', reschedule))

  const prune = guarded('retention', () => enforceRetention(core, core.settings))
  const refresh = guarded('reading what another process changed in the settings', () =>
    core.settingsManager.reloadIfChanged(),
  )
  const timers = [
    setInterval(guarded('note of the running server', note), NOTE_MS),
    setInterval(
      guarded('looking for runs whose process is gone', () => core.runs.markInterrupted()),
      NOTE_MS,
    ),
    setInterval(prune, RETENTION_MS),
    setInterval(refresh, 1000),
  ]
  prune()
  const endKeeping = core.openWebui.keep()
  return {
    async stop() {
      timers.forEach(clearInterval)
      await endKeeping()
      await scheduler.stop()
    },
  }
}
