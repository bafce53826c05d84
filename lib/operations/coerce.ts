/**
 * Text to typed input: query strings, path parameters and command-line flags all arrive as text, and the operation's
 * schema says what each should become.
 */
import type * as z from 'zod'

/** What a field of an input is, beneath its defaults and optionals. */
export interface FieldKind {
  kind: 'string' | 'number' | 'boolean' | 'array' | 'enum' | 'other'
  /** Choices of an enumeration. */
  values: readonly string[]
  /** Whether the field may be left out. */
  optional: boolean
  defaultValue: unknown
  description: string | undefined
  /** For arrays, the items. */
  item?: FieldKind
  /** Whether it is an object and nothing else, which as text is JSON. */
  isObject?: true
  /** Whether it is an object with a text under each name. */
  textValues?: true
}

/** The fields of an input by name. */
export function fieldsOf(input: z.ZodObject): Readonly<Record<string, z.core.$ZodType>> {
  return input.shape
}

interface ZodDef {
  type: string
  innerType?: z.core.$ZodType
  element?: z.core.$ZodType
  valueType?: z.core.$ZodType
  entries?: Record<string, string | number>
  values?: readonly unknown[]
  in?: z.core.$ZodType
  defaultValue?: unknown
}

const known = new WeakMap<z.core.$ZodType, FieldKind>()

/** Looks through wrappers (default, optional, nullable, pipe) to what a person would type. */
export function fieldKind(schema: z.core.$ZodType): FieldKind {
  let kind = known.get(schema)
  if (kind === undefined) {
    kind = seenThrough(schema)
    known.set(schema, kind)
  }
  return kind
}

function seenThrough(schema: z.core.$ZodType): FieldKind {
  const def: ZodDef = schema._zod.def
  const description = 'description' in schema && typeof schema.description === 'string' ? schema.description : undefined
  if (def.innerType !== undefined) {
    const inner = fieldKind(def.innerType)
    const own =
      def.type === 'default' || def.type === 'prefault' ? { optional: true, defaultValue: def.defaultValue } : {}
    return {
      ...inner,
      ...(def.type === 'optional' ? { optional: true } : {}),
      ...own,
      description: description ?? inner.description,
    }
  }
  if (def.in !== undefined) return { ...fieldKind(def.in), description }
  const base = { values: [], optional: false, defaultValue: undefined, description }
  switch (def.type) {
    case 'string':
      return { ...base, kind: 'string' }
    case 'number':
    case 'int':
      return { ...base, kind: 'number' }
    case 'boolean':
      return { ...base, kind: 'boolean' }
    case 'enum':
      return { ...base, kind: 'enum', values: Object.values(def.entries ?? {}).map(String) }
    case 'literal':
      return { ...base, kind: 'enum', values: (def.values ?? []).map(String) }
    case 'array':
      return { ...base, kind: 'array', ...(def.element === undefined ? {} : { item: fieldKind(def.element) }) }
    case 'record':
      return {
        ...base,
        kind: 'other',
        isObject: true,
        ...(def.valueType !== undefined && fieldKind(def.valueType).kind === 'string' ? { textValues: true } : {}),
      }
    case 'object':
      return { ...base, kind: 'other', isObject: true }
    default:
      return { ...base, kind: 'other' }
  }
}

/** The value of a JSON text, or the text itself. */
function parseJsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function coerceOne(field: FieldKind, text: string): unknown {
  switch (field.kind) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
    case 'boolean':
      return text === 'true' || text === '1' || text === 'yes'
        ? true
        : text === 'false' || text === '0' || text === 'no'
          ? false
          : text
    case 'other':
      return parseJsonOr(text)
    default:
      return text
  }
}

/**
 * Reads each text as the type its field has. What cannot be read so is left as text, and validation names the fault.
 * @param texts values by field; several for a repeated query parameter or flag
 */
export function coerceFields(
  input: z.ZodObject,
  texts: Readonly<Record<string, readonly string[]>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  const fields = fieldsOf(input)
  for (const [name, values] of Object.entries(texts)) {
    const schema = Object.hasOwn(fields, name) ? fields[name] : undefined
    const last = values.at(-1)
    if (last === undefined) continue
    if (schema === undefined) {
      result[name] = last
      continue
    }
    const field = fieldKind(schema)
    const item = field.item
    result[name] =
      field.kind === 'array' && item !== undefined
        ? (values.length === 1 ? last.split(',').filter((part) => part !== '') : values).map((value) =>
            coerceOne(item, value),
          )
        : coerceOne(field, last)
  }
  return result
}
