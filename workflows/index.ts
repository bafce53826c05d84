/** The workflows there are: one folder and one line each. */
import type { WorkflowDefinition } from '#lib/operations/types.ts'
import { autoDoc } from './auto-doc/definition.ts'
import { chatCli } from './chat-cli/definition.ts'
import { fileCleanup } from './file-cleanup/definition.ts'
import { journaling } from './journaling/definition.ts'

export const workflows = {
  'chat-cli': chatCli,
  'file-cleanup': fileCleanup,
  journaling,
  'auto-doc': autoDoc,
} satisfies Record<string, WorkflowDefinition>
