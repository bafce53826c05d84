/** The conversation at a terminal: read a line, run it as a command or a question, until the person leaves. */
import { toAppError } from '#lib/errors/index.ts'
import { withChatStore } from '../chat-store.ts'
import { chat } from '../definition.ts'
import { recentQuestions } from '../sessions.ts'
import { chatInput } from './chat-input.ts'
import { openSession, runCommand, type CommandContext } from './commands.ts'
import { complete } from './completion.ts'
import { createLineReader, type LineReader, type Typed } from './line-reader.ts'
import { createStyle, harmless } from './terminal.ts'
import { takeTurn } from './turn.ts'
import type { ChatServices, Conversation, TextInput, TextOutput } from './types.ts'

export interface ConversationOptions {
  services: ChatServices
  conversation: Conversation
  input: TextInput
  output: TextOutput
  colour: boolean
  cwd: string
  /** As of the command: a signal that shall end it. */
  onStop: (listener: () => void) => () => void
}

const RECALLED = 200
const BLOCK = '"""'

/** A message of several lines stands between two lines of `"""`. */
async function readMessage(lines: LineReader, prompt: string): Promise<Typed> {
  const first = await lines.next(prompt)
  if (typeof first === 'string' || !first.line.trimStart().startsWith(BLOCK)) return first
  const parts = [first.line.trimStart().slice(BLOCK.length)]
  for (;;) {
    const next = await lines.next('… ')
    if (typeof next === 'string') return next
    if (!next.line.trimEnd().endsWith(BLOCK)) {
      parts.push(next.line)
      continue
    }
    parts.push(next.line.trimEnd().slice(0, -BLOCK.length))
    return { line: parts.join('\n') }
  }
}

async function ask({ services, conversation, turn }: CommandContext, message: string): Promise<void> {
  const input = chatInput(conversation, message)
  await turn((options) => services.call(chat, input, options))
  conversation.attachments = []
}

/** Runs one line; what goes wrong is said, and the conversation goes on. */
async function runLine(context: CommandContext, line: string): Promise<void> {
  try {
    await (line.startsWith('/') ? runCommand(context, line) : ask(context, line))
  } catch (thrown) {
    const error = toAppError(thrown)
    context.print(
      `${context.style.warning(harmless(error.message))}${error.hint === undefined ? '' : `\n${harmless(error.hint)}`}`,
    )
  }
}

/**
 * Holds a conversation until the person leaves.
 * @returns exit code: 0, or 130 when left with Ctrl-C
 */
export async function converse(options: ConversationOptions): Promise<number> {
  const { services, conversation, input, output, colour, cwd } = options
  const style = createStyle(colour)
  const history = await withChatStore(services, (store) => recentQuestions(store, RECALLED))
  const lines = createLineReader({
    input,
    output,
    history: history.filter((question) => !question.includes('\n')).map(harmless),
    complete: (line) => complete(line, services, cwd),
  })
  const release = options.onStop(lines.hangUp)
  let left = false
  const context: CommandContext = {
    leave: () => {
      left = true
    },
    services,
    conversation,
    style,
    cwd,
    print: (text) => output.write(`${text}\n`),
    turn: (run) =>
      lines.stoppable(async (signal) => {
        await takeTurn({ answer: output, notes: output, style }, conversation, signal, run)
      }),
  }
  try {
    if (output.isTTY === true) context.print(style.dim('/help shows the commands; Ctrl-D leaves.'))
    if (conversation.sessionId !== null) await openSession(context, conversation.sessionId)
    return await readAndRun(lines, context, () => left)
  } finally {
    release()
    lines.close()
  }
}

async function readAndRun(lines: LineReader, context: CommandContext, left: () => boolean): Promise<number> {
  let interrupted = false
  while (!left()) {
    const typed = await readMessage(lines, `${context.style.accent('>')} `)
    if (typed === 'end') return 0
    if (typed === 'interrupt') {
      if (interrupted) return 130
      context.print('\nCtrl-C again leaves.')
    } else if (typed.line.trim() !== '') await runLine(context, typed.line.trim())
    interrupted = typed === 'interrupt'
  }
  return 0
}
