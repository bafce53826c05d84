/** What the server does by itself: finishing interrupted work, retention, the note that it runs. */
import type { Core } from '../core/index.ts'

/** How often the note in the store and the retention are seen to, in milliseconds. */
const NOTE_MS = 30_000
const RETENTION_MS = 3_600_000

export interface Background {
  stop(): void
}

/**
 * Finishes what an earlier process left half done, then starts the timers.
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
    await workflow.recover?.({ settings, store, log, now, stateDir }).catch((error: unknown) => log.error('recovery failed', { error }))
  }
  const prune = guarded('retention', async () => {
    const { retentionDays, keepOutputsDays } = core.settings['local-workflows'].runs
    await core.runs.prune(retentionDays, keepOutputsDays)
  })
  const timers = [setInterval(guarded('note of the running server', note), NOTE_MS), setInterval(prune, RETENTION_MS)]
  prune()
  return { stop: () => timers.forEach(clearInterval) }
}
