/** The settings as JSON Schema (2020-12), for editors of the configuration file. */
import { childrenOf, TREE } from './schema/index.ts'
import { isSetting, Section } from './schema/types.ts'
import type { TypeSpec } from './schema/types.ts'

type JsonSchema = Record<string, unknown>

/** A lookahead rather than `not`, which readers of schemas leave out. */
function notAny(refused: readonly string[] = []): string {
  return refused.length === 0 ? '' : `(?!(?:${refused.join('|')})$)`
}

function ofType(spec: TypeSpec): JsonSchema {
  switch (spec.kind) {
    case 'bool':
      return { type: 'boolean' }
    case 'int':
      return { type: 'integer', minimum: spec.min, maximum: spec.max }
    case 'port':
      return { type: 'integer', minimum: 0, maximum: 65_535 }
    case 'str':
      return spec.pattern === undefined
        ? { type: 'string' }
        : { type: 'string', pattern: `^${notAny(spec.not)}(?:${spec.pattern})$` }
    case 'url':
      return { type: 'string', pattern: '^https?://' }
    case 'path':
      return { type: 'string', pattern: '^(?:/|~(?:/|$)|\\$STATE(?:/|$))' }
    case 'timeSpan':
    case 'onCalendar':
      return { type: 'string' }
    case 'timeOfDay':
      return { type: 'string', pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$' }
    case 'enum':
      return { enum: spec.values }
    case 'nullOr':
      return { anyOf: [ofType(spec.of), { type: 'null' }] }
    case 'listOf':
      return { type: 'array', items: ofType(spec.of) }
    case 'attrsOf':
      return { type: 'object', additionalProperties: ofType(spec.of) }
    case 'either':
      return { anyOf: spec.options.map(ofType) }
    case 'submodule': {
      const missing = Object.entries(spec.fields).filter(([, field]) => field.default === undefined)
      return { ...ofChildren(spec.fields), required: missing.map(([name]) => name) }
    }
  }
}

function ofChildren(children: Readonly<Record<string, unknown>>): JsonSchema {
  const properties = Object.fromEntries(Object.entries(children).map(([name, child]) => [name, ofNode(child)]))
  return { type: 'object', properties, additionalProperties: false }
}

function ofNode(node: unknown): JsonSchema {
  if (isSetting(node)) {
    const { type, description, unit, example } = node
    const text = unit === null ? description : `${description} Unit: ${unit}.`
    const fallback = node.default === undefined ? {} : { default: node.default }
    return { ...ofType(type), description: text, ...fallback, examples: [example] }
  }
  const schema = ofChildren(childrenOf(node) ?? {})
  return node instanceof Section ? { ...schema, title: node.title, description: node.description } : schema
}

/** JSON Schema of the whole `hwc.ai` tree, as `HWC_AI_CONFIG` takes it. */
export function toJsonSchema(): JsonSchema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'hwc.ai', ...ofNode(TREE) }
}
