import { contextOf } from './attach.ts'
import type { Conversation } from './types.ts'

/** A question as the operation takes it, with what the conversation has set. */
export function chatInput({ attachments, sessionId, model, systemPrompt, memory }: Conversation, message: string) {
  const context = contextOf(attachments)
  return {
    message,
    memory,
    ...(context === undefined ? {} : { context }),
    ...(sessionId === null ? {} : { session_id: sessionId }),
    ...(model === undefined ? {} : { model }),
    ...(systemPrompt === undefined ? {} : { system_prompt: systemPrompt }),
  }
}
