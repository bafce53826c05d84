export type { ChatAnswer, MemoryItem, Message, Session, SessionSummary } from '#workflows/chat-cli/schemas.ts'
