import * as z from 'zod'

export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string().optional(),
  })
  .describe('RFC 9457 problem details')

/** A run as the API, the pages and the command line show it. */
export const runSchema = z.object({
  id: z.string(),
  workflow: z.string().describe('Workflow id, e.g. file-cleanup'),
  operation: z.string().describe('Operation id, e.g. plan_file_cleanup'),
  status: z.enum(RUN_STATUSES),
  input: z.record(z.string(), z.unknown()).nullable().describe('The input, when small enough to keep'),
  error: problemSchema.nullable(),
  engine: z.string().nullable().describe('What did the work: rules, built-in, or a backend'),
  model: z.string().nullable(),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  principal: z.string().describe('Who started it'),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  duration_ms: z.number().nullable().describe('Milliseconds from start to end'),
})
export type Run = z.output<typeof runSchema>
