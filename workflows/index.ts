/** The workflows there are: one folder and one line each. */
import type { WorkflowDefinition } from '#lib/operations/types.ts'
import { chatCli } from './chat-cli/definition.ts'

export const workflows = {
  'chat-cli': chatCli,
} satisfies Record<string, WorkflowDefinition>
