/** The form of a tool that is tried by hand, from the JSON Schema of its arguments. */
import * as z from 'zod'
import type { FieldDescription } from '#app/_client/operation.ts'
import { words } from '#app/_components/format.ts'

const property = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  items: z.looseObject({ type: z.string().optional(), enum: z.array(z.string()).optional() }).optional(),
})
type Property = z.output<typeof property>

const schemaOfTool = z.looseObject({
  properties: z.record(z.string(), property).default({}),
  required: z.array(z.string()).default([]),
})

/** The control for an argument; null for what has no simple one. */
function kindOf({ type, enum: choices, items }: Property): FieldDescription['kind'] | null {
  if (choices !== undefined) return 'enum'
  if (type === 'array') return items?.enum !== undefined ? 'choices' : items?.type === 'string' ? 'list' : null
  if (type === 'integer') return 'number'
  return type === 'string' || type === 'number' || type === 'boolean' ? type : null
}

/** A field for each argument, or null where one of them can only be written as JSON. */
export function toolFields(schema: Readonly<Record<string, unknown>>): FieldDescription[] | null {
  const parsed = schemaOfTool.safeParse(schema)
  if (!parsed.success) return null
  const { properties, required } = parsed.data
  const fields = Object.entries(properties).flatMap(([name, argument]): FieldDescription[] => {
    const kind = kindOf(argument)
    if (kind === null) return []
    return [
      {
        name,
        label: argument.title ?? words(name),
        kind,
        values: argument.enum ?? argument.items?.enum ?? [],
        required: required.includes(name),
        defaultValue: argument.default,
        description: argument.description ?? '',
        example: undefined,
      },
    ]
  })
  const known = fields.length === Object.keys(properties).length && required.every((name) => name in properties)
  return known ? fields : null
}
