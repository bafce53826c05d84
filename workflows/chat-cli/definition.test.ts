import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { closedPort } from '../../e2e/fakes/closed-port.ts'
import type { RunEvent } from '#lib/operations/types.ts'
import { openStore } from '#lib/store/index.ts'
import {
  chat,
  chatCli,
  deleteChatSession,
  exportChatSession,
  getChatSession,
  listChatSessions,
  renameChatSession,
  retryChat,
} from './definition.ts'
import { addMessage } from './sessions.ts'
import { startChat, type ChatTestOptions, type TestChat } from './testing.ts'

const open: TestChat[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
async function start(options?: ChatTestOptions) {
  const test = await startChat(options)
  open.push(test)
  return test
}
const contents = (session: { messages: { content: string }[] }) => session.messages.map((message) => message.content)

it('every example is a valid input', () => {
  for (const operation of chatCli.operations)
    for (const example of operation.examples) expect(() => operation.input.parse(example.input)).not.toThrow()
})

it('answers, streams the tokens, and keeps both messages under a title from the question', async () => {
  const { call } = await start()
  const events: RunEvent[] = []
  const answer = await call(
    chat,
    { message: 'Why is port 80 taken?\nIt was free.' },
    { onEvent: (event) => events.push(event) },
  )
  expect(answer).toMatchObject({
    response: 'Hello there',
    model: 'fake:latest',
    tokens: 3,
    title: 'Why is port 80 taken?',
    finish_reason: 'stop',
    memory: [],
  })
  expect(events).toEqual([
    {
      type: 'info',
      name: 'session',
      data: { session_id: answer.session_id, title: answer.title, model: 'fake:latest' },
    },
    ...['Hello', ' ', 'there'].map((text) => ({ type: 'token', text })),
  ])
  const kept = await call(getChatSession, { session_id: answer.session_id })
  expect(kept.messages).toMatchObject([
    { role: 'user', content: 'Why is port 80 taken?\nIt was free.', incomplete: false },
    { role: 'assistant', content: 'Hello there', model: 'fake:latest', tokens: 3, incomplete: false },
  ])
})

it('says of a conversation that is deleted while it answers that it is not there', async () => {
  const store = openStore(':memory:')
  const late = addMessage(store, 'chat_gone', { role: 'assistant', content: 'Hello' }, new Date())
  await expect(late).rejects.toMatchObject({ code: 'not-found', details: { session_id: 'chat_gone' } })
  await store.close()
})

it('cuts off an answer that does not end, stops the model and says so', async () => {
  const { call, fake } = await start({ chatCli: { maxAnswerTokens: 5 } })
  fake.play({ kind: 'endless' })
  const answer = await call(chat, { message: 'Count.' })
  await fake.abandoned()
  expect(answer).toMatchObject({ tokens: 5, finish_reason: 'length' })
  expect(answer.response.trim().split(/\s+/)).toHaveLength(5)
  const kept = await call(getChatSession, { session_id: answer.session_id })
  expect(kept.messages[1]).toMatchObject({ content: answer.response, incomplete: false })
})

it('counts thoughts with the answer, cuts off both together and says so', async () => {
  const { call, fake } = await start({ chatCli: { maxAnswerTokens: 5 } })
  fake.play({ kind: 'answer', thoughts: ['Let', ' me', ' see'], tokens: ['Be', 'cause', ' of', ' it'] })
  expect(await call(chat, { message: 'Why?' })).toMatchObject({
    response: 'Because',
    tokens: 5,
    finish_reason: 'length',
  })
  fake.play({ kind: 'answer', thoughts: ['Let', ' me', ' see'], tokens: ['Be', 'cause'] })
  expect(await call(chat, { message: 'Why?' })).toMatchObject({ response: 'Because', finish_reason: 'stop' })
})

it('cuts off thoughts that do not end, stops the model, and keeps no answer as whole', async () => {
  const { call, fake } = await start({ chatCli: { maxAnswerTokens: 5 } })
  fake.play({ kind: 'endless', thinks: true })
  const events: RunEvent[] = []
  const answer = await call(chat, { message: 'Why?' }, { onEvent: (event) => events.push(event) })
  await fake.abandoned()
  expect(answer).toMatchObject({ response: '', tokens: 5, finish_reason: 'length' })
  expect(events.filter(({ type }) => type === 'token')).toEqual([])
  expect(chat.tool?.answer?.(answer, (path) => path)).toMatchObject({
    note: 'The answer was cut off at the limit of tokens while the model was still thinking.',
  })
  const kept = await call(getChatSession, { session_id: answer.session_id })
  expect(kept.messages[1]).toMatchObject({ content: '', tokens: 5, incomplete: true })
})

it.each([
  [3, 'stop'],
  [0, 'stop'],
  [2, 'length'],
])('lets an answer of 3 tokens end by itself under a limit of %i: %s', async (maxAnswerTokens, finish) => {
  const { call } = await start({ chatCli: { maxAnswerTokens } })
  expect(await call(chat, { message: 'Hi' })).toMatchObject({ finish_reason: finish })
})

it('goes on with a conversation: earlier turns, contexts and the instructions reach the model', async () => {
  const { call, fake } = await start({ chatCli: { systemPrompt: 'Be brief.' } })
  const { session_id } = await call(chat, { message: 'What broke?', context: 'disk full' })
  await call(chat, { message: 'And now?', session_id })
  expect(fake.questions[1]?.messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Context:\n"""\ndisk full\n"""\n\nWhat broke?' },
    { role: 'assistant', content: 'Hello there' },
    { role: 'user', content: 'And now?' },
  ])
})

it('instructions and model that a message names stay with the conversation', async () => {
  const { call, fake } = await start({ models: ['fake:latest', 'other:1b'] })
  const { session_id } = await call(chat, { message: 'Hi', system_prompt: 'Rhyme.', model: 'other:1b' })
  await call(chat, { message: 'Again', session_id })
  expect(fake.questions[1]?.model).toBe('other:1b')
  expect(fake.questions[1]?.messages[0]).toEqual({ role: 'system', content: 'Rhyme.' })
})

it('offers matching messages of other conversations, shows them, and keeps what was offered', async () => {
  const { call, fake } = await start()
  fake.play({ kind: 'answer', tokens: ['Caddy holds it.'] })
  await call(chat, { message: 'Which program holds port 8443 on the server?' })
  await call(chat, { message: 'A recipe for bread, please' })
  const events: RunEvent[] = []
  const question = 'Is port 8443 on that server free?'
  const answer = await call(chat, { message: question }, { onEvent: (event) => events.push(event) })
  expect(answer.memory.map((item) => item.text)).toEqual(['Which program holds port 8443 on the server?'])
  expect(events).toContainEqual({ type: 'info', name: 'memory', data: { memory: answer.memory } })
  expect(fake.questions[2]?.messages[0]?.content).toContain('Which program holds port 8443 on the server?')
  expect((await call(getChatSession, { session_id: answer.session_id })).messages[0]?.memory).toEqual(answer.memory)
})

it('never offers half of a character', async () => {
  const { call } = await start()
  const face = '😀'
  for (const start of ['', 'x'])
    await call(chat, { message: `port 8443 ${start}${face.repeat(300)}`, stream: false, memory: false })
  const answer = await call(chat, { message: 'Which port was 8443?', stream: false })
  expect(answer.memory.map(({ text }) => [text.isWellFormed(), text.length > 390])).toEqual([
    [true, true],
    [true, true],
  ])
})

it.each([
  ['the flag of the message', {}, { memory: false }],
  ['the setting', { memory: false }, {}],
])('memory is off with %s', async (_name, chatSettings, input) => {
  const { call, fake } = await start({ chatCli: chatSettings })
  await call(chat, { message: 'Which program holds port 8443?' })
  const answer = await call(chat, { message: 'Who uses port 8443, which program?', ...input })
  expect(answer.memory).toEqual([])
  expect(JSON.stringify(fake.questions[1]?.messages)).not.toContain('holds')
})

it('an abort keeps what came, marked incomplete, and stops the backend', async () => {
  const { call, fake } = await start()
  fake.play({ kind: 'endless' })
  const stop = new AbortController()
  let session_id = ''
  let text = ''
  const onEvent = (event: RunEvent) => {
    if (event.type === 'info' && event.name === 'session') ({ session_id } = event.data as { session_id: string })
    if (event.type === 'token') text += event.text
    if (text.includes('word3')) stop.abort()
  }
  await expect(call(chat, { message: 'Go on' }, { signal: stop.signal, onEvent })).rejects.toMatchObject({
    code: 'cancelled',
  })
  await fake.abandoned()
  const kept = await call(getChatSession, { session_id })
  expect(kept.messages.at(-1)).toMatchObject({ role: 'assistant', content: text, incomplete: true })
})

it('a backend that breaks off leaves its part as an incomplete answer', async () => {
  const { call, fake } = await start()
  fake.play({ kind: 'cut', tokens: ['half'] })
  await expect(call(chat, { message: 'Hi' })).rejects.toMatchObject({ code: 'backend-error' })
  const { sessions } = await call(listChatSessions, {})
  const kept = await call(getChatSession, { session_id: sessions[0]?.session_id ?? '' })
  expect(kept.messages.at(-1)).toMatchObject({ content: 'half', incomplete: true })
})

it('without a backend says so, and keeps nothing', async () => {
  const { call } = await start({ backend: { endpoint: await closedPort() } })
  await expect(call(chat, { message: 'Hi' })).rejects.toMatchObject({ code: 'no-model-backend', status: 503 })
  expect((await call(listChatSessions, {})).total).toBe(0)
})

it('a default model that is not there is named together with those that are and the setting', async () => {
  const { call } = await start({ chatCli: { model: 'phi3.5:3.8b' }, models: ['llama3.2:latest'] })
  await expect(call(chat, { message: 'Hi' })).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.stringContaining('llama3.2:latest') as string,
    hint: expect.stringContaining('local-workflows.chatCli.model') as string,
  })
})

it('a question that a full queue refused is not kept', async () => {
  const { call, fake } = await start({ backend: { maxWaiting: 0 } })
  fake.play({ kind: 'endless' })
  const stop = new AbortController()
  const begun = Promise.withResolvers<boolean>()
  const onEvent = (event: RunEvent) => event.type === 'token' && begun.resolve(true)
  const first = call(chat, { message: 'One' }, { signal: stop.signal, onEvent })
  await begun.promise
  await expect(call(chat, { message: 'Two' })).rejects.toMatchObject({ code: 'backend-busy' })
  expect((await call(listChatSessions, {})).sessions.map((one) => one.title)).toEqual(['One'])
  stop.abort()
  await expect(first).rejects.toMatchObject({ code: 'cancelled' })
})

it('retry replaces the last answer', async () => {
  const { call, fake } = await start({ models: ['fake:latest', 'other:1b'] })
  const { session_id } = await call(chat, { message: 'Hi' })
  fake.play({ kind: 'answer', tokens: ['Better'] })
  expect(await call(retryChat, { session_id, model: 'other:1b' })).toMatchObject({
    response: 'Better',
    model: 'other:1b',
  })
  expect(contents(await call(getChatSession, { session_id }))).toEqual(['Hi', 'Better'])
  expect(fake.questions[1]?.messages.at(-1)).toEqual({ role: 'user', content: 'Hi' })
})

it('a retry that fails before its first token keeps the earlier answer; one that is cut replaces it', async () => {
  const { call, fake } = await start()
  const { session_id } = await call(chat, { message: 'Hi' })
  fake.play({ kind: 'refuse', status: 500, body: '{"error":"boom"}' })
  await expect(call(retryChat, { session_id })).rejects.toMatchObject({ code: 'backend-error' })
  expect(contents(await call(getChatSession, { session_id }))).toEqual(['Hi', 'Hello there'])
  fake.play({ kind: 'cut', tokens: ['part'] })
  await expect(call(retryChat, { session_id })).rejects.toMatchObject({ code: 'backend-error' })
  expect(contents(await call(getChatSession, { session_id }))).toEqual(['Hi', 'part'])
})

it.each(['nginx', 'NGINX bind', 'bind() to', 'emerg', 'über', 'uber', 'zzz'])(
  'search for %j is safe and finds whole conversations',
  async (q) => {
    const { call } = await start()
    await call(chat, { message: 'nginx: [emerg] bind() to 0.0.0.0:80 failed, über alles' })
    await call(chat, { message: 'Bread' })
    const { sessions, total } = await call(listChatSessions, { q })
    expect(total).toBe(q === 'zzz' ? 0 : 1)
    if (q !== 'zzz')
      expect(sessions[0]).toMatchObject({ messages: 2, match: expect.stringContaining('nginx') as string })
  },
)

it.each([
  '"',
  '*',
  'NEAR(',
  'a AND',
  '-',
  "'; DROP TABLE chat_messages",
  '^x',
  'content:x',
  '%',
  '\\',
  '(',
  'a OR OR b',
])('search text %j is never syntax', async (q) => {
  const { call } = await start()
  await call(chat, { message: 'Hello' })
  expect((await call(listChatSessions, { q })).total).toBe(0)
  expect((await call(listChatSessions, {})).total).toBe(1)
})

it('titles are searched too, and a renamed conversation is found by its new one', async () => {
  const { call } = await start()
  const { session_id } = await call(chat, { message: 'Hi' })
  await call(renameChatSession, { session_id, title: '100% disk' })
  expect((await call(listChatSessions, { q: '100%' })).sessions).toMatchObject([
    { session_id, title: '100% disk', match: null },
  ])
})

it('a deleted conversation is gone, from the search as well', async () => {
  const { call, store } = await start()
  const { session_id } = await call(chat, { message: 'nginx' })
  await call(deleteChatSession, { session_id })
  expect(await call(listChatSessions, { q: 'nginx' })).toEqual({ sessions: [], total: 0 })
  for (const operation of [getChatSession, deleteChatSession, exportChatSession])
    await expect(
      call<typeof operation.input, typeof operation.output>(operation, { session_id }),
    ).rejects.toMatchObject({ code: 'not-found' })
  const left = await store.db.selectFrom('chat_messages').select('id').execute()
  expect(left).toEqual([])
})

it('exports Markdown in which code stays code, with a safe file name', async () => {
  const { call } = await start()
  const { session_id } = await call(chat, { message: 'Über / ../von `/etc`?', context: '```\nnested\n```' })
  const { filename, markdown } = await call(exportChatSession, { session_id })
  expect(filename).toBe('2026-03-01-uber-von-etc.md')
  expect(markdown).toContain('````\n```\nnested\n```\n````')
  expect(markdown).toContain('Hello there')
})

it('keeps at most as many messages as the settings say: the longest unused conversations go, never the one in use', async () => {
  const { call } = await start({ chatCli: { maxHistoryLines: 4 } })
  const first = await call(chat, { message: 'one' })
  await call(chat, { message: 'two' })
  await call(chat, { message: 'three', session_id: first.session_id })
  expect((await call(listChatSessions, {})).sessions.map((one) => one.title)).toEqual(['one'])
  await call(chat, { message: 'four' })
  await call(chat, { message: 'five' })
  expect((await call(listChatSessions, {})).sessions.map((one) => one.title)).toEqual(['five', 'four'])
})

it('gives the model no more messages of a conversation than the settings say', async () => {
  const { call, fake } = await start({ chatCli: { maxHistoryLines: 3, systemPrompt: '' } })
  const { session_id } = await call(chat, { message: 'one' })
  for (const message of ['two', 'three']) await call(chat, { message, session_id })
  expect(fake.questions[2]?.messages.map((one) => one.content)).toEqual(['two', 'Hello there', 'three'])
})

it('a history file of its own holds the conversations instead of the app’s store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-chat-'))
  const historyFile = join(folder, 'history.db')
  const { call, store } = await start({ chatCli: { historyFile } })
  await call(chat, { message: 'Hi' })
  expect((await call(listChatSessions, {})).total).toBe(1)
  expect(await store.db.selectFrom('chat_sessions').select('id').execute()).toEqual([])
  const other = openStore(historyFile)
  expect(await other.db.selectFrom('chat_sessions').select('title').execute()).toEqual([{ title: 'Hi' }])
  await other.close()
  await rm(folder, { recursive: true })
})

it('a history file that is no database is a fault of the settings', async () => {
  const { call } = await start({ chatCli: { historyFile: import.meta.filename } })
  await expect(call(listChatSessions, {})).rejects.toMatchObject({ code: 'settings-invalid' })
})
