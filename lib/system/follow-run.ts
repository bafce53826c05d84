/** Following a run to its end, whichever process does it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors/index.ts'
import type { RunEvent } from '../operations/types.ts'
import type { Run, Runs } from '../runs/index.ts'

/** How often a run of another process is looked at, in milliseconds. */
export const POLL_MS = 250

/** A run as it is: one whose process was killed ends as interrupted when it is looked at. */
export async function current(runs: Runs, id: string): Promise<Run> {
  const run = await runs.get(id)
  return run.ended_at === null && (await runs.markInterrupted()) > 0 ? runs.get(id) : run
}

/** Events of a run of another process as it saves them, from the first on, until it has ended. */
async function* savedEvents(runs: Runs, id: string, signal: AbortSignal): AsyncGenerator<RunEvent, void, undefined> {
  let told = 0
  for (;;) {
    // Asked first: what it saved before its end is then among the events.
    const { ended_at } = await current(runs, id)
    const events = await runs.events(id)
    yield* events.slice(told)
    told = events.length
    if (ended_at !== null) return
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
  }
}

/**
 * Every event of a run from its start to its end.
 * @throws AppError `not-found`, `cancelled` when the signal was aborted before the end; the run goes on
 */
export async function* followRun(
  runs: Runs,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void, undefined> {
  yield* runs.live(id)?.watch(signal) ?? savedEvents(runs, id, signal)
  if (signal.aborted) throw new AppError('cancelled', 'Stopped watching. The run goes on.')
}
