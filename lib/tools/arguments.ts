/** Arguments as models write them: mostly right, now and then a number in quotes or an empty text for nothing. */
import * as z from 'zod'
import { AppError } from '../errors/index.ts'
import { coerceFields, fieldKind, fieldsOf } from '../operations/coerce.ts'
import { validateInput } from '../operations/validate.ts'
import type { Tool } from './list.ts'

const given = z.record(z.string(), z.unknown())

/** Empty values of fields that may be left out are left out; texts become what the field is, where they can be read so. */
function mended(input: z.ZodObject, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = fieldsOf(input)
  const entries = Object.entries(values).flatMap(([name, value]): [string, unknown][] => {
    const schema = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (schema === undefined) return [[name, value]]
    const { kind, optional } = fieldKind(schema)
    if (optional && (value === null || value === '')) return []
    if (typeof value === 'string' && kind !== 'string' && kind !== 'enum')
      return [[name, coerceFields(input, { [name]: [value] })[name]]]
    return [[name, value]]
  })
  return Object.fromEntries(entries)
}

/**
 * The operation's whole input from what a model gave.
 * @throws AppError `invalid-input` with every fault, about the arguments that the model knows
 */
export function inputFrom(tool: Tool, values: unknown): unknown {
  const parsed = given.safeParse(values ?? {})
  if (!parsed.success) throw new AppError('invalid-input', 'The arguments must be a JSON object.')
  const seen = validateInput(tool.input, mended(tool.input, parsed.data))
  return validateInput(tool.operation.input, { ...seen, ...tool.face.fixed })
}
