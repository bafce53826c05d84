/** What the API answers, as the pages read it. */
import type { ApiKey } from '#lib/auth/index.ts'
import type { DescribedSetting } from '#lib/core/settings.ts'
import type { RunEvent } from '#lib/operations/types.ts'
import type { Run } from '#lib/runs/types.ts'

export type { ApiKey, Run, RunEvent }
export type Setting = DescribedSetting

export interface RunDetails {
  run: Run
  events: readonly RunEvent[]
  output: unknown
}

export interface WorkflowStatus {
  id: string
  name: string
  enabled: boolean
  last_run: string | null
  next_run: string | null
  runs_count: number
  status: string
  last_error: string | null
  model: string
}

export interface Status {
  version: string
  workflows: Readonly<Record<string, WorkflowStatus>>
  models: Readonly<Record<string, { name: string; status: string; size: string | null; size_bytes: number | null }>>
  backend: {
    id: string
    endpoint: string | null
    status: 'ok' | 'unreachable'
    detail: string | null
    running: number
    waiting: number
  }
  uptime_seconds: number | null
  requests_processed: number | null
}
