/** Operations of the app itself, beside those of the workflows. */
import { nixOperations } from '#nix/index.ts'
import type { AnyOperation } from '../operations/types.ts'
import { healthOperations } from '../health/operations.ts'
import { mcpOperations } from '../mcp/operations.ts'
import { metricOperations } from '../metrics/operations.ts'
import { modelOperations } from '../models/operations.ts'
import { openWebuiOperations } from '../open-webui/operations.ts'
import { waitForRun } from '../tools/wait.ts'
import { keyOperations } from './keys.ts'
import { retentionOperations } from './retention.ts'
import { runOperations } from './runs.ts'
import { sessionOperations } from './session.ts'
import { settingOperations } from './settings.ts'
import { statusOperations } from './status.ts'

export type { AppServices } from './context.ts'
export { enforceRetention } from './retention.ts'
export { claimServer, forgetServerFact, runningServer, saveServerFact, type ServerFact } from './server-note.ts'

export const systemOperations: readonly AnyOperation[] = [
  ...statusOperations,
  ...healthOperations,
  ...metricOperations,
  ...modelOperations,
  ...mcpOperations,
  ...openWebuiOperations,
  ...runOperations,
  waitForRun,
  ...retentionOperations,
  ...keyOperations,
  ...settingOperations,
  ...sessionOperations,
  ...nixOperations,
]
