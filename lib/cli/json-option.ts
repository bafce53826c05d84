/** Options that take a JSON object, and words for who typed something else. */
import { JsonFault, parseJson } from '../config/json.ts'
import { AppError } from '../errors/index.ts'
import { isObject } from '../is-object.ts'

const SHOWN_CHARS = 20

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'a text'
  return typeof value === 'number' ? 'a number' : String(value)
}

/** What is wrong and where, with what stands there. */
function faultText(text: string, { line, column, message }: JsonFault): string {
  const rest = (text.split('\n')[line - 1] ?? '').slice(column - 1)
  // Then the message says that the text ends.
  if (rest === '') return message.charAt(0).toUpperCase() + message.slice(1)
  const shown = rest.length > SHOWN_CHARS ? `${rest.slice(0, SHOWN_CHARS)}…` : rest
  return `${line === 1 ? 'At' : `In line ${line}, at`} character ${column}, where ${shown} stands: ${message}`
}

/**
 * Says what is wrong with a text that has to be a JSON object.
 * @param option as typed, e.g. `--arguments`
 * @throws AppError `invalid-input`
 */
export function assertJsonObject(option: string, text: string, example: unknown): void {
  const refuse = (message: string, cause?: unknown) =>
    new AppError('invalid-input', message, {
      hint: `Give it in single quotes, so that the shell leaves the double ones: ${option} '${JSON.stringify(example)}'`,
      ...(cause === undefined ? {} : { cause }),
    })
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    throw refuse(`${option} is no valid JSON. ${faultText(text, error)}.`, error)
  }
  if (!isObject(value))
    throw refuse(`${option} takes a JSON object, with names and their values, and this is ${nameOf(value)}.`)
}
