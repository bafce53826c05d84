import * as z from 'zod'
import type { AnyOperation } from '../operations/types.ts'
import { defineSystemOperation } from './context.ts'
import { RUN_STATUSES, type Runs, runSchema } from '../runs/index.ts'
import { current, followRun } from './follow-run.ts'

const runId = z.string().min(1).max(64).describe('Id of the run').meta({ example: 'run_01k9x3m2p4h7tq5w8y1n6c0b2d' })

const eventSchema = z.looseObject({ type: z.string() }).describe('A step or the last progress')

function line(run: z.output<typeof runSchema>): string {
  const took = run.duration_ms === null ? '' : ` ${(run.duration_ms / 1000).toFixed(1)} s`
  return `${run.started_at}  ${run.status.padEnd(11)} ${run.operation}${took}  ${run.id}${run.error === null ? '' : `\n    ${run.error.detail}`}`
}

const detailsSchema = z.object({ run: runSchema, events: z.array(eventSchema), output: z.unknown() })

/** All there is to tell of a run. */
async function details(runs: Runs, id: string): Promise<z.output<typeof detailsSchema>> {
  return { run: await current(runs, id), events: [...(await runs.events(id))], output: await runs.output(id) }
}

/** History of runs, and cancelling one. */
export const runOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'list_runs',
    title: 'List runs',
    description: 'The runs of all workflows, newest first. Use `before` with the last id to read on.',
    http: { method: 'GET', path: '/api/runs' },
    cli: {
      command: ['runs'],
      render: (output) => (output.runs.length === 0 ? 'Nothing has run yet.' : output.runs.map(line).join('\n')),
    },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({
      workflow: z.string().max(64).optional().describe('Only runs of this workflow'),
      status: z.enum(RUN_STATUSES).optional().describe('Only runs with this status'),
      before: z.string().max(64).optional().describe('Only runs older than this id'),
      limit: z.int().min(1).max(500).default(50).describe('Most runs to return'),
    }),
    output: z.object({ runs: z.array(runSchema) }),
    examples: [{ title: 'Failed cleanups', input: { workflow: 'file-cleanup', status: 'failed' } }],
    run: async (input, { app: { runs } }) => {
      const listed = await runs.list(input)
      // As in the status: a process that was killed recorded no end of its runs.
      const stale = listed.some((run) => run.ended_at === null) && (await runs.markInterrupted()) > 0
      return { runs: stale ? await runs.list(input) : listed }
    },
  }),
  defineSystemOperation({
    id: 'get_run',
    title: 'Show a run',
    description: 'One run with its steps and, while it is kept, its output.',
    http: { method: 'GET', path: '/api/runs/:run_id' },
    cli: { command: ['runs', 'show'], positional: ['run_id'] },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({ run_id: runId }),
    output: detailsSchema,
    errors: ['not-found'],
    examples: [],
    run: ({ run_id }, { app: { runs } }) => details(runs, run_id),
  }),
  defineSystemOperation({
    id: 'watch_run',
    title: 'Watch a run',
    description:
      'Follows a run until it has ended: first what happened before, then each step and its progress, at last its result or its error. Going away does not stop the run; cancel_run does.',
    http: { method: 'GET', path: '/api/runs/:run_id/events' },
    cli: {
      command: ['runs', 'watch'],
      positional: ['run_id'],
      render: ({ run }) => line(run),
      exitCode: ({ run }) => (run.status === 'succeeded' ? 0 : 1),
    },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({ run_id: runId }),
    output: detailsSchema,
    errors: ['not-found'],
    examples: [],
    watches: ({ run_id }) => run_id,
    run: async ({ run_id }, { app: { runs }, emit, signal }) => {
      for await (const event of followRun(runs, run_id, signal)) emit(event)
      return details(runs, run_id)
    },
  }),
  defineSystemOperation({
    id: 'cancel_run',
    title: 'Cancel a run',
    description: 'Asks a run to stop. What it did so far stays as it is, and is shown in the run.',
    http: { method: 'POST', path: '/api/runs/:run_id/cancel', status: 202 },
    cli: { command: ['runs', 'cancel'], positional: ['run_id'], render: (output) => `Asked ${output.run_id} to stop.` },
    scope: 'run',
    recorded: false,
    mutates: true,
    input: z.object({ run_id: runId }),
    output: z.object({ run_id: z.string(), cancel_requested: z.literal(true) }),
    errors: ['not-found', 'run-not-cancellable'],
    examples: [],
    run: async ({ run_id }, { app: { runs } }) => {
      await runs.cancel(run_id)
      return { run_id, cancel_requested: true as const }
    },
  }),
]
