/** The commands of a conversation: one entry each; help and completion come from the table. */
import { writeFile } from 'node:fs/promises'
import { AppError, isSystemError, messageOf } from '#lib/errors/index.ts'
import { nearest } from '#lib/text/nearest.ts'
import { plural } from '#lib/text/plural.ts'
import { exportChatSession, getChatSession, listChatSessions, renameChatSession, retryChat } from '../definition.ts'
import type { ChatAnswer, Message, SessionSummary } from '../schemas.ts'
import { readAttachment, typedPath } from './attach.ts'
import { harmless, oneLine, type Style } from './terminal.ts'
import type { CallOptions, ChatServices, Conversation } from './types.ts'

export interface CommandContext {
  services: ChatServices
  conversation: Conversation
  style: Style
  cwd: string
  print: (text: string) => void
  /** Puts a question and shows its answer; Ctrl-C stops it. */
  turn: (ask: (options: CallOptions) => Promise<ChatAnswer>) => Promise<void>
  /** Ends the conversation after this command. */
  leave: () => void
}

interface Command {
  /** What follows the name, for the help. */
  takes: string
  help: string
  run: (context: CommandContext, rest: string) => unknown
}

const SHOWN_SESSIONS = 10
const SHOWN_MESSAGES = 4

function requireSession({ conversation }: CommandContext): string {
  if (conversation.sessionId !== null) return conversation.sessionId
  throw new AppError('conflict', 'The conversation has no message yet.', {
    hint: 'Say something first, or open another with /sessions.',
  })
}

function printSessions(
  { conversation, print, style }: CommandContext,
  sessions: readonly SessionSummary[],
  total: number,
): void {
  conversation.listed = sessions
  const lines = sessions.map((one, index) => {
    const here = one.session_id === conversation.sessionId ? ' (this one)' : ''
    const match = one.match === null ? '' : `\n     ${style.dim(oneLine(one.match, 100))}`
    return `${String(index + 1).padStart(3)}  ${oneLine(one.title, 60)} ${style.dim(`${one.updated_at.slice(0, 10)} · ${plural(one.messages, 'message')}${here}`)}${match}`
  })
  if (lines.length === 0) print('Nothing found.')
  else
    print(
      [
        ...lines,
        ...(total > lines.length ? [`     and ${total - lines.length} more`] : []),
        style.dim('     /open N opens one.'),
      ].join('\n'),
    )
}

async function list(context: CommandContext, q: string): Promise<void> {
  const { sessions, total } = await context.services.call(listChatSessions, { q, limit: SHOWN_SESSIONS })
  printSessions(context, sessions, total)
}

function printMessage({ print, style }: CommandContext, message: Message): void {
  const text = harmless(message.content).trim()
  print(
    message.role === 'user'
      ? `${style.accent('>')} ${text}`
      : `${text}${message.incomplete ? style.dim(' (stopped)') : ''}`,
  )
}

/** Opens a conversation and shows its end. */
export async function openSession(context: CommandContext, id: string): Promise<void> {
  const session = await context.services.call(getChatSession, { session_id: id })
  Object.assign(context.conversation, {
    sessionId: id,
    title: session.title,
    model: undefined,
    systemPrompt: undefined,
  })
  context.print(
    `${context.style.bold(oneLine(session.title, 80))} ${context.style.dim(`${plural(session.messages.length, 'message')}, ${session.model}`)}`,
  )
  for (const message of session.messages.slice(-SHOWN_MESSAGES)) printMessage(context, message)
}

async function showOrSetModel({ services, conversation, print, style }: CommandContext, name: string): Promise<void> {
  if (name !== '') {
    const answer = await services.models.find(name)
    if (!answer.found) throw answer.error
    conversation.model = answer.name
    print(`Model ${answer.name} from now on.`)
    return
  }
  const models = await services.models.list()
  const used = conversation.model ?? services.settings['local-workflows'].chatCli.model
  const current = await services.models.find(used)
  const lines = models.map(
    (model) => `${current.found && model.name === current.name ? style.accent('*') : ' '} ${model.name}`,
  )
  print(lines.length === 0 ? 'There is no model yet.' : lines.join('\n'))
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is none',
  EACCES: 'you may not write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
}

const whyNot = (error: unknown) => (isSystemError(error) ? REASONS[error.code ?? ''] : undefined) ?? messageOf(error)

async function exportTo(context: CommandContext, path: string): Promise<void> {
  const { filename, markdown } = await context.services.call(exportChatSession, { session_id: requireSession(context) })
  const file = typedPath(path === '' ? filename : path, context.cwd)
  try {
    await writeFile(file, markdown, { flag: 'wx' })
  } catch (error) {
    if (isSystemError(error, 'EEXIST'))
      throw new AppError('conflict', `${file} exists already.`, {
        hint: 'Name another file: /export FILE.',
        cause: error,
      })
    throw new AppError('path-not-allowed', `${file} cannot be written: ${whyNot(error)}.`, { cause: error })
  }
  context.print(`Written to ${file}`)
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  model: { takes: '[NAME]', help: 'shows the models, or uses another', run: showOrSetModel },
  system: {
    takes: '[TEXT]',
    help: 'shows the instructions, or sets them for this conversation',
    run: ({ conversation, services, print }, text) => {
      if (text !== '') conversation.systemPrompt = text
      print(harmless(conversation.systemPrompt ?? services.settings['local-workflows'].chatCli.systemPrompt))
    },
  },
  attach: {
    takes: 'FILE',
    help: 'sends a text file along with the next question',
    run: async ({ conversation, cwd, print }, path) => {
      if (path !== '') conversation.attachments.push(await readAttachment(path, cwd))
      const files = conversation.attachments.map(({ name, text }) => `${name} (${text.length} characters)`)
      print(
        files.length === 0
          ? 'Nothing goes along. /attach FILE adds a file.'
          : `With the next question: ${files.join(', ')}`,
      )
    },
  },
  search: {
    takes: 'WORDS',
    help: 'finds conversations by their words',
    run: (context, q) => (q === '' ? context.print('Search for what? /search WORDS') : list(context, q)),
  },
  retry: {
    takes: '',
    help: 'answers the last question again',
    run: (context) => {
      const session_id = requireSession(context)
      const { model } = context.conversation
      return context.turn((options) =>
        context.services.call(retryChat, { session_id, ...(model === undefined ? {} : { model }) }, options),
      )
    },
  },
  sessions: { takes: '', help: 'lists the last conversations', run: (context) => list(context, '') },
  open: {
    takes: 'N',
    help: 'opens a conversation of the last list, or by its id',
    run: async (context, which) => {
      const id = /^\d+$/.test(which) ? context.conversation.listed[Number(which) - 1]?.session_id : which
      if (id === undefined || id === '') context.print('Open which? /sessions lists them with their numbers.')
      else await openSession(context, id)
    },
  },
  new: {
    takes: '',
    help: 'begins a new conversation',
    run: ({ conversation, print }) => {
      Object.assign(conversation, { sessionId: null, title: null })
      print('A new conversation.')
    },
  },
  rename: {
    takes: 'TITLE',
    help: 'gives this conversation another title',
    run: async (context, title) => {
      const session_id = requireSession(context)
      if (title === '') {
        context.print(oneLine(context.conversation.title ?? '', 200))
        return
      }
      await context.services.call(renameChatSession, { session_id, title })
      context.conversation.title = title
    },
  },
  export: { takes: '[FILE]', help: 'writes this conversation to a Markdown file', run: exportTo },
  memory: {
    takes: '[on|off]',
    help: 'whether messages of earlier conversations are offered to the model',
    run: ({ conversation, print }, state) => {
      if (state === 'on' || state === 'off') conversation.memory = state === 'on'
      print(`Memory is ${conversation.memory ? 'on' : 'off'}.`)
    },
  },
  help: { takes: '', help: 'shows this', run: ({ print, style }) => print(helpText(style)) },
  quit: { takes: '', help: 'leaves (so do /exit and Ctrl-D)', run: ({ leave }) => leave() },
}

/** What people type who come from other programs. */
const ALIASES: Readonly<Record<string, string>> = { exit: 'quit', bye: 'quit', '?': 'help' }

function helpText(style: Style): string {
  const names = Object.entries(COMMANDS).map(([name, { takes }]) => `/${name} ${takes}`.trim())
  const width = Math.max(...names.map((name) => name.length))
  const lines = Object.values(COMMANDS).map(
    ({ help }, index) => `  ${style.accent((names[index] ?? '').padEnd(width))}  ${help}`,
  )
  return [...lines, '', '  """ begins and ends a message of several lines. Ctrl-C stops an answer.'].join('\n')
}

/** Runs a line that begins with a slash. @throws AppError `not-found` for a command there is not */
export async function runCommand(context: CommandContext, line: string): Promise<void> {
  const [, typed = '', rest = ''] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? []
  const name = Object.hasOwn(ALIASES, typed) ? (ALIASES[typed] ?? typed) : typed
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command !== undefined) {
    await command.run(context, rest.trim())
    return
  }
  const meant = nearest(name, Object.keys(COMMANDS))
  throw new AppError('not-found', `There is no command /${oneLine(name, 40)}.`, {
    hint: meant === null ? '/help lists them.' : `Did you mean /${meant}?`,
  })
}
