/** JSON Schema of a tool's arguments: one flat object, as models and the programs between them and us read it best. */
import * as z from 'zod'

/** One argument. */
export type ArgumentSchema = Readonly<Record<string, unknown>>

export interface FlatSchema {
  type: 'object'
  properties: Readonly<Record<string, ArgumentSchema>>
  required: readonly string[]
  additionalProperties: false
}

const drawn = z.looseObject({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
})

const types = z.array(z.string())
const choicesOf = z.array(z.record(z.string(), z.unknown()))

/**
 * An argument may be left out, so that null may be given adds nothing but a choice that few programs understand. The title
 * is the label in a form: a model reads the name and the description.
 */
function forModels({ title: _label, ...schema }: Record<string, unknown>): ArgumentSchema {
  const { anyOf, type, ...rest } = schema
  if (Array.isArray(type)) {
    const [only, ...others] = types.parse(type).filter((name) => name !== 'null')
    return only !== undefined && others.length === 0 ? { type: only, ...rest } : schema
  }
  if (!Array.isArray(anyOf)) return schema
  const [only, ...others] = choicesOf.parse(anyOf).filter((choice) => choice['type'] !== 'null')
  return only !== undefined && others.length === 0 ? { ...only, ...rest } : schema
}

/** The schema of an input whose fields are all plain. */
export function flatSchema(input: z.ZodObject): FlatSchema {
  const { properties, required } = drawn.parse(
    z.toJSONSchema(input, { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' }),
  )
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, forModels(schema)])),
    required,
    additionalProperties: false,
  }
}
