import type * as z from 'zod'
import type { Settings } from '#lib/config/index.ts'
import type { Operation, RunEvent } from '#lib/operations/types.ts'
import type { ModelClient } from '#lib/providers/index.ts'
import type { Store } from '#lib/store/index.ts'
import type { SessionSummary } from '../schemas.ts'

export interface CallOptions {
  /** Stops a recorded operation. */
  signal?: AbortSignal
  /** Sees the events of a recorded operation as they happen. */
  onEvent?: (event: RunEvent) => void
}

/** Runs an operation as the rest of the command line does: input checked, recorded if it is that kind. */
export type CallOperation = <Input extends z.ZodObject, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  options?: CallOptions,
) => Promise<z.output<Output>>

/** What of the app the conversation needs. */
export interface ChatServices {
  call: CallOperation
  models: Pick<ModelClient, 'list' | 'find'>
  store: Store
  settings: Settings
}

/** Where text goes; of a terminal it is also asked how wide it is. */
export type TextOutput = NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
export type TextInput = NodeJS.ReadableStream & { isTTY?: boolean }

/** A text that goes along with a question. */
export interface Attachment {
  name: string
  text: string
}

/** The conversation that the person is in; null and undefined where the settings decide. */
export interface Conversation {
  sessionId: string | null
  title: string | null
  model: string | undefined
  systemPrompt: string | undefined
  memory: boolean
  /** Go with the next question. */
  attachments: Attachment[]
  /** As numbered by the last `/sessions` or `/search`. */
  listed: readonly SessionSummary[]
}
