/** The answer of the chat as it streams in. */
import { apiResponse } from '#app/_client/api.ts'
import { ApiProblem, type Problem } from '#app/_client/problem.ts'
import { readEvents } from '#app/_client/sse.ts'
import type { ChatAnswer, MemoryItem } from './types.ts'

export interface Question {
  message: string
  context?: string
  model?: string
  system_prompt?: string
  session_id?: string
  memory: boolean
}

/** What is known of an answer that is under way. */
export interface Pending {
  /** Null while the last question is answered again. */
  question: Pick<Question, 'message' | 'context'> | null
  sessionId: string | null
  model: string | null
  memory: readonly MemoryItem[]
  text: string
  /** When the first word came and how many pieces since, for the speed. */
  firstAt: number | null
  pieces: number
}

export type ChatEvent =
  | { type: 'session'; data: { session_id: string; title: string; model: string } }
  | { type: 'memory'; data: { memory: MemoryItem[] } }
  | { type: 'token'; content: string }
  | ({ type: 'done' } & ChatAnswer)
  | (Omit<Problem, 'type'> & { type: 'error' })

export function beginning(question: Pending['question'], sessionId: string | null): Pending {
  return { question, sessionId, model: null, memory: [], text: '', firstAt: null, pieces: 0 }
}

/** @param now milliseconds of a steady clock */
export function withChatEvent(pending: Pending, event: ChatEvent, now: number): Pending {
  switch (event.type) {
    case 'session':
      return { ...pending, sessionId: event.data.session_id, model: event.data.model }
    case 'memory':
      return { ...pending, memory: event.data.memory }
    case 'token':
      return {
        ...pending,
        text: pending.text + event.content,
        firstAt: pending.firstAt ?? now,
        pieces: pending.pieces + 1,
      }
    default:
      return pending
  }
}

/**
 * Asks and gives each event as it comes. Aborting stops the model; what came is kept by the app.
 * @throws ApiProblem when it was refused or broke off
 */
export async function* streamChat(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<ChatEvent> {
  const response = await apiResponse(path, { method: 'POST', body, signal, headers: { accept: 'text/event-stream' } })
  if (response.body === null) return
  for await (const { data } of readEvents(response.body)) {
    if (data === '[DONE]') return
    const event = JSON.parse(data) as ChatEvent
    if (event.type === 'error') throw new ApiProblem({ ...event, type: 'about:blank' })
    yield event
  }
}
