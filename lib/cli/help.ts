import { registry } from '../core/registry.ts'
import { AppError } from '../errors/index.ts'
import { fieldKind, fieldsOf } from '../operations/coerce.ts'
import type { RegisteredOperation } from '../operations/registry.ts'
import { nearest } from '../text/nearest.ts'
import { VERSION } from '../version.ts'
import { columns } from './arguments.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { SPECIAL_COMMANDS, type SpecialCommand } from './special.ts'

/** Operations that are commands. */
export const commands = registry.operations.filter((operation) => operation.cli !== undefined)
const wordsOf = (operation: RegisteredOperation) => operation.cli?.command ?? []

/** The operation whose command words begin these words, the longest one, and the words after it. */
export function findCommand(words: readonly string[]): { operation: RegisteredOperation; rest: string[] } | null {
  const fitting = commands
    .filter((operation) => wordsOf(operation).every((word, i) => words[i] === word))
    .sort((a, b) => wordsOf(b).length - wordsOf(a).length)
  const [operation] = fitting
  return operation === undefined ? null : { operation, rest: words.slice(wordsOf(operation).length) }
}

/** The command of several operations that these words begin with, and the words after it. */
export function findSpecial(words: readonly string[]): { command: SpecialCommand; rest: string[] } | null {
  for (const command of SPECIAL_COMMANDS) {
    const own = command.name.split(' ')
    if (own.every((word, i) => words[i] === word)) return { command, rest: words.slice(own.length) }
  }
  return null
}

/** A word after the command, in brackets where it may be left out. */
function wordText(operation: RegisteredOperation, field: string): string {
  const schema = fieldsOf(operation.input)[field]
  const optional = schema !== undefined && fieldKind(schema).optional
  return optional ? `[${field.toUpperCase()}]` : field.toUpperCase()
}

const usage = (operation: RegisteredOperation): [string, string] => [
  `  ${[...wordsOf(operation), ...(operation.cli?.positional ?? []).map((field) => wordText(operation, field))].join(' ')}`,
  operation.title,
]

/** Help on the commands that begin with a word, such as `cleanup`; null when there are none. */
export function groupHelp(words: readonly string[]): string | null {
  if (words.length > 1) return null
  const group = commands.filter((operation) => wordsOf(operation)[0] === words[0])
  const special = SPECIAL_COMMANDS.filter(({ name }) => name.startsWith(`${words[0] ?? ''} `))
  if (group.length + special.length === 0) return null
  return [
    `Usage: hwc-ai ${words[0] ?? ''} COMMAND`,
    '',
    columns([...special.map(({ usage: own, title }): [string, string] => [`  ${own}`, title]), ...group.map(usage)]),
    '',
    `hwc-ai ${words[0] ?? ''} COMMAND --help says more.`,
  ].join('\n')
}

/** What `hwc-ai --help` prints. */
export function overview(): string {
  return [
    `hwc-ai ${VERSION}: workflows for local models`,
    '',
    'Usage: hwc-ai COMMAND [words] [--flags] [--json]',
    '',
    columns([
      ...SPECIAL_COMMANDS.map(({ usage: words, title }): [string, string] => [`  ${words}`, title]),
      ...commands.map(usage),
    ]),
    '',
    'hwc-ai COMMAND --help says more. Every command works without the server, beside it too.',
    '',
    'Exit codes',
    columns(Object.values(EXIT_CODES).map(({ code, meaning }): [string, string] => [`  ${code}`, meaning])),
  ].join('\n')
}

/** The error for a command that is none. */
export function suggest(words: readonly string[]): AppError {
  const typed = words.slice(0, 2).join(' ')
  const known = [
    ...SPECIAL_COMMANDS.map(({ name }) => name),
    ...commands.flatMap((o) => [wordsOf(o).join(' '), wordsOf(o)[0] ?? '']),
  ]
  const meant = nearest(typed, known) ?? nearest(words[0] ?? '', known)
  return new AppError(
    'invalid-input',
    `There is no command "${typed}"${meant === null ? '' : `; did you mean "${meant}"?`}`,
    {
      hint: 'hwc-ai --help lists the commands.',
    },
  )
}
