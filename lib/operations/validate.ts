import type * as z from 'zod'
import { AppError, type Fault } from '../errors/index.ts'
import { nearest } from '../text/nearest.ts'

/** A field's path as a person writes it: `sources.0`, or `(input)` for the whole. */
function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '(input)' : path.map(String).join('.')
}

function unknownKeyFault(key: string, at: readonly PropertyKey[], known: readonly string[]): Fault {
  const meant = at.length === 0 ? nearest(key, known) : null
  return {
    path: pathText([...at, key]),
    message:
      meant === null
        ? `unknown field; known are ${known.join(', ') || 'none'}`
        : `unknown field; did you mean ${meant}?`,
  }
}

/** Whether a field is not there at all, which Zod words as a wrong type. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
}

/** What a value has to be, in a person's words. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

function words(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return 'is required'
  const wanted = issue.code === 'invalid_type' ? TYPE_WORDS[issue.expected] : undefined
  return wanted === undefined ? issue.message : `must be ${wanted}`
}

/** Every fault of a failed parse, unknown keys with the known one they are nearest to. */
export function faultsOf(error: z.core.$ZodError, known: readonly string[]): Fault[] {
  return error.issues.flatMap((issue): Fault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKeyFault(key, issue.path, known))
      : [{ path: pathText(issue.path), message: words(issue) }],
  )
}

/** No input that means anything is nested deeper; what is could be read but not written. */
const MAX_DEPTH = 100

/** Paths of strings that hold a NUL character, which no path, command or text the app works with may have, and of what is too deep. */
function textFaults(value: unknown, path: readonly PropertyKey[]): Fault[] {
  if (path.length > MAX_DEPTH)
    return [{ path: pathText(path.slice(0, 1)), message: `must not be nested more than ${MAX_DEPTH} levels deep` }]
  if (typeof value === 'string')
    return value.includes('\0') ? [{ path: pathText(path), message: 'must not contain a NUL character' }] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key.includes('\0') ? [{ path: pathText(path), message: 'a field name must not contain a NUL character' }] : []),
    ...textFaults(inner, [...path, key]),
  ])
}

/**
 * Checks an input and reports every fault at once.
 * @throws AppError `invalid-input`
 */
export function validateInput<Input extends z.ZodObject>(schema: Input, value: unknown): z.output<Input> {
  const unfit = textFaults(value, [])
  const parsed = schema.safeParse(value)
  const faults = [...(parsed.success ? [] : faultsOf(parsed.error, Object.keys(schema.shape))), ...unfit]
  if (parsed.success && faults.length === 0) return parsed.data
  const [first] = faults
  throw new AppError(
    'invalid-input',
    faults.length === 1 && first !== undefined
      ? `${first.path}: ${first.message}`
      : `The input has ${faults.length} faults.`,
    { faults },
  )
}
