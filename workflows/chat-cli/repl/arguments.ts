import { parseArgs, type ParseArgsConfig } from 'node:util'
import { AppError, messageOf } from '#lib/errors/index.ts'
import { nearest } from '#lib/text/nearest.ts'

export interface ChatArguments {
  /** The question; empty when there is none. */
  message: string
  model: string | undefined
  systemPrompt: string | undefined
  /** Id of a conversation, or `last`. */
  session: string | undefined
  memory: boolean
  attach: readonly string[]
}

/** `hwc-ai chat --help`. */
export const CHAT_HELP = `Usage: hwc-ai chat [MESSAGE…] [--model NAME] [--system TEXT] [--session ID|last] [--no-memory] [--attach FILE]… [--json]

Talks with a local model. With a message it answers once; without one, at a terminal, it begins a conversation.
What is piped in goes along as context:  journalctl -p err | hwc-ai chat "what broke?"

  --model NAME       model to use instead of that of the settings
  --system TEXT      instructions for the model instead of those of the settings
  --session ID|last  goes on with a conversation
  --no-memory        does not offer messages of earlier conversations to the model
  --attach FILE      sends a text file along; may be repeated
  --json             prints the answer as one JSON object (needs a message)

Exit codes: 0 answered, 130 stopped with Ctrl-C; the others as for every command.`

const OPTIONS = {
  model: { type: 'string' },
  system: { type: 'string' },
  session: { type: 'string' },
  'no-memory': { type: 'boolean', default: false },
  attach: { type: 'string', multiple: true, default: [] },
} as const satisfies ParseArgsConfig['options']

/** Node's own words for an unknown option go on about positional arguments. */
function whatIsWrong(error: unknown): string {
  const message = messageOf(error)
  const typed = /^Unknown option '-*([^' ]+)/.exec(message)?.[1]
  if (typed === undefined) return message
  const meant = nearest(typed, [...Object.keys(OPTIONS), 'json', 'help'])
  return `There is no flag --${typed}${meant === null ? '' : `; did you mean --${meant}?`}`
}

/** @throws AppError `invalid-input` */
export function parseChatArguments(args: readonly string[]): ChatArguments {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
    return {
      message: positionals.join(' '),
      model: values.model,
      systemPrompt: values.system,
      session: values.session,
      memory: !values['no-memory'],
      attach: values.attach,
    }
  } catch (error) {
    throw new AppError('invalid-input', whatIsWrong(error), {
      hint: 'hwc-ai chat --help lists the options.',
      cause: error,
    })
  }
}
