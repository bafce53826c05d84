import * as z from 'zod'
import type { AnyOperation } from '../operations/types.ts'
import { defineSystemOperation } from './context.ts'
import { RUN_STATUSES, type Runs, runSchema } from '../runs/index.ts'

const runId = z.string().min(1).max(64).describe('Id of the run').meta({ example: 'run_01k9x3m2p4h7tq5w8y1n6c0b2d' })

const eventSchema = z.looseObject({ type: z.string() }).describe('A step or the last progress')

function line(run: z.output<typeof runSchema>): string {
  const took = run.duration_ms === null ? '' : ` ${(run.duration_ms / 1000).toFixed(1)} s`
  return `${run.started_at}  ${run.status.padEnd(11)} ${run.operation}${took}  ${run.id}${run.error === null ? '' : `\n    ${run.error.detail}`}`
}

/** A run as it is: one whose process was killed ends as interrupted when it is looked at. */
async function current(runs: Runs, id: string): Promise<z.output<typeof runSchema>> {
  const run = await runs.get(id)
  return run.ended_at === null && (await runs.markInterrupted()) > 0 ? runs.get(id) : run
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
    output: z.object({ run: runSchema, events: z.array(eventSchema), output: z.unknown() }),
    errors: ['not-found'],
    examples: [],
    run: async ({ run_id }, { app: { runs } }) => ({
      run: await current(runs, run_id),
      events: [...(await runs.events(run_id))],
      output: await runs.output(run_id),
    }),
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
