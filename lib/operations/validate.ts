import type * as z from 'zod'
import { AppError, type Fault } from '../errors/index.ts'
import { nearest } from '../text/nearest.ts'
import { plural } from '../text/plural.ts'

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

/** What sizes are counted in; numbers are only compared. */
const UNIT_WORDS: Readonly<Record<string, [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
}

/** `at least 1 character`, `at most 4096`. */
function boundWords(
  bound: 'at least' | 'at most',
  { origin, size }: { origin: string; size: number | bigint },
): string {
  const unit = UNIT_WORDS[origin]
  return unit === undefined ? `must be ${bound} ${size}` : `must have ${bound} ${plural(Number(size), ...unit)}`
}

/** Says in plain words what is wrong, unless the schema brings words of its own, which Zod's never look like. */
export function issueWords(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return 'is required'
  if (!/^(?:Invalid|Too) \w+: /.test(issue.message)) return issue.message
  if (issue.code === 'too_small' && issue.inclusive === true)
    return boundWords('at least', { origin: issue.origin, size: issue.minimum })
  if (issue.code === 'too_big' && issue.inclusive === true)
    return boundWords('at most', { origin: issue.origin, size: issue.maximum })
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  const wanted = issue.code === 'invalid_type' ? TYPE_WORDS[issue.expected] : undefined
  return wanted === undefined ? issue.message : `must be ${wanted}`
}

/** Every fault of a failed parse, unknown keys with the known one they are nearest to. */
export function faultsOf(error: z.core.$ZodError, known: readonly string[]): Fault[] {
  return error.issues.flatMap((issue): Fault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKeyFault(key, issue.path, known))
      : [{ path: pathText(issue.path), message: issueWords(issue) }],
  )
}

/** No input that means anything is nested deeper; what is could be read but not written. */
const MAX_DEPTH = 100

const NUL = '\0'

/**
 * Finds strings that hold a NUL character, which no path, command or text the app works with may have, and what is too deep.
 * @param path of the value; as it was again when this returns
 */
function findTextFaults(value: unknown, path: string[], faults: Fault[]): void {
  const fault = (message: string, at: readonly string[] = path) => faults.push({ path: pathText(at), message })
  if (path.length > MAX_DEPTH) fault(`must not be nested more than ${MAX_DEPTH} levels deep`, path.slice(0, 1))
  else if (typeof value === 'string') {
    if (value.includes(NUL)) fault('must not contain a NUL character')
  } else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      if (key.includes(NUL)) fault('a field name must not contain a NUL character')
      path.push(key)
      findTextFaults(inner, path, faults)
      path.pop()
    }
}

/**
 * Checks an input and reports every fault at once.
 * @throws AppError `invalid-input`
 */
export function validateInput<Input extends z.ZodObject>(schema: Input, value: unknown): z.output<Input> {
  const unfit: Fault[] = []
  findTextFaults(value, [], unfit)
  const parsed = schema.safeParse(value)
  if (parsed.success && unfit.length === 0) return parsed.data
  const faults = [...(parsed.success ? [] : faultsOf(parsed.error, Object.keys(schema.shape))), ...unfit]
  const [first] = faults
  throw new AppError(
    'invalid-input',
    faults.length === 1 && first !== undefined
      ? `${first.path}: ${first.message}`
      : `The input has ${faults.length} faults.`,
    { faults },
  )
}
