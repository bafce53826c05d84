import type { Admin, ApiKeys } from '../auth/index.ts'
import type { SettingsManager } from '../core/settings.ts'
import type { Calls } from '../calls/index.ts'
import type { Health } from '../health/index.ts'
import type { McpGateway } from '../mcp/gateway/index.ts'
import type { OpenWebui } from '../open-webui/index.ts'
import type { Registry } from '../operations/registry.ts'
import type { AnyOperation, KeptContext, Operation, OperationContext, WorkflowDefinition } from '../operations/types.ts'
import type { Runs } from '../runs/index.ts'
import type * as z from 'zod'

/** The app's own parts, which only the operations of the system work on; workflows never see them. */
export interface AppServices {
  version: string
  runs: Runs
  keys: ApiKeys
  admin: Admin
  settingsManager: SettingsManager
  workflows: readonly WorkflowDefinition[]
  registry: Registry
  /** Next scheduled start of a workflow. */
  nextRun: (workflow: WorkflowDefinition) => Date | null
  /** This process's own server, when it is one; its address is where it really listens. */
  server: () => { startedAt: Date; requests: number; address: string | null } | null
  queue: () => { running: number; waiting: number }
  health: Health
  calls: Calls
  gateway: McpGateway
  openWebui: OpenWebui
}

export type SystemContext = OperationContext & { app: AppServices }

type SystemOperation<Input extends z.ZodObject, Output extends z.ZodType> = Omit<
  Operation<Input, Output>,
  'run' | 'kept'
> & {
  run: (input: z.output<Input>, context: SystemContext) => Promise<z.output<Output>>
  kept?: (context: KeptContext & { app: AppServices }) => string | null
}

/** An operation on the app itself. The core gives it {@link SystemContext}. */
export function defineSystemOperation<Input extends z.ZodObject, Output extends z.ZodType>(
  operation: SystemOperation<Input, Output>,
): AnyOperation {
  return operation
}
