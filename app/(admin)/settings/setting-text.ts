/** Values of settings as a person edits them, and back. */
import type { Json, TypeSpec } from '#lib/config/index.ts'

/** What a setting is edited as: the value itself, one value per line, or JSON for what has no simpler form. */
export function editedAs(type: TypeSpec): 'bool' | 'enum' | 'number' | 'text' | 'lines' | 'json' {
  switch (type.kind) {
    case 'bool':
    case 'enum':
      return type.kind
    case 'int':
    case 'port':
      return 'number'
    case 'nullOr':
      return editedAs(type.of)
    case 'listOf':
      return editedAs(type.of) === 'text' || type.of.kind === 'enum' ? 'lines' : 'json'
    case 'attrsOf':
    case 'either':
    case 'submodule':
      return 'json'
    default:
      return 'text'
  }
}

export function toText(type: TypeSpec, value: unknown): string {
  if (value === null || value === undefined) return ''
  const kind = editedAs(type)
  if (kind === 'lines' && Array.isArray(value)) return value.map(String).join('\n')
  if (kind === 'json') return JSON.stringify(value, null, 2)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The value that a text means; the server judges it. An empty text is null where that is allowed. */
export function fromText(type: TypeSpec, text: string): Json {
  if (text === '' && type.kind === 'nullOr') return null
  switch (editedAs(type)) {
    case 'bool':
      return text === 'true'
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
    case 'lines':
      return text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    case 'json':
      return JSON.parse(text) as Json
    default:
      return text
  }
}
