/** OpenAPI 3.1 from the registry: https://spec.openapis.org/oas/v3.1.1 (its schemas are JSON Schema 2020-12, as Zod writes). */
import * as z from 'zod'
import { ERROR_CODES, type ErrorCode } from '../errors/index.ts'
import { isObject } from '../is-object.ts'
import type { RegisteredOperation, Registry } from '../operations/registry.ts'

type Json = Record<string, unknown>

/** Codes that every operation with an input may answer. */
const ALWAYS: readonly ErrorCode[] = ['invalid-input', 'bad-host', 'internal', 'rate-limited', 'store-busy']
const WITH_BODY: readonly ErrorCode[] = ['malformed-body', 'body-too-large', 'unsupported-media-type']
const WITH_KEY: readonly ErrorCode[] = ['unauthorized', 'forbidden', 'bad-origin']
const RECORDED: readonly ErrorCode[] = ['cancelled', 'interrupted']

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong, in a sentence' },
    code: { type: 'string', enum: Object.keys(ERROR_CODES), description: 'Stable code' },
    hint: { type: 'string', description: 'What to do next' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    details: { type: 'object' },
    retry_after_seconds: { type: 'number' },
    run_id: { type: 'string' },
  },
}

/** One server-sent event; its data is JSON, or `[DONE]`. */
const SSE_EVENT_SCHEMA: Json = {
  type: 'object',
  required: ['data'],
  properties: { data: { type: 'string' }, event: { type: 'string' } },
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' })
  return rest
}

/** `/a/:b` in OpenAPI's words: `/a/{b}`. */
function openApiPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

function pathParameters(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
}

function parametersOf(operation: RegisteredOperation, properties: Json, required: readonly unknown[]): Json[] {
  const inPath = pathParameters(operation.http.path)
  const bodyless = operation.http.method === 'GET' || operation.http.method === 'DELETE'
  return Object.entries(properties)
    .filter(([name]) => inPath.includes(name) || bodyless)
    .map(([name, schema]) => ({
      name,
      in: inPath.includes(name) ? 'path' : 'query',
      required: inPath.includes(name) || required.includes(name),
      ...(isObject(schema) && typeof schema['description'] === 'string' ? { description: schema['description'] } : {}),
      schema,
    }))
}

function requestBody(
  operation: RegisteredOperation,
  schema: Json,
  properties: Json,
  required: readonly unknown[],
): Json | undefined {
  if (operation.http.method === 'GET' || operation.http.method === 'DELETE') return undefined
  const inPath = new Set(pathParameters(operation.http.path))
  const fields = Object.fromEntries(Object.entries(properties).filter(([name]) => !inPath.has(name)))
  const needed = required.filter((name) => typeof name === 'string' && !inPath.has(name))
  if (Object.keys(fields).length === 0) return undefined
  const examples = Object.fromEntries(
    operation.examples.map(({ title, input }) => [
      title,
      { summary: title, value: Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.has(name))) },
    ]),
  )
  const { properties: _properties, required: _required, ...rest } = schema
  return {
    required: needed.length > 0,
    content: {
      'application/json': {
        schema: { ...rest, type: 'object', properties: fields, ...(needed.length > 0 ? { required: needed } : {}) },
        ...(operation.examples.length > 0 ? { examples } : {}),
      },
    },
  }
}

function codesOf(operation: RegisteredOperation, hasBody: boolean): ErrorCode[] {
  return [
    ...ALWAYS,
    ...(hasBody ? WITH_BODY : []),
    ...(operation.scope === 'public' ? [] : WITH_KEY),
    ...(operation.recorded ? RECORDED : []),
    ...(operation.errors ?? []),
  ]
}

/** What a success answers with, by media type. */
function contentOf(operation: RegisteredOperation): Json {
  const { file } = operation.http
  const stream = { 'text/event-stream': { schema: SSE_EVENT_SCHEMA } }
  if (operation.watches !== undefined) return stream
  if (file !== undefined) return { [file]: { schema: { type: 'string', format: 'binary' } } }
  const json = { 'application/json': { schema: jsonSchema(operation.output, 'output') } }
  return operation.recorded ? { ...json, ...stream } : json
}

function responsesOf(operation: RegisteredOperation, hasBody: boolean): Json {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of new Set(codesOf(operation, hasBody))) {
    const { status } = ERROR_CODES[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return {
    [String(operation.http.status ?? 200)]: { description: operation.title, content: contentOf(operation) },
    ...(operation.recorded
      ? {
          '202': {
            description: 'Started (Prefer: respond-async)',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        }
      : {}),
    ...Object.fromEntries(
      [...byStatus].map(([status, codes]) => [
        String(status),
        {
          description: codes.join(', '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
    ),
  }
}

function operationObject(operation: RegisteredOperation): Json {
  const schema = jsonSchema(operation.input, 'input')
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const parameters = parametersOf(operation, properties, required)
  const body = requestBody(operation, schema, properties, required)
  return {
    operationId: operation.id,
    summary: operation.title,
    description: operation.description,
    tags: [operation.group],
    ...(operation.scope === 'public' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responsesOf(operation, body !== undefined),
    'x-scope': operation.scope,
    'x-mutates': operation.mutates,
    ...(operation.cli === undefined ? {} : { 'x-command': `hwc-ai ${operation.cli.command.join(' ')}` }),
  }
}

/** The whole document. */
export function openApiDocument(registry: Registry, version: string): Json {
  const paths: Record<string, Json> = {}
  for (const operation of registry.operations) {
    const path = (paths[openApiPath(operation.http.path)] ??= {})
    path[operation.http.method.toLowerCase()] = operationObject(operation)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'hwc-ai workflows',
      version,
      description: 'Self-hosted workflows for people who run local models at home.',
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    tags: [
      ...registry.workflows.map((workflow) => ({ name: workflow.id, description: workflow.description })),
      { name: 'system', description: 'Status, runs, keys, settings, sign-in.' },
    ],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, made with `hwc-ai keys create NAME`.' },
      },
      schemas: { Problem: PROBLEM_SCHEMA },
    },
  }
}
