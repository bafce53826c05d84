/** What the API answers, as the pages read it. */
import type { z } from 'zod'
import type { ApiKey } from '#lib/auth/index.ts'
import type { DescribedSetting } from '#lib/core/settings.ts'
import type { checkSchema, checkWithStripsSchema, incidentSchema, pointSchema } from '#lib/health/schema.ts'
import type { Status as HealthStatus } from '#lib/health/types.ts'
import type { calledSchema, gatewaySchema, logSchema } from '#lib/mcp/schemas.ts'
import type { listSchema, planSchema, prunedSchema, statusSchema, testedSchema } from '#lib/models/schemas.ts'
import type {
  appliedSchema,
  connectionSchema,
  listSchema as toolServersSchema,
  verifiedSchema,
} from '#lib/open-webui/schemas.ts'
import type { RunEvent } from '#lib/operations/types.ts'
import type { Run } from '#lib/runs/types.ts'
import type {
  diffSchema,
  exportSchema,
  fileSchema,
  importSchema,
  lintSchema,
  migrationSchema,
  previewSchema,
} from '#nix/operations/schemas.ts'

export type { ApiKey, HealthStatus, Run, RunEvent }
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

/** A check as one run of it found it. */
export type CheckResult = z.output<typeof checkSchema>
/** A check with its state in force and its history. */
export type HealthCheck = z.output<typeof checkWithStripsSchema>
export type HealthPoint = z.output<typeof pointSchema>
export type Incident = z.output<typeof incidentSchema>

export interface HealthOverview {
  status: HealthStatus
  checks: HealthCheck[]
  /** The last hour and day of the bars. */
  hours_end: string
  days_end: string
  open_incidents: Incident[]
}

export interface IncidentPage {
  incidents: Incident[]
  older: string | null
}

export interface HealthCheckDetails {
  check: Omit<HealthCheck, 'hours' | 'days'>
  points: HealthPoint[]
  incidents: Incident[]
}

/** What everyone may see, where the settings allow it. */
export interface PublicStatus {
  status: HealthStatus
  checks: Pick<HealthCheck, 'id' | 'title' | 'status' | 'since' | 'uptime_24h' | 'uptime_90d' | 'days'>[]
  days_end: string
}

export type WantedModels = z.output<typeof listSchema>
export type WantedModel = WantedModels['models'][number]
export type ModelsStatus = z.output<typeof statusSchema>
export type ModelState = ModelsStatus['models'][number]
export type ModelsPlan = z.output<typeof planSchema>
export type ModelAction = ModelsPlan['actions'][number]
export type TestedModels = z.output<typeof testedSchema>
export type PrunedModels = z.output<typeof prunedSchema>

/** The export as it would be written, file by file. */
export type NixPreview = z.output<typeof previewSchema>
export type NixPreviewFile = NixPreview['files'][number]
export type NixFileState = NixPreviewFile['state']
export type NixFile = z.output<typeof fileSchema>
export type NixDiff = z.output<typeof diffSchema>
export type NixExport = z.output<typeof exportSchema>
export type NixImport = z.output<typeof importSchema>
export type NixLint = z.output<typeof lintSchema>
export type NixMigration = z.output<typeof migrationSchema>

/** The tool servers of Open WebUI. */
export type ToolServers = z.output<typeof toolServersSchema>
export type ToolServer = ToolServers['servers'][number]
export type ToolConnection = z.output<typeof connectionSchema>
export type AppliedTools = z.output<typeof appliedSchema>
export type VerifiedTools = z.output<typeof verifiedSchema>

/** The MCP servers of this machine. */
export type McpGateway = z.output<typeof gatewaySchema>
export type McpServer = McpGateway['servers'][number]
export type McpTool = NonNullable<McpServer['tools']>[number]
export type McpCalled = z.output<typeof calledSchema>
export type McpLog = z.output<typeof logSchema>
