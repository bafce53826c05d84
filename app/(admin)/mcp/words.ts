import type { McpServer } from '#app/_client/types.ts'
import type { Tone } from '#app/_components/state.tsx'

/** How a server's state looks. */
const SERVER_LOOKS: Readonly<Record<McpServer['state'], { word: string; tone: Tone }>> = {
  off: { word: 'Off', tone: 'none' },
  idle: { word: 'Starts when called', tone: 'good' },
  starting: { word: 'Starting', tone: 'busy' },
  running: { word: 'Running', tone: 'good' },
  waiting: { word: 'Crashed', tone: 'bad' },
  failed: { word: 'Cannot be used', tone: 'bad' },
}

/** How a server stands: an address that was not called yet has nothing that would start. */
export function serverLook({ state, transport }: McpServer): { word: string; tone: Tone } {
  return state === 'idle' && transport === 'http' ? { word: 'Not called yet', tone: 'none' } : SERVER_LOOKS[state]
}

export const ORIGIN_WORDS: Readonly<Record<McpServer['origin'], string>> = {
  'built-in': 'comes with the app',
  declared: 'declared in the config of this machine',
  admin: 'added here',
}

export const TRANSPORT_WORDS: Readonly<Record<McpServer['transport'], string>> = {
  'in-process': 'part of this app',
  stdio: 'a program of this machine',
  http: 'an address',
}

/** What a client that speaks MCP is given; the key is put in by the person. */
export function clientConfig({ name, url }: McpServer, auth: 'none' | 'basic' | 'apikey'): string {
  const headers =
    auth === 'none'
      ? {}
      : { headers: { Authorization: auth === 'basic' ? 'Basic BASE64_OF_NAME_COLON_KEY' : 'Bearer YOUR_KEY' } }
  return JSON.stringify({ mcpServers: { [name]: { type: 'http', url, ...headers } } }, null, 2)
}

/** A first draft of a tool's arguments from its JSON Schema: the fields that must be given, empty. */
export function argumentsDraft(schema: Readonly<Record<string, unknown>>): string {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const properties: unknown = schema['properties']
  const typeOf = (name: string): unknown =>
    typeof properties === 'object' && properties !== null
      ? Reflect.get(Object(Reflect.get(properties, name)), 'type')
      : undefined
  const empty: Readonly<Record<string, unknown>> = { number: 0, integer: 0, boolean: false, array: [], object: {} }
  const draft = required
    .filter((name): name is string => typeof name === 'string')
    .map((name): [string, unknown] => {
      const type = typeOf(name)
      return [name, typeof type === 'string' && type in empty ? empty[type] : '']
    })
  return JSON.stringify(Object.fromEntries(draft), null, 2)
}
