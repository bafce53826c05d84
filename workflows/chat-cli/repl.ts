/** `hwc-ai chat`: one answer for a script or a pipe, a conversation for a person. */
import { AppError } from '#lib/errors/index.ts'
import { chat, listChatSessions } from './definition.ts'
import { readAttachment, readPiped } from './repl/attach.ts'
import { parseChatArguments, type ChatArguments } from './repl/arguments.ts'
import { chatInput } from './repl/chat-input.ts'
import { converse } from './repl/conversation.ts'
import { createStyle, wantsColour } from './repl/terminal.ts'
import { takeTurn } from './repl/turn.ts'
import type { Attachment, ChatServices, Conversation, TextInput, TextOutput } from './repl/types.ts'

export { CHAT_HELP } from './repl/arguments.ts'
export type { CallOperation, CallOptions, ChatServices } from './repl/types.ts'

export interface ChatReplOptions {
  services: ChatServices
  /** Words after `hwc-ai chat`, without `--json`. */
  args: readonly string[]
  /** Print one JSON object instead of text. */
  json: boolean
  input: TextInput
  output: TextOutput
  error: TextOutput
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /**
   * Calls the listener when the command shall end (a signal, nobody reads on) until what it returns is called; a terminal that
   * is read from sends Ctrl-C as a key instead.
   */
  onStop: (listener: () => void) => () => void
}

async function lastSession({ call }: ChatServices): Promise<string> {
  const { sessions } = await call(listChatSessions, { limit: 1 })
  const [last] = sessions
  if (last === undefined)
    throw new AppError('not-found', 'There is no conversation yet.', { hint: 'Leave out --session to begin one.' })
  return last.session_id
}

async function begin({ services, cwd }: ChatReplOptions, args: ChatArguments): Promise<Conversation> {
  const attachments: Attachment[] = []
  for (const path of args.attach) attachments.push(await readAttachment(path, cwd))
  return {
    sessionId: args.session === 'last' ? await lastSession(services) : (args.session ?? null),
    title: null,
    model: args.model,
    systemPrompt: args.systemPrompt,
    memory: args.memory,
    attachments,
    listed: [],
  }
}

/** Adds what is piped in: as context of the message, or as the message itself when there is none. */
async function takePiped(
  { input, error }: ChatReplOptions,
  conversation: Conversation,
  message: string,
): Promise<string> {
  if (input.isTTY === true) return message
  const { text, dropped } = await readPiped(input)
  if (dropped > 0)
    error.write(`Only the end of what was piped in goes along; ${dropped} characters before it do not.\n`)
  if (message === '') return text.trim()
  if (text.trim() !== '') conversation.attachments.push({ name: '', text })
  return message
}

async function answerOnce(options: ChatReplOptions, conversation: Conversation, message: string): Promise<number> {
  const { services, json, output, error, env } = options
  const input = chatInput(conversation, message)
  const stop = new AbortController()
  const release = options.onStop(() => stop.abort())
  try {
    if (json) {
      output.write(`${JSON.stringify(await services.call(chat, input, { signal: stop.signal }))}\n`)
      return 0
    }
    const style = createStyle(wantsColour(error, env))
    const turn = { answer: output, notes: error, style }
    const result = await takeTurn(turn, conversation, stop.signal, (call) => services.call(chat, input, call))
    return result === null ? 130 : 0
  } finally {
    release()
  }
}

/**
 * Runs `hwc-ai chat`. With a message, or with something piped in, it answers once; at a terminal it holds a conversation.
 * @returns exit code: 0, or 130 when stopped with Ctrl-C
 * @throws AppError what a single answer fails with; in a conversation failures are said and it goes on
 */
export async function runChatRepl(options: ChatReplOptions): Promise<number> {
  const { input, output, env, json } = options
  const args = parseChatArguments(options.args)
  const conversation = await begin(options, args)
  const message = await takePiped(options, conversation, args.message)
  if (message !== '') return answerOnce(options, conversation, message)
  if (input.isTTY === true && !json) return converse({ ...options, conversation, colour: wantsColour(output, env) })
  throw new AppError('invalid-input', 'There is no message.', { hint: 'Write it after `hwc-ai chat`, or pipe it in.' })
}
