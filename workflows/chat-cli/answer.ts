/** One question and its answer: choose the model, remember, ask, and keep what came, whole or not. */
import { AppError, toAppError } from '#lib/errors/index.ts'
import type { ChatChunk } from '#lib/providers/index.ts'
import type { OperationContext } from '#lib/operations/types.ts'
import type { Store } from '#lib/store/index.ts'
import { recall } from './memory.ts'
import { buildPrompt } from './prompt.ts'
import type { ChatAnswer, MemoryItem, Session } from './schemas.ts'
import {
  addMessage,
  createSession,
  deleteMessage,
  deleteSession,
  getSession,
  trimHistory,
  updateSession,
} from './sessions.ts'
import { titleFrom } from './title.ts'

export type AnswerContext = Pick<OperationContext, 'settings' | 'models' | 'signal' | 'now' | 'emit' | 'engine'>

export interface Question {
  message: string
  context?: string | undefined
  model?: string | undefined
  system_prompt?: string | undefined
  session_id?: string | undefined
  memory: boolean
}

/**
 * The backend's full name of the model to use.
 * @param asked model that the caller named
 * @param usual model of the conversation or of the settings
 * @throws AppError `model-not-found`, `no-model-backend`
 */
async function chooseModel(
  { models, signal }: AnswerContext,
  asked: string | undefined,
  usual: string,
): Promise<string> {
  const answer = await models.find(asked ?? usual, signal)
  if (answer.found) return answer.name
  const { error } = answer
  if (asked !== undefined || error.code !== 'model-not-found') throw error
  throw new AppError('model-not-found', error.message, {
    hint: `${error.hint ?? ''} Name another with model, or set local-workflows.chatCli.model.`.trim(),
    cause: error,
    details: error.details,
  })
}

/** What a caller must know as soon as it is decided, above all when the answer is stopped later. */
function announce(
  { emit }: AnswerContext,
  session: { id: string; title: string },
  model: string,
  memory: readonly MemoryItem[],
) {
  emit({ type: 'info', name: 'session', data: { session_id: session.id, title: session.title, model } })
  if (memory.length > 0) emit({ type: 'info', name: 'memory', data: { memory } })
}

/** Streams the answer to the watchers and stores it, marked incomplete when it was stopped or broke off. */
async function streamAnswer(
  context: AnswerContext,
  store: Store,
  session: Session,
  model: string,
  memory: readonly MemoryItem[],
): Promise<ChatAnswer> {
  const { maxHistoryLines, maxAnswerTokens } = context.settings['local-workflows'].chatCli
  const messages = buildPrompt({
    systemPrompt: session.system_prompt,
    memory,
    messages: session.messages,
    limit: maxHistoryLines,
  })
  context.engine({ engine: context.models.id, model })
  const started = performance.now()
  let response = ''
  let pieces = 0
  let cut = false
  let done: Extract<ChatChunk, { type: 'done' }> | undefined
  const keep = (incomplete: boolean, tokens: number) =>
    addMessage(
      store,
      session.session_id,
      { role: 'assistant', content: response, model, tokens, incomplete },
      context.now(),
    )
  try {
    for await (const chunk of context.models.chat({ model, messages, signal: context.signal })) {
      // Counted here, not asked of the backend, where it would take the place of a lower limit that the model has of its own.
      cut = chunk.type !== 'done' && maxAnswerTokens > 0 && pieces >= maxAnswerTokens
      if (cut) break
      if (chunk.type === 'done') {
        done = chunk
        continue
      }
      // Thoughts take as long as an answer does, and can go round in circles as well.
      pieces += 1
      if (chunk.type === 'thought') continue
      response += chunk.text
      context.emit({ type: 'token', text: chunk.text })
    }
  } catch (error) {
    if (response !== '') await keep(true, pieces)
    throw error
  }
  const tokens = done?.completionTokens ?? pieces
  return {
    response,
    model,
    tokens,
    session_id: session.session_id,
    title: session.title,
    // What was cut off before its first word is no answer.
    message_id: await keep(cut && response === '', tokens),
    prompt_tokens: done?.promptTokens ?? 0,
    duration_ms: done?.durationMs ?? performance.now() - started,
    finish_reason: done?.finishReason ?? (cut ? 'length' : 'stop'),
    memory: [...memory],
  }
}

/** Answers a question in a new conversation or an existing one. */
export async function ask(context: AnswerContext, store: Store, question: Question): Promise<ChatAnswer> {
  const settings = context.settings['local-workflows'].chatCli
  const existing = question.session_id === undefined ? null : await getSession(store, question.session_id)
  const model = await chooseModel(context, question.model, existing?.model ?? settings.model)
  const systemPrompt = question.system_prompt ?? existing?.system_prompt ?? settings.systemPrompt
  const title = existing?.title ?? titleFrom(question.message)
  const memory =
    question.memory && settings.memory ? await recall(store, question.message, existing?.session_id ?? null) : []

  const id = existing?.session_id ?? (await createSession(store, { title, model, systemPrompt }, context.now()))
  await updateSession(store, id, { model, systemPrompt })
  const { message: content, context: given = null } = question
  const asked = await addMessage(store, id, { role: 'user', content, context: given, memory }, context.now())
  announce(context, { id, title }, model, memory)
  try {
    return await streamAnswer(context, store, await getSession(store, id), model, memory)
  } catch (error) {
    // The question was never put: whoever tries again shall not find it twice.
    if (toAppError(error).code === 'backend-busy')
      await (existing === null ? deleteSession(store, id) : deleteMessage(store, asked))
    throw error
  } finally {
    await trimHistory(store, settings.maxHistoryLines, id)
  }
}

/**
 * Answers the last question of a conversation again. The earlier answer is replaced only once the new one begins.
 * @throws AppError `conflict` when there is no question yet
 */
export async function retry(
  context: AnswerContext,
  store: Store,
  { session_id: id, model: asked }: { session_id: string; model?: string | undefined },
): Promise<ChatAnswer> {
  const session = await getSession(store, id)
  const last = session.messages.findLastIndex((message) => message.role === 'user')
  const question = session.messages[last]
  if (question === undefined)
    throw new AppError('conflict', 'There is no question to answer again yet.', { hint: 'Send a message first.' })
  const model = await chooseModel(context, asked, session.model)
  await updateSession(store, id, { model })
  const replaced = session.messages.slice(last + 1)
  announce(context, { id, title: session.title }, model, question.memory)
  const removeOld = async () => {
    for (const message of replaced.splice(0)) await deleteMessage(store, message.id)
  }
  const asBefore = { ...session, messages: session.messages.slice(0, last + 1) }
  const answer = await streamAnswer(context, store, asBefore, model, question.memory).catch(async (error: unknown) => {
    if (await hasNewer(store, id, replaced.at(-1)?.id ?? question.id)) await removeOld()
    throw error
  })
  await removeOld()
  return answer
}

async function hasNewer(store: Store, sessionId: string, messageId: number): Promise<boolean> {
  const newer = store.db
    .selectFrom('chat_messages')
    .select('id')
    .where('session_id', '=', sessionId)
    .where('id', '>', messageId)
  return (await newer.executeTakeFirst()) !== undefined
}
