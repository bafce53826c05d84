/** Conversations in the store. */
import { sql } from 'kysely'
import * as z from 'zod'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import { newId } from '#lib/ids.ts'
import type { Store } from '#lib/store/index.ts'
import { searchQuery } from './match-query.ts'
import { memoryItem, type MemoryItem, type Message, type Session, type SessionSummary } from './schemas.ts'

export interface NewSession {
  title: string
  model: string
  systemPrompt: string
}

export async function createSession(
  store: Store,
  { title, model, systemPrompt }: NewSession,
  now: Date,
): Promise<string> {
  const at = now.toISOString()
  const id = newId('chat', now.getTime())
  const row = { id, title, model, system_prompt: systemPrompt, created_at: at, updated_at: at }
  await store.db.insertInto('chat_sessions').values(row).execute()
  return id
}

export interface NewMessage {
  role: Message['role']
  content: string
  context?: string | null
  model?: string | null
  tokens?: number
  incomplete?: boolean
  memory?: readonly MemoryItem[]
}

/** @returns the message's id */
export async function addMessage(store: Store, sessionId: string, message: NewMessage, now: Date): Promise<number> {
  const at = now.toISOString()
  const { insertId } = await store.db
    .insertInto('chat_messages')
    .values({
      session_id: sessionId,
      role: message.role,
      content: message.content,
      context: message.context ?? null,
      model: message.model ?? null,
      tokens: message.tokens ?? 0,
      incomplete: message.incomplete === true ? 1 : 0,
      memory: message.memory === undefined || message.memory.length === 0 ? null : JSON.stringify(message.memory),
      created_at: at,
    })
    .executeTakeFirstOrThrow()
    .catch((error: unknown) => {
      throw isSystemError(error, 'SQLITE_CONSTRAINT_FOREIGNKEY') ? noSuchSession(sessionId) : error
    })
  await store.db.updateTable('chat_sessions').set({ updated_at: at }).where('id', '=', sessionId).execute()
  return Number(insertId)
}

export async function updateSession(store: Store, sessionId: string, change: Partial<NewSession>): Promise<void> {
  const { title, model, systemPrompt } = change
  const set = {
    ...(title === undefined ? {} : { title }),
    ...(model === undefined ? {} : { model }),
    ...(systemPrompt === undefined ? {} : { system_prompt: systemPrompt }),
  }
  if (Object.keys(set).length === 0) return
  const { numUpdatedRows } = await store.db
    .updateTable('chat_sessions')
    .set(set)
    .where('id', '=', sessionId)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw noSuchSession(sessionId)
}

export async function deleteSession(store: Store, sessionId: string): Promise<void> {
  const { numDeletedRows } = await store.db.deleteFrom('chat_sessions').where('id', '=', sessionId).executeTakeFirst()
  if (numDeletedRows === 0n) throw noSuchSession(sessionId)
}

export async function deleteMessage(store: Store, messageId: number): Promise<void> {
  await store.db.deleteFrom('chat_messages').where('id', '=', messageId).execute()
}

function noSuchSession(sessionId: string): AppError {
  return new AppError('not-found', `There is no conversation ${sessionId}.`, {
    hint: 'It may have been deleted; list the conversations there are.',
    details: { session_id: sessionId },
  })
}

/**
 * A conversation with all its messages, oldest first.
 * @throws AppError `not-found`
 */
export async function getSession(store: Store, sessionId: string): Promise<Session> {
  const row = await store.db.selectFrom('chat_sessions').selectAll().where('id', '=', sessionId).executeTakeFirst()
  if (row === undefined) throw noSuchSession(sessionId)
  const messages = await store.db
    .selectFrom('chat_messages')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('id')
    .execute()
  const { id, ...rest } = row
  return {
    ...rest,
    session_id: id,
    messages: messages.map(({ session_id: _session, ...message }) => ({
      ...message,
      incomplete: message.incomplete === 1,
      memory: message.memory === null ? [] : z.array(memoryItem).parse(JSON.parse(message.memory)),
    })),
  }
}

/** Conversations in which the words occur, each with the best place; those whose title matches have no place. */
async function findMatches(store: Store, text: string): Promise<Map<string, string | null>> {
  const matches = new Map<string, string | null>()
  const query = searchQuery(text)
  if (query !== null) {
    const rows = await store.db
      .selectFrom('chat_messages_fts')
      .innerJoin('chat_messages as message', 'message.id', 'chat_messages_fts.rowid')
      .select(['message.session_id', sql<string>`snippet(chat_messages_fts, 0, '', '', '…', 16)`.as('place')])
      .where(sql<boolean>`chat_messages_fts MATCH ${query}`)
      .orderBy(sql`bm25(chat_messages_fts)`)
      .limit(1000)
      .execute()
    for (const row of rows) if (!matches.has(row.session_id)) matches.set(row.session_id, row.place)
  }
  const pattern = `%${text.trim().replace(/[\\%_]/g, (char) => `\\${char}`)}%`
  const titles = store.db
    .selectFrom('chat_sessions')
    .select('id')
    .where(sql<boolean>`title LIKE ${pattern} ESCAPE '\\'`)
  for (const { id } of await titles.execute()) if (!matches.has(id)) matches.set(id, null)
  return matches
}

/**
 * Conversations, the last used first.
 * @param q text to search for in messages and titles; empty lists all
 */
export async function listSessions(
  store: Store,
  q: string,
  limit: number,
): Promise<{ sessions: SessionSummary[]; total: number }> {
  const matches = q.trim() === '' ? null : await findMatches(store, q)
  let query = store.db.selectFrom('chat_sessions as session')
  // One parameter however many match: SQLite limits their number.
  if (matches !== null)
    query = query.where(
      'session.id',
      'in',
      sql<string>`(SELECT value FROM json_each(${JSON.stringify([...matches.keys()])}))`,
    )
  const rows = await query
    .select((select) => [
      'session.id',
      'session.title',
      'session.model',
      'session.created_at',
      'session.updated_at',
      select
        .selectFrom('chat_messages')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('chat_messages.session_id', '=', 'session.id')
        .as('messages'),
    ])
    .orderBy('session.updated_at', 'desc')
    .orderBy('session.id', 'desc')
    .limit(limit)
    .execute()
  const { total } = await query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const sessions = rows.map(({ id, messages, ...row }) => ({
    ...row,
    session_id: id,
    messages: messages ?? 0,
    match: matches?.get(id) ?? null,
  }))
  return { sessions, total }
}

/** The questions asked last, newest first, for recalling them with the arrow keys. */
export async function recentQuestions(store: Store, limit: number): Promise<string[]> {
  const rows = await store.db
    .selectFrom('chat_messages')
    .select('content')
    .where('role', '=', 'user')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => row.content)
}

/**
 * Keeps at most so many messages over all conversations: the longest unused ones go as a whole, never the one in use.
 * @returns number of conversations removed
 */
export async function trimHistory(store: Store, limit: number, inUse: string): Promise<number> {
  const { numDeletedRows } = await store.db
    .deleteFrom('chat_sessions')
    .where('id', '!=', inUse)
    .where('id', 'in', (select) =>
      select
        .selectFrom(
          sql<{ id: string; newer: number }>`(SELECT session.id, SUM(COUNT(message.id)) OVER (
            ORDER BY session.id = ${inUse} DESC, session.updated_at DESC, session.id DESC) AS newer
            FROM chat_sessions AS session LEFT JOIN chat_messages AS message ON message.session_id = session.id
            GROUP BY session.id)`.as('ranked'),
        )
        .select('ranked.id')
        .where('ranked.newer', '>', limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
