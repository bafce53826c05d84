/** Memory: messages of earlier conversations that match a question are offered to the model, and shown as such. */
import { sql } from 'kysely'
import type { Store } from '#lib/store/index.ts'
import { shorten } from '#lib/tools/small.ts'
import { anyOf, subjectWords } from './match-query.ts'
import type { MemoryItem } from './schemas.ts'

/** Few and short: a small model's attention is better spent on the question. */
const OFFERED = 3
const LONGEST = 400
/** The best matches by rank, out of which those that share enough words are taken. */
const CONSIDERED = 30

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** One word in common says little, unless the question has only one that tells what it is about. */
function sharesEnough(text: string, terms: readonly string[]): boolean {
  const there = new Set(fold(text).match(/[\p{L}\p{N}]+/gu) ?? [])
  const shared = terms.filter((term) => there.has(fold(term))).length
  return shared >= Math.min(2, terms.length)
}

/**
 * Messages of other conversations that match a question, best first, at most three.
 * @param sessionId conversation that asks; null for a new one
 */
export async function recall(store: Store, question: string, sessionId: string | null): Promise<MemoryItem[]> {
  const terms = subjectWords(question)
  if (terms.length === 0) return []
  const rows = await store.db
    .selectFrom('chat_messages_fts')
    .innerJoin('chat_messages as message', 'message.id', 'chat_messages_fts.rowid')
    .innerJoin('chat_sessions as session', 'session.id', 'message.session_id')
    .select([
      'message.id',
      'message.session_id',
      'message.role',
      'message.content',
      'message.created_at',
      'session.title',
    ])
    .where(sql<boolean>`chat_messages_fts MATCH ${anyOf(terms)}`)
    .where('message.session_id', '!=', sessionId ?? '')
    .orderBy(sql`bm25(chat_messages_fts)`)
    .limit(CONSIDERED)
    .execute()
  const asked = fold(question.trim())
  const seen = new Set([asked])
  const telling = rows.filter(({ content }) => {
    const text = fold(content.trim())
    if (seen.has(text) || !sharesEnough(content, terms)) return false
    seen.add(text)
    return true
  })
  return telling.slice(0, OFFERED).map((row) => ({
    message_id: row.id,
    session_id: row.session_id,
    title: row.title,
    role: row.role,
    text: shorten(row.content, LONGEST),
    created_at: row.created_at,
  }))
}
