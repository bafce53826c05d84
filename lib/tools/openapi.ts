/** The tools as an OpenAPI 3.1 document of their own: https://spec.openapis.org/oas/v3.1.1 */
import { allows } from '../auth/index.ts'
import type { Core } from '../core/index.ts'
import type { Scope } from '../operations/types.ts'
import { ANSWER_SCHEMA } from './answer.ts'
import { FAILURE_RESPONSE, KEY_SCHEMES, KEY_SECURITY } from './document.ts'
import { type Tool, toolsOf } from './list.ts'

type Json = Record<string, unknown>
type DocumentOf = Pick<Core, 'registry' | 'settings' | 'version'>

/**
 * Where a tool's arguments go. Open WebUI 0.6 refuses to call an operation that has a body when the model gives no arguments,
 * so those of which none is required are in the query; the address takes them from either place.
 */
function argumentsOf({ schema, operation }: Tool): Json {
  if (Object.keys(schema.properties).length === 0) return {}
  if (schema.required.length === 0)
    return {
      parameters: Object.entries(schema.properties).map(([name, { description, ...argument }]) => ({
        name,
        in: 'query',
        required: false,
        ...(description === undefined ? {} : { description }),
        schema: argument,
      })),
    }
  const { properties } = schema
  const examples = operation.examples.map(({ title, input }): [string, Json] => [
    title,
    {
      summary: title,
      value: Object.fromEntries(Object.entries(input).filter(([name]) => Object.hasOwn(properties, name))),
    },
  ])
  return {
    requestBody: {
      required: true,
      content: { 'application/json': { schema, examples: Object.fromEntries(examples) } },
    },
  }
}

function operationOf(tool: Tool, core: DocumentOf): Json {
  return {
    operationId: tool.name,
    summary: tool.title,
    description: tool.describe(core.settings),
    ...argumentsOf(tool),
    responses: {
      '200': { description: 'The answer in short', content: { 'application/json': { schema: ANSWER_SCHEMA } } },
      default: FAILURE_RESPONSE,
    },
    'x-scope': tool.operation.scope,
    'x-annotations': tool.annotations,
  }
}

/**
 * The document; its descriptions name what holds on this machine now.
 * @param scopes of whoever asks: what they may not call is not in it; without them, every tool is
 */
export function toolsDocument(core: DocumentOf, scopes?: readonly Scope[]): Json {
  const tools = toolsOf(core.registry).filter(
    ({ operation }) => scopes === undefined || allows(scopes, operation.scope),
  )
  return {
    openapi: '3.1.1',
    info: {
      title: 'Workflows of this machine',
      version: core.version,
      description: 'Tidies folders, writes the journal of this machine, documents source files. For language models.',
    },
    servers: [{ url: '/api/tools' }],
    security: KEY_SECURITY,
    paths: Object.fromEntries(tools.map((tool) => [`/${tool.name}`, { post: operationOf(tool, core) }])),
    components: { securitySchemes: KEY_SCHEMES },
  }
}
