/** A server behind the gateway as an OpenAPI 3.1 document, for clients that speak only that: one POST for each tool. */
import { AppError } from '../errors/index.ts'
import { FAILURE_RESPONSE, KEY_SCHEMES, KEY_SECURITY } from '../tools/document.ts'
import { isTooDeep } from './gateway/depth.ts'
import { parseExact } from './gateway/exact.ts'
import { isObject, type JsonObject } from './gateway/jsonrpc.ts'
import type { Tool, ToolResult } from './gateway/tools.ts'

const LOCAL_REF = /^#\/(?:\$defs|definitions)\/(.+)$/

/** Names of components may hold letters, digits, dots, hyphens and underscores only. */
function componentName(tool: string, name: string): string {
  return `${tool}.${name}`.replace(/[^A-Za-z0-9._-]/g, '_')
}

/** A schema with its references led to the document's components, since `#` is another document there. */
function relocated(value: unknown, tool: string): unknown {
  if (Array.isArray(value)) return value.map((item) => relocated(item, tool))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = key === '$ref' && typeof inner === 'string' ? LOCAL_REF.exec(inner)?.[1] : undefined
      return [key, name === undefined ? relocated(inner, tool) : `#/components/schemas/${componentName(tool, name)}`]
    }),
  )
}

function definitionsOf(schema: JsonObject): JsonObject {
  return {
    ...(isObject(schema['definitions']) ? schema['definitions'] : {}),
    ...(isObject(schema['$defs']) ? schema['$defs'] : {}),
  }
}

function bodySchema({ name, inputSchema }: Tool): unknown {
  const { $schema: _schema, $defs: _defs, definitions: _definitions, ...schema } = inputSchema
  return relocated({ type: 'object', ...schema }, name)
}

/** @param url address of the server, e.g. `http://127.0.0.1:6001/mcp/wiki` */
export function openApiOf(name: string, description: string, tools: readonly Tool[], url: string): JsonObject {
  const operations = tools.map((tool): [string, JsonObject] => [
    `/${encodeURIComponent(tool.name)}`,
    {
      post: {
        operationId: tool.name,
        summary: tool.title ?? tool.name,
        ...(tool.description === null ? {} : { description: tool.description }),
        requestBody: { required: true, content: { 'application/json': { schema: bodySchema(tool) } } },
        responses: {
          '200': { description: 'What the tool answers', content: { 'application/json': { schema: {} } } },
          default: FAILURE_RESPONSE,
        },
      },
    },
  ])
  const schemas = tools.flatMap(({ name: tool, inputSchema }) =>
    Object.entries(definitionsOf(inputSchema)).map(([key, schema]): [string, unknown] => [
      componentName(tool, key),
      relocated(schema, tool),
    ]),
  )
  return {
    openapi: '3.1.0',
    info: { title: name, version: '1', ...(description === '' ? {} : { description }) },
    servers: [{ url }],
    security: KEY_SECURITY,
    paths: Object.fromEntries(operations),
    components: {
      securitySchemes: KEY_SCHEMES,
      schemas: Object.fromEntries(schemas),
    },
  }
}

/** How JSON begins; trying other text costs more than the rest of a call. */
const JSON_START = /^\s*(?:[[{"\d-]|true|false|null)/

/** A content block as mcpo gives it: JSON in a text as what it is, pictures and sounds as data addresses. */
function plainBlock(block: JsonObject): unknown {
  const { type, text, data, mimeType } = block
  if (type === 'text' && typeof text === 'string') {
    if (!JSON_START.test(text) || isTooDeep(text)) return text
    try {
      return parseExact(text)
    } catch {
      return text
    }
  }
  if ((type === 'image' || type === 'audio') && typeof data === 'string')
    return `data:${String(mimeType)};base64,${data}`
  return block
}

function errorText(content: readonly JsonObject[]): string {
  const texts = content.flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
  return texts.join('\n') || 'The tool failed without saying why.'
}

/**
 * The answer to a POST: one block as itself, several as a list.
 * @throws AppError `mcp-tool` when the tool says that it failed, `invalid-input` when it does not take the arguments
 */
export function plainAnswer({ content, isError }: ToolResult): string {
  if (isError) {
    const text = errorText(content)
    throw new AppError(text.includes('MCP error -32602') ? 'invalid-input' : 'mcp-tool', text)
  }
  const [first, ...others] = content
  return JSON.stringify(first !== undefined && others.length === 0 ? plainBlock(first) : content.map(plainBlock))
}
