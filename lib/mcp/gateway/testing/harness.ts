/** The gateway behind the real API, for tests: a core on an own state folder, asked without a socket. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCore, type Core } from '../../../core/index.ts'
import { createApi } from '../../../http/app.ts'
import { silentLogger } from '../../../logging/index.ts'

export const OWNER_KEY = 'owner-key-0123456789abcdef'
export const SMALL_SERVER = fileURLToPath(new URL('small-server.ts', import.meta.url))

/** Settings of the small server; it reads its own folder alone. */
export function smallServer(more: object = {}): object {
  return { command: process.execPath, args: [SMALL_SERVER], readOnlyPaths: [dirname(SMALL_SERVER)], ...more }
}

export interface Harness {
  core: Core
  folder: string
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Sends a JSON-RPC message, or several. */
  post(server: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Begins a session. @returns its id */
  begin(server: string, headers?: Record<string, string>): Promise<string>
  /** Calls a tool and gives back the first text of the answer. */
  call(server: string, session: string, tool: string, args?: object, id?: number | string): Promise<string>
  close(): Promise<void>
}

export const rpc = (id: number | string, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})
export const toolCall = (id: number | string, name: string, args: object = {}, meta?: object) =>
  rpc(id, 'tools/call', { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) })

interface Answer {
  result?: { content?: { text?: string }[] }
  error?: { message: string }
}

/** @param mcp what stands under `hwc.ai.mcp` beside `enable` */
export async function createHarness(mcp: object, more: object = {}): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-mcp-'))
  writeFileSync(join(folder, 'key'), OWNER_KEY)
  const config = { mcp: { enable: true, ...mcp }, ...more }
  const env = {
    HWC_AI_STATE: join(folder, 'state'),
    HWC_AI_API_KEY_FILE: join(folder, 'key'),
    HWC_AI_CONFIG: JSON.stringify(config),
  }
  const core = await createCore({ env, log: silentLogger })
  const api = createApi(core)
  const fetch: Harness['fetch'] = async (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (init.body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    if (!headers.has('host')) headers.set('host', '127.0.0.1')
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${OWNER_KEY}`)
    if (headers.get('authorization') === '') headers.delete('authorization')
    return await api.request(`http://127.0.0.1${path}`, { ...init, headers })
  }
  const post: Harness['post'] = (server, body, headers = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const accept = 'application/json, text/event-stream'
    const sent = {
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(text)}`,
      accept,
      ...headers,
    }
    return fetch(`/mcp/${server}`, { method: 'POST', headers: sent, body: text })
  }
  return {
    core,
    folder,
    fetch,
    post,
    async begin(server, headers) {
      const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
      const response = await post(server, rpc('first', 'initialize', params), headers)
      const id = response.headers.get('mcp-session-id')
      await response.text()
      if (id === null) throw new Error(`no session: ${response.status}`)
      await post(server, { jsonrpc: '2.0', method: 'notifications/initialized' }, { 'mcp-session-id': id, ...headers })
      return id
    },
    async call(server, session, tool, args = {}, id = Math.random()) {
      const response = await post(server, toolCall(id, tool, args), { 'mcp-session-id': session })
      const text = await response.text()
      const json = text.startsWith('{') ? text : (/^data: (.+)$/m.exec(text)?.[1] ?? '{}')
      const { result, error } = JSON.parse(json) as Answer
      return result?.content?.[0]?.text ?? error?.message ?? text
    },
    async close() {
      await core.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Reads an answer until a text has come, then lets go of it as a broken connection would. */
export async function readUntil(response: Response, wanted: string | RegExp): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  const found = () => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))
  while (!found()) {
    const { done, value } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return text
}
