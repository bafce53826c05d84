/** Command-line words to an operation's input, and the help that says how: both from the operation's schema. */
import { AppError } from '../errors/index.ts'
import { coerceFields, fieldKind, type FieldKind, fieldsOf } from '../operations/coerce.ts'
import type { AnyOperation } from '../operations/types.ts'
import { nearest } from '../text/nearest.ts'
import { assertJsonObject } from './json-option.ts'

const kebab = (name: string) => name.replaceAll('_', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Flags that every command takes. */
const GLOBAL_FLAGS = { json: 'print the answer as JSON', help: 'show this help' } as const

interface Flag {
  field: string
  kind: FieldKind
}

function flagsOf(operation: AnyOperation): Map<string, Flag> {
  return new Map(
    Object.entries(fieldsOf(operation.input)).map(([field, schema]) => [
      kebab(field),
      { field, kind: fieldKind(schema) },
    ]),
  )
}

function usageFault(message: string, operation: AnyOperation): AppError {
  return new AppError('invalid-input', message, {
    hint: `hwc-ai ${operation.cli?.command.join(' ') ?? ''} --help shows what it takes.`,
  })
}

/** A flag as typed: its name, its value if given with `=`, and whether it was `--no-…`. */
function splitFlag(word: string): { name: string; value: string | null; negated: boolean } {
  const equals = word.indexOf('=')
  const name = word.slice(2, equals < 0 ? undefined : equals)
  const negated = name.startsWith('no-')
  return { name: negated ? name.slice(3) : name, value: equals < 0 ? null : word.slice(equals + 1), negated }
}

/** @throws AppError `invalid-input` when what has to be a JSON object is none */
function checkJson(operation: AnyOperation, flags: Map<string, Flag>, texts: Record<string, string[]>): void {
  for (const [name, { field, kind }] of flags) {
    const text = texts[field]?.at(-1)
    if (text === undefined || kind.isObject !== true) continue
    const given = operation.examples.map(({ input }) => input[field]).find((value) => value !== undefined)
    assertJsonObject(`--${name}`, text, given ?? { name: 'value' })
  }
}

/**
 * Reads the words after the command. `--` ends the flags.
 * @throws AppError `invalid-input` for an unknown flag, a missing value, a word too many or JSON that is none
 */
export function parseArguments(operation: AnyOperation, words: readonly string[]): Record<string, unknown> {
  const flags = flagsOf(operation)
  const texts: Record<string, string[]> = {}
  const positional = [...(operation.cli?.positional ?? [])]
  const rest = [...words]
  const takePositional = (word: string) => {
    const field = positional.shift()
    if (field === undefined) throw usageFault(`One word too many: ${word}`, operation)
    texts[field] = [word]
  }
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      rest.splice(0).forEach(takePositional)
      break
    }
    if (!word.startsWith('--')) {
      takePositional(word)
      continue
    }
    const { name, value, negated } = splitFlag(word)
    const flag = flags.get(name)
    if (flag === undefined) {
      const meant = nearest(name, [...flags.keys(), ...Object.keys(GLOBAL_FLAGS)])
      throw usageFault(`There is no flag --${name}${meant === null ? '' : `; did you mean --${meant}?`}`, operation)
    }
    const isBoolean = flag.kind.kind === 'boolean'
    if (negated && !isBoolean) throw usageFault(`--${name} takes a value, so --no-${name} means nothing`, operation)
    const given = value ?? (isBoolean ? String(!negated) : rest.shift())
    if (given === undefined) throw usageFault(`--${name} needs a value`, operation)
    ;(texts[flag.field] ??= []).push(given)
  }
  checkJson(operation, flags, texts)
  return coerceFields(operation.input, texts)
}

function typeHint(kind: FieldKind): string {
  if (kind.kind === 'boolean') return ''
  if (kind.kind === 'enum') return ` ${kind.values.join('|')}`
  if (kind.kind === 'array') return ` ${kind.item?.kind === 'enum' ? kind.item.values.join(',') : 'A,B,…'}`
  return kind.kind === 'number' ? ' N' : kind.kind === 'other' ? ' JSON' : ' TEXT'
}

function flagLine([name, { kind }]: [string, Flag]): [string, string] {
  const negatable = kind.kind === 'boolean' && kind.defaultValue === true
  const flag = `  --${negatable ? 'no-' : ''}${name}${typeHint(kind)}`
  const description = kind.description ?? ''
  if (kind.kind === 'boolean') return [flag, whenGiven(description, !negatable)]
  const byDefault = kind.defaultValue === undefined ? '' : ` (default ${JSON.stringify(kind.defaultValue)})`
  return [flag, description + byDefault]
}

/** What a flag does, from a description such as `true: this. false: that.`; of others, that it is off. */
function whenGiven(description: string, value: boolean): string {
  const says = new Map(
    [...description.matchAll(/\b(true|false): (.*?)(?= (?:true|false): |$)/g)].map(([, on, text]) => [on, text]),
  )
  const text = says.get(String(value))
  if (text !== undefined) return text.charAt(0).toUpperCase() + text.slice(1)
  return value ? description : `off: ${description.charAt(0).toLowerCase()}${description.slice(1)}`
}

/** A text about operations and fields, for a person at the shell: with commands and flags. */
function atTheShell(text: string, operation: AnyOperation, named: readonly AnyOperation[]): string {
  const flags = new Map([...flagsOf(operation)].map(([name, { field }]) => [field, `--${name}`]))
  return text.replaceAll(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => {
    const command = named.find(({ id }) => id === word)?.cli?.command
    return command === undefined ? (flags.get(word) ?? word) : `hwc-ai ${command.join(' ')}`
  })
}

/** Lines in two columns. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(34, Math.max(0, ...rows.map(([left]) => left.length)) + 2)
  return rows
    .map(([left, right]) =>
      left.length >= width ? `${left}\n${' '.repeat(width)}${right}` : left.padEnd(width) + right,
    )
    .join('\n')
}

/** The help of one command. @param named operations that its description may name */
export function commandHelp(operation: AnyOperation, named: readonly AnyOperation[] = []): string {
  const { command = [], positional = [] } = operation.cli ?? {}
  const flags = [...flagsOf(operation)]
  const words = positional.map((field) => {
    const optional = flags.find(([, flag]) => flag.field === field)?.[1].kind.optional === true
    const name = field.toUpperCase()
    return optional ? `[${name}]` : name
  })
  const others = flags.filter(([, flag]) => !positional.includes(flag.field)).map(flagLine)
  const arguments_ = flags
    .filter(([, flag]) => positional.includes(flag.field))
    .map(([, flag]): [string, string] => [`  ${flag.field.toUpperCase()}`, flag.kind.description ?? ''])
  return [
    `Usage: hwc-ai ${[...command, ...words].join(' ')} [flags]`,
    '',
    atTheShell(operation.description, operation, named),
    ...(arguments_.length > 0 ? ['', columns(arguments_)] : []),
    '',
    columns([
      ...others,
      ...Object.entries(GLOBAL_FLAGS).map(([name, text]): [string, string] => [`  --${name}`, text]),
    ]),
  ].join('\n')
}
