/** Chat: conversations with a local model, kept, searchable, and remembered. */
import * as z from 'zod'
import { defineOperation, type WorkflowDefinition } from '#lib/operations/types.ts'
import { ask, retry } from './answer.ts'
import { withChatStore } from './chat-store.ts'
import { exportSession } from './export.ts'
import { chatAnswer, session, sessionId, sessionSummary } from './schemas.ts'
import { deleteSession, getSession, listSessions, updateSession } from './sessions.ts'
import { chatTool } from './tool.ts'

/** Characters. More than any model at home reads at once; the rest of a log is better searched than sent. */
export const MAX_CONTEXT_CHARS = 1_000_000
const model = z.string().trim().min(1).max(200)
const stream = z.boolean().default(true).describe('Answer as an event stream of tokens; false answers once, when done')

const MODEL_ERRORS = [
  'no-model-backend',
  'model-not-found',
  'backend-busy',
  'backend-error',
  'backend-timeout',
] as const

export const chat = defineOperation({
  id: 'chat',
  title: 'Send a message',
  description:
    'Sends a message to a local language model and streams its answer. The conversation is kept; give session_id to go on with ' +
    'one. Use it for questions and texts; it runs no commands and changes no files.',
  http: { method: 'POST', path: '/api/workflows/chat' },
  scope: 'run',
  recorded: true,
  mutates: false,
  streamFlag: 'stream',
  input: z.object({
    message: z
      .string()
      .max(200_000)
      .refine((text) => text.trim() !== '', 'must not be empty')
      .describe('The question or request'),
    context: z
      .string()
      .max(MAX_CONTEXT_CHARS)
      .optional()
      .describe('Text the question is about, such as a log or a file'),
    model: model.optional().describe('Model to use from now on in this conversation; default is that of the settings'),
    system_prompt: z
      .string()
      .max(50_000)
      .optional()
      .describe('Instructions for this conversation instead of those of the settings'),
    stream,
    session_id: sessionId.optional().describe('Conversation to go on with; without it a new one begins'),
    memory: z.boolean().default(true).describe('Offer matching messages of earlier conversations to the model'),
  }),
  output: chatAnswer,
  errors: ['not-found', ...MODEL_ERRORS],
  examples: [
    { title: 'Ask once', input: { message: 'What does exit code 137 mean?', stream: false } },
    {
      title: 'Ask about a log',
      input: { message: 'What broke?', context: 'nginx: [emerg] bind() to 0.0.0.0:80 failed', memory: false },
    },
  ],
  tool: chatTool,
  run: (input, context) => withChatStore(context, (store) => ask(context, store, input)),
})

export const retryChat = defineOperation({
  id: 'retry_chat',
  title: 'Answer again',
  description:
    'Answers the last question of a conversation again, with another model if one is named. Replaces the last answer.',
  http: { method: 'POST', path: '/api/chat/sessions/:session_id/retry' },
  scope: 'run',
  recorded: true,
  mutates: true,
  streamFlag: 'stream',
  input: z.object({ session_id: sessionId, model: model.optional().describe('Model to use from now on'), stream }),
  output: chatAnswer,
  errors: ['not-found', 'conflict', ...MODEL_ERRORS],
  examples: [{ title: 'Answer again', input: { session_id: 'chat_01k0000000aaaaaaaaaa', stream: false } }],
  run: (input, context) => withChatStore(context, (store) => retry(context, store, input)),
})

export const listChatSessions = defineOperation({
  id: 'list_chat_sessions',
  title: 'List conversations',
  description: 'Lists the conversations, the last used first, or those in which all words of q occur.',
  http: { method: 'GET', path: '/api/chat/sessions' },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({
    q: z.string().max(500).default('').describe('Words to search for in messages and titles'),
    limit: z.int().min(1).max(500).default(50).describe('Most conversations to list'),
  }),
  output: z.object({ sessions: z.array(sessionSummary), total: z.int().describe('How many there are or match') }),
  examples: [{ title: 'Search', input: { q: 'nginx', limit: 10 } }],
  run: ({ q, limit }, context) => withChatStore(context, (store) => listSessions(store, q, limit)),
})

export const getChatSession = defineOperation({
  id: 'get_chat_session',
  title: 'Open a conversation',
  description: 'Gives one conversation with all its messages, oldest first.',
  http: { method: 'GET', path: '/api/chat/sessions/:session_id' },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({ session_id: sessionId }),
  output: session,
  errors: ['not-found'],
  examples: [{ title: 'Open', input: { session_id: 'chat_01k0000000aaaaaaaaaa' } }],
  run: (input, context) => withChatStore(context, (store) => getSession(store, input.session_id)),
})

export const renameChatSession = defineOperation({
  id: 'rename_chat_session',
  title: 'Rename a conversation',
  description: 'Gives a conversation another title.',
  http: { method: 'PATCH', path: '/api/chat/sessions/:session_id' },
  scope: 'run',
  recorded: false,
  mutates: true,
  input: z.object({ session_id: sessionId, title: z.string().trim().min(1).max(200).describe('The new title') }),
  output: z.object({ session_id: sessionId, title: z.string() }),
  errors: ['not-found'],
  examples: [{ title: 'Rename', input: { session_id: 'chat_01k0000000aaaaaaaaaa', title: 'nginx on port 80' } }],
  run: async (input, context) => {
    await withChatStore(context, (store) => updateSession(store, input.session_id, { title: input.title }))
    return input
  },
})

export const deleteChatSession = defineOperation({
  id: 'delete_chat_session',
  title: 'Delete a conversation',
  description: 'Deletes a conversation and all its messages for good.',
  http: { method: 'DELETE', path: '/api/chat/sessions/:session_id' },
  scope: 'run',
  recorded: false,
  mutates: true,
  input: z.object({ session_id: sessionId }),
  output: z.object({ session_id: sessionId, deleted: z.literal(true) }),
  errors: ['not-found'],
  examples: [{ title: 'Delete', input: { session_id: 'chat_01k0000000aaaaaaaaaa' } }],
  run: async (input, context) => {
    await withChatStore(context, (store) => deleteSession(store, input.session_id))
    return { session_id: input.session_id, deleted: true as const }
  },
})

export const exportChatSession = defineOperation({
  id: 'export_chat_session',
  title: 'Export a conversation',
  description: 'Gives a conversation as a Markdown document with a name for its file.',
  http: { method: 'GET', path: '/api/chat/sessions/:session_id/export' },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({ session_id: sessionId }),
  output: z.object({ filename: z.string(), markdown: z.string() }),
  errors: ['not-found'],
  examples: [{ title: 'Export', input: { session_id: 'chat_01k0000000aaaaaaaaaa' } }],
  run: (input, context) =>
    withChatStore(context, async (store) => exportSession(await getSession(store, input.session_id))),
})

export const chatCli: WorkflowDefinition = {
  id: 'chat-cli',
  statusKey: 'chat',
  title: 'Chat',
  description: 'Talk with a local model; conversations are kept, searchable and remembered.',
  page: '/chat',
  model: 'required',
  needs: ['chat'],
  mutates: false,
  main: 'chat',
  operations: [
    chat,
    retryChat,
    listChatSessions,
    getChatSession,
    renameChatSession,
    deleteChatSession,
    exportChatSession,
  ],
  configured: (settings) => {
    const { enable, model: configuredModel } = settings['local-workflows'].chatCli
    return { enabled: enable, model: configuredModel, schedules: [] }
  },
}
