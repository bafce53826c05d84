/** What the model gets to read. */
import type { ChatMessage } from '#lib/providers/index.ts'
import type { MemoryItem, Message } from './schemas.ts'

/** The context comes first: where a backend cuts a prompt that is too long, the question at its end survives. */
function withContext(question: string, context: string | null): string {
  return context === null || context === '' ? question : `Context:\n"""\n${context}\n"""\n\n${question}`
}

function memoryText(memory: readonly MemoryItem[]): string {
  const lines = memory.map(
    (item) => `- ${item.created_at.slice(0, 10)}, ${item.role}: ${item.text.replace(/\s+/g, ' ')}`,
  )
  return `Messages from earlier conversations that may help. Ignore them when they do not.\n${lines.join('\n')}`
}

export interface PromptParts {
  systemPrompt: string
  memory: readonly MemoryItem[]
  /** The conversation so far, the question last. */
  messages: readonly Pick<Message, 'role' | 'content' | 'context'>[]
  /** Most messages of the conversation to give, the newest; an odd one out never begins with an answer. */
  limit: number
}

export function buildPrompt({ systemPrompt, memory, messages, limit }: PromptParts): ChatMessage[] {
  const recent = messages.slice(-limit)
  const from = recent.findIndex((message) => message.role === 'user')
  const system = [systemPrompt.trim(), ...(memory.length === 0 ? [] : [memoryText(memory)])].filter(
    (part) => part !== '',
  )
  return [
    ...(system.length === 0 ? [] : [{ role: 'system' as const, content: system.join('\n\n') }]),
    ...recent.slice(from).map(({ role, content, context }) => ({ role, content: withContext(content, context) })),
  ]
}
