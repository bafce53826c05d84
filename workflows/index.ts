/** The workflows there are: one folder and one line each. */
import type { WorkflowDefinition } from '#lib/operations/types.ts'

export const workflows = {} satisfies Record<string, WorkflowDefinition>
