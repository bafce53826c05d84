/** Whether what should happen by itself does: scheduled runs, and the checks themselves. */
import { parseTimeSpan } from '../../schedule/index.ts'
import { runningServer } from '../../system/server-note.ts'
import type { CheckContext, CheckSource, Outcome } from '../types.ts'
import { ok, trouble } from '../types.ts'

/** How late a scheduled run may begin, in milliseconds: the schedule notices a machine that slept within a minute. */
const GRACE_MS = 75_000

/**
 * Milliseconds between two looks, where the checks have a longer interval: the grace and one look together stay below it, so that
 * a tick that does not come is told within one interval of the others.
 */
const LOOK_MS = 60_000

const EXPECTED = 'every scheduled run and every check begins when it is due'

/** In a process that runs no schedule itself, such as the command line, only whether a server runs can be told. */
async function fromOutside({ store }: CheckContext): Promise<Outcome> {
  const server = await runningServer(store)
  if (server !== null) return ok(EXPECTED, `the server at ${server.address} sees to it`)
  return trouble(
    'unknown',
    EXPECTED,
    'no server runs, so nothing happens by itself',
    'Start it with `hwc-ai serve`, or as a service.',
  )
}

function late(context: CheckContext, overdue: readonly string[]): string[] {
  const latest = context.now().getTime() - GRACE_MS
  const jobs = (context.schedule() ?? [])
    .filter(({ nextRun, running }) => !running && nextRun !== null && nextRun.getTime() < latest)
    .map(({ id, nextRun }) => `the run "${id}" was due at ${nextRun?.toISOString() ?? ''}`)
  return [...jobs, ...overdue.map((id) => `the check "${id}" has not run for more than twice its interval`)]
}

async function run(context: CheckContext): Promise<Outcome> {
  const overdue = context.overdue()
  if (overdue === null) return await fromOutside(context)
  const [first, ...more] = late(context, overdue)
  if (first === undefined) return ok(EXPECTED, 'nothing is late')
  const actual = more.length === 0 ? first : `${first}, and ${more.length} more are late`
  return trouble('down', EXPECTED, actual, 'Restart the app; its log says what it was busy with.')
}

export const scheduler: CheckSource = {
  id: 'scheduler',
  list: ({ settings }) => [
    {
      id: 'scheduler',
      title: 'The schedule',
      intervalMs: Math.min(LOOK_MS, parseTimeSpan(settings().health.interval) ?? LOOK_MS),
      run,
    },
  ],
}
