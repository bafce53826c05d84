/** The shapes that the chat's operations take and give. */
import * as z from 'zod'

export const sessionId = z.string().min(1).max(100).describe('Id of a conversation, e.g. chat_01k…')

export const memoryItem = z.object({
  message_id: z.int(),
  session_id: sessionId,
  title: z.string().describe('Title of the conversation it comes from'),
  role: z.enum(['user', 'assistant']),
  text: z.string().describe('The message, shortened'),
  created_at: z.iso.datetime(),
})
export type MemoryItem = z.output<typeof memoryItem>

export const message = z.object({
  id: z.int(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  context: z.string().nullable().describe('What came with a question, such as a piped log'),
  model: z.string().nullable().describe('Model that answered; null for questions'),
  tokens: z.int(),
  incomplete: z.boolean().describe('Whether the answer was stopped or broke off'),
  memory: z.array(memoryItem).describe('Earlier messages that were given to the model with this question'),
  created_at: z.iso.datetime(),
})
export type Message = z.output<typeof message>

export const sessionSummary = z.object({
  session_id: sessionId,
  title: z.string(),
  model: z.string(),
  messages: z.int().describe('Number of messages'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  match: z
    .string()
    .nullable()
    .describe('Where the search text was found; null without a search or when the title matched'),
})
export type SessionSummary = z.output<typeof sessionSummary>

export const session = sessionSummary.omit({ messages: true, match: true }).extend({
  system_prompt: z.string(),
  messages: z.array(message),
})
export type Session = z.output<typeof session>

export const chatAnswer = z.object({
  response: z.string(),
  model: z.string().describe("The backend's full name of the model"),
  tokens: z.int().describe('Tokens of the answer, and of the thoughts before it'),
  session_id: sessionId,
  title: z.string(),
  message_id: z.int().describe('Id of the stored answer'),
  prompt_tokens: z.int().describe('Tokens that the model read; 0 where its server does not say'),
  duration_ms: z.number().describe('Milliseconds that the backend worked'),
  finish_reason: z.enum(['stop', 'length']).describe('length: cut off at the limit of tokens, in its thoughts perhaps'),
  memory: z.array(memoryItem).describe('Earlier messages that were given to the model as context'),
})
export type ChatAnswer = z.output<typeof chatAnswer>

/** How an answer ended that was cut off. */
export const cutOff = (response: string) =>
  response === ''
    ? 'was cut off at the limit of tokens while the model was still thinking'
    : 'was cut off at the limit of tokens'
