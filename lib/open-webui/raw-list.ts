/**
 * Open WebUI's list of connections as text. What is not ours goes back byte for byte: reading it into values and writing those
 * would change numbers (`1.0`, those beyond 2^53) and keys given twice, and drop nothing only by luck.
 */
import { AppError } from '../errors/index.ts'
import { isObject } from '../is-object.ts'

const KEY = 'TOOL_SERVER_CONNECTIONS'

/** Where the JSON value that begins at `start` ends. The text is known to be valid JSON. */
function valueEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') {
      at += 1
      while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
      if (depth === 0) return at + 1
    } else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') {
      if (depth === 0) return at
      depth -= 1
      if (depth === 0) return at + 1
    } else if (depth === 0 && (character === ',' || character === ':')) return at
  }
  return text.length
}

/** The texts of the values in a JSON array or object (in an object, keys and values by turns). */
function members(text: string): string[] {
  const inner = text.trim()
  const found: string[] = []
  for (let at = 1; at < inner.length - 1;) {
    if (/[\s,:]/.test(inner[at] ?? '')) {
      at += 1
      continue
    }
    const end = valueEnd(inner, at)
    found.push(inner.slice(at, end).trim())
    at = end
  }
  return found
}

function unexpected(cause?: unknown): AppError {
  return new AppError('open-webui-error', 'Open WebUI answered something that is not its list of tool servers.', {
    cause,
    hint: 'Check that open-webui.url is the address of Open WebUI, and that its version is 0.6 or later.',
  })
}

/**
 * The text of each connection of the answer of `GET /api/v1/configs/tool_servers`, in order. A list that was never set is empty.
 * @throws AppError `open-webui-error` when it is something else
 */
export function splitList(answer: string): string[] {
  let value: unknown
  try {
    value = JSON.parse(answer)
  } catch (error) {
    throw unexpected(error)
  }
  if (!isObject(value)) throw unexpected()
  const parts = members(answer)
  const at = parts.findLastIndex((part, index) => index % 2 === 0 && JSON.parse(part) === KEY)
  const list = parts[at + 1]
  if (at < 0 || list === undefined) throw unexpected()
  if (list === 'null') return []
  if (!list.startsWith('[')) throw unexpected()
  return members(list)
}

/** The body of `POST /api/v1/configs/tool_servers` with these connections. */
export function joinList(connections: readonly string[]): string {
  return `{"${KEY}":[${connections.join(',')}]}`
}
