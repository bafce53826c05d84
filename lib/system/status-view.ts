/** What the status is, for programs and for a person at the shell. */
import * as z from 'zod'
import { RUN_STATUSES } from '../runs/index.ts'
import { plural } from '../text/plural.ts'

const workflowStatus = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean().describe('Whether it runs on its schedule; it can be called either way'),
  last_run: z.iso.datetime().nullable(),
  next_run: z.iso.datetime().nullable().describe('When the schedule runs it next'),
  runs_count: z.int(),
  status: z.enum(['never-run', ...RUN_STATUSES]),
  last_error: z.string().nullable(),
  model: z.string(),
})

export const statusSchema = z.object({
  version: z.string(),
  workflows: z.record(z.string(), workflowStatus),
  models: z.record(
    z.string(),
    z.object({
      name: z.string(),
      status: z.literal('available'),
      size: z.string().nullable(),
      size_bytes: z.number().nullable(),
    }),
  ),
  backend: z.object({
    id: z.string(),
    endpoint: z.string().nullable(),
    status: z.enum(['ok', 'unreachable']),
    detail: z.string().nullable().describe('Why it does not answer'),
    running: z.int().describe('Calls that run now'),
    waiting: z.int().describe('Calls that wait for their turn'),
  }),
  server_running: z.boolean(),
  api_uptime: z.string().nullable().describe('e.g. 3.2h; null when no server runs'),
  uptime_seconds: z.number().nullable(),
  requests_processed: z.int().nullable().describe('Since the server started; null when no server runs'),
})
export type Status = z.output<typeof statusSchema>

/** The status for a person at a terminal. */
export function renderStatus(status: Status): string {
  const lines = Object.values(status.workflows).map(
    (w) =>
      `${w.id.padEnd(13)} ${w.status.padEnd(11)} ${plural(w.runs_count, 'run').padStart(10)}  ${w.enabled ? `next ${w.next_run ?? 'not planned'}` : 'not scheduled'}${
        w.last_error === null ? '' : `\n              last error: ${w.last_error}`
      }`,
  )
  const models = Object.values(status.models).map((m) => `  ${m.name}${m.size === null ? '' : ` (${m.size})`}`)
  return [
    `hwc-ai ${status.version}, ${status.server_running ? `server up for ${status.api_uptime ?? '?'}, ${plural(status.requests_processed ?? 0, 'request')}` : 'no server running'}`,
    '',
    ...lines,
    '',
    status.backend.status === 'ok'
      ? `${status.backend.id} at ${status.backend.endpoint ?? '-'}: ${plural(models.length, 'model')}`
      : `${status.backend.id}: ${status.backend.detail ?? 'does not answer'}`,
    ...models,
  ].join('\n')
}
