import type { ColumnType, Generated } from 'kysely'
import type { Migration } from '../migrate.ts'

export interface ChatTables {
  /** Times are ISO 8601 in UTC. */
  chat_sessions: {
    id: string
    title: string
    model: string
    system_prompt: string
    created_at: string
    updated_at: string
  }
  chat_messages: {
    /** In the order they were written. */
    id: Generated<number>
    session_id: string
    role: 'user' | 'assistant'
    content: string
    /** What came with a question, such as a piped log or an attached file. */
    context: string | null
    /** Model that answered; null for questions. */
    model: string | null
    tokens: number
    /** 1 when the answer was stopped or broke off. */
    incomplete: 0 | 1
    /** JSON array of the earlier messages that were given to the model with this question; null for answers. */
    memory: string | null
    created_at: string
  }
  /** Full-text index over `chat_messages.content`, kept by triggers. */
  chat_messages_fts: { rowid: ColumnType<number, never, never>; content: ColumnType<string, never, never> }
}

export const migration: Migration = {
  id: '0002-chat',
  statements: [
    `CREATE TABLE chat_sessions (
      id TEXT PRIMARY KEY, title TEXT NOT NULL, model TEXT NOT NULL, system_prompt TEXT NOT NULL,
      created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT`,
    `CREATE INDEX chat_sessions_by_use ON chat_sessions (updated_at DESC)`,
    `CREATE TABLE chat_messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL REFERENCES chat_sessions (id) ON DELETE CASCADE,
      role TEXT NOT NULL CHECK (role IN ('user', 'assistant')), content TEXT NOT NULL, context TEXT, model TEXT,
      tokens INTEGER NOT NULL DEFAULT 0, incomplete INTEGER NOT NULL DEFAULT 0, memory TEXT, created_at TEXT NOT NULL) STRICT`,
    `CREATE INDEX chat_messages_by_session ON chat_messages (session_id, id)`,
    `CREATE VIRTUAL TABLE chat_messages_fts USING fts5 (
      content, content = 'chat_messages', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2')`,
    `CREATE TRIGGER chat_messages_fts_insert AFTER INSERT ON chat_messages BEGIN
      INSERT INTO chat_messages_fts (rowid, content) VALUES (new.id, new.content);
    END`,
    `CREATE TRIGGER chat_messages_fts_delete AFTER DELETE ON chat_messages BEGIN
      INSERT INTO chat_messages_fts (chat_messages_fts, rowid, content) VALUES ('delete', old.id, old.content);
    END`,
    `CREATE TRIGGER chat_messages_fts_update AFTER UPDATE OF content ON chat_messages BEGIN
      INSERT INTO chat_messages_fts (chat_messages_fts, rowid, content) VALUES ('delete', old.id, old.content);
      INSERT INTO chat_messages_fts (rowid, content) VALUES (new.id, new.content);
    END`,
  ],
}
