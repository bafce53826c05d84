/**
 * Tools as a model sees them in Open WebUI: from an OpenAPI document as its `convert_openapi_to_tool_payload` does
 * (`utils/tools.py`, 0.12.4), or from its list of MCP tools.
 */
import * as z from 'zod'
import type { ToolSeen } from './schemas.ts'

type Json = Readonly<Record<string, unknown>>

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])
const MOST_TOOLS = 200
const DEEPEST = 8

const object = z.record(z.string(), z.unknown())
const text = z.string().catch('')
const texts = z.array(z.string()).catch([])
const schemaPart = z.looseObject({ description: text })
const operationPart = z.looseObject({
  operationId: z.string().min(1),
  description: z.string().optional().catch(undefined),
  summary: text,
  parameters: z.array(z.unknown()).catch([]),
})
const parameterPart = z.looseObject({
  name: z.string(),
  in: text,
  required: z.boolean().catch(false),
  description: text,
  schema: object.catch({}),
})
const body = z.looseObject({
  content: z.looseObject({ 'application/json': z.looseObject({ schema: object }) }),
})
const mcpAnswer = z.looseObject({
  specs: z.array(z.looseObject({ name: z.string(), description: text, parameters: object.catch({}) })),
})

/** Follows `#/…` within the document, as far as it goes. */
function resolve(schema: unknown, document: Json, depth = 0): Json {
  const value = object.safeParse(schema).data ?? {}
  const { $ref } = value
  if (typeof $ref !== 'string' || !$ref.startsWith('#/') || depth > DEEPEST) return value
  const target = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (at, part) => object.safeParse(at).data?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    )
  return resolve(target, document, depth + 1)
}

function typeText(schema: Json, document: Json, depth = 0): string {
  const { type, items } = schema
  if (type === 'array' && depth < DEEPEST) return `list of ${typeText(resolve(items, document), document, depth + 1)}`
  if (typeof type === 'string') return type
  if (Array.isArray(type)) return type.map(String).join(' or ')
  const variants = z.array(z.unknown()).safeParse(schema['anyOf'] ?? schema['oneOf']).data
  if (variants === undefined || depth >= DEEPEST) return 'enum' in schema ? 'one of' : 'any'
  return [...new Set(variants.map((variant) => typeText(resolve(variant, document), document, depth + 1)))].join(' or ')
}

function argument(name: string, given: unknown, required: boolean, document: Json, description = '') {
  const schema = resolve(given, document)
  const values = z.array(z.unknown()).safeParse(schema['enum']).data ?? []
  return {
    name,
    type: typeText(schema, document),
    required,
    description: schemaPart.safeParse(schema).data?.description || description,
    choices: values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
  }
}

function properties(schema: Json, document: Json): ToolSeen['arguments'] {
  const required = new Set(texts.parse(schema['required']))
  return Object.entries(object.catch({}).parse(schema['properties'])).map(([name, property]) =>
    argument(name, property, required.has(name), document),
  )
}

function operationTool(pathParameters: readonly unknown[], value: unknown, document: Json): ToolSeen | null {
  const operation = operationPart.safeParse(value).data
  if (operation === undefined) return null
  const parameters = new Map(
    [...pathParameters, ...operation.parameters].flatMap((given) => {
      const parameter = parameterPart.safeParse(given).data
      return parameter === undefined ? [] : [[`${parameter.name} ${parameter.in}`, parameter] as const]
    }),
  )
  const schema = body.safeParse(operation['requestBody']).data?.content['application/json'].schema
  return {
    name: operation.operationId,
    description: operation.description ?? operation.summary,
    arguments: [
      ...[...parameters.values()].map(({ name, schema: given, required, description }) =>
        argument(name, given, required, document, description),
      ),
      ...(schema === undefined ? [] : properties(resolve(schema, document), document)),
    ],
  }
}

function openApiTools(document: Json): ToolSeen[] {
  return Object.values(object.catch({}).parse(document['paths'])).flatMap((item) => {
    const methods = object.safeParse(item).data ?? {}
    const shared = z.array(z.unknown()).catch([]).parse(methods['parameters'])
    return Object.entries(methods)
      .filter(([method]) => METHODS.has(method))
      .flatMap(([, operation]) => operationTool(shared, operation, document) ?? [])
  })
}

/**
 * @param answer what Open WebUI's verify answered
 * @returns null when it tells no tools, as for servers that each person signs in to
 */
export function toolsSeen(answer: unknown): ToolSeen[] | null {
  const specs = mcpAnswer.safeParse(answer).data?.specs
  if (specs !== undefined)
    return specs.slice(0, MOST_TOOLS).map(({ name, description, parameters }) => ({
      name,
      description,
      arguments: properties(parameters, parameters),
    }))
  const document = object.safeParse(answer).data
  return document === undefined || !('paths' in document) ? null : openApiTools(document).slice(0, MOST_TOOLS)
}
