/** Whether each scheduled workflow succeeds as often as it should. */
import { formatTimeSpan, calendar } from '../../schedule/index.ts'
import type { WorkflowDefinition } from '../../operations/types.ts'
import { type CheckContext, type CheckSource, type Outcome, ok, trouble } from '../types.ts'

/** How many of its next times are looked at to find the longest pause, such as a weekend. */
const LOOK_AHEAD = 10

/** Longest pause of a calendar event in milliseconds; null when it comes at most once more. */
export function longestPause(onCalendar: string, from: Date): number | null {
  const event = calendar(onCalendar)
  let at = event.next(from)
  let longest: number | null = null
  for (let i = 0; i < LOOK_AHEAD && at !== null; i++) {
    const next = event.next(at)
    if (next !== null) longest = Math.max(longest ?? 0, next.getTime() - at.getTime())
    at = next
  }
  return longest
}

async function lastEnds({ store }: CheckContext, workflow: string, operation: string) {
  const ended = store.db
    .selectFrom('runs')
    .select(['status', 'ended_at', 'error'])
    .where('workflow', '=', workflow)
    .where('operation', '=', operation)
    .where('status', 'in', ['succeeded', 'failed', 'interrupted'])
    .orderBy('id', 'desc')
    .limit(1)
  const [success, last] = await Promise.all([
    ended.where('status', '=', 'succeeded').executeTakeFirst(),
    ended.executeTakeFirst(),
  ])
  return { successAt: success?.ended_at ?? null, lastFailed: last !== undefined && last.status !== 'succeeded' }
}

/** A span without its seconds, once it is long. */
function roughly(ms: number): string {
  return formatTimeSpan(ms < 120_000 ? Math.round(ms / 1000) * 1000 : Math.round(ms / 60_000) * 60_000)
}

async function run(
  workflow: WorkflowDefinition,
  operation: string,
  pauseMs: number,
  context: CheckContext,
): Promise<Outcome> {
  const allowedMs = 2 * pauseMs
  const expected = `a success within ${roughly(allowedMs)}, twice the time between two runs`
  const { successAt, lastFailed } = await lastEnds(context, workflow.id, operation)
  const since = new Date(successAt ?? context.firstSeen)
  const age = Math.max(0, context.now().getTime() - since.getTime())
  const actual = successAt === null ? 'no success yet' : `the last success was ${roughly(age)} ago`
  const hint = `\`hwc-ai runs --workflow ${workflow.id}\` shows why the last ones failed.`
  if (age > allowedMs)
    return trouble('down', expected, actual, lastFailed ? hint : 'Nothing ran: look whether the schedule does.')
  if (lastFailed) return trouble('degraded', expected, `${actual}, and the last run failed`, hint)
  return ok(expected, actual)
}

export const workflows: CheckSource = {
  id: 'workflows',
  prefix: 'workflow-',
  list: ({ settings, workflows: defined, now }) =>
    defined.flatMap((workflow) => {
      const schedules = workflow.configured(settings()).schedules.filter(({ enabled }) => enabled)
      const [first] = schedules
      if (first === undefined) return []
      const pauses = schedules
        .map(({ onCalendar }) => longestPause(onCalendar, now()))
        .filter((pause) => pause !== null)
      if (pauses.length === 0) return []
      const operation = first.operation ?? workflow.main
      const pauseMs = Math.max(...pauses)
      return [
        {
          id: `workflow-${workflow.id}`,
          title: `The scheduled ${workflow.title}`,
          run: (context) => run(workflow, operation, pauseMs, context),
        },
      ]
    }),
}
