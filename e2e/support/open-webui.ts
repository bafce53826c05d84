/**
 * A real Open WebUI for tests, with a data folder and an administrator of its own: `HWC_AI_TEST_OPEN_WEBUI` is its program.
 * Starting it takes about 30 seconds, so a file of tests shares one.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { freePort } from '../../scripts/lib/free-port.mjs'

const START_MS = 170_000
const STOP_MS = 10_000

/** The program that the environment names, or null: the tests that need it skip themselves, and fail where CI is set. */
export const OPEN_WEBUI_PROGRAM = process.env['HWC_AI_TEST_OPEN_WEBUI'] ?? null

export const OPEN_WEBUI_ADMIN = { name: 'Admin', email: 'admin@example.org', password: 'correct horse battery staple' }

/** How long a chat may take to answer, in milliseconds. */
const CHAT_MS = 60_000

const session = z.object({ token: z.string().min(1) })
const started = z.object({ chat_id: z.string() })
const item = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  arguments: z.string().optional(),
  output: z.array(z.looseObject({ text: z.string().optional() })).optional(),
})
const message = z.looseObject({
  content: z.string(),
  done: z.boolean().default(false),
  error: z.unknown().optional(),
  output: z.array(item).default([]),
})
const chat = z.object({ chat: z.object({ history: z.object({ messages: z.record(z.string(), z.unknown()) }) }) })

/** A finished answer in a chat, as a person sees it there. */
export interface ChatAnswer {
  /** What the model said in the end. */
  content: string
  /** What it called, with the arguments as Open WebUI passed them on. */
  calls: { name: string; arguments: Record<string, unknown> }[]
  /** What the tools answered, or what went wrong with them. */
  outputs: string[]
}

export interface RealOpenWebui {
  /** e.g. `http://127.0.0.1:40123` */
  url: string
  /** Token of its administrator. */
  token: string
  /** Everything it has said. */
  log: () => string
  /** Asks its API as the administrator; `body` makes it a POST. */
  ask: (path: string, body?: unknown) => Promise<Response>
  /** Asks in a new saved chat with these tools, such as `server:ID`, and waits for the whole answer. */
  chat: (text: string, model: string, toolIds: readonly string[]) => Promise<ChatAnswer>
  /** Stops it, and starts it again on the same port and data, unless stopped for good. */
  stop: () => Promise<void>
  start: () => Promise<void>
  /** Stops it and removes its data. */
  close: () => Promise<void>
}

export interface OpenWebuiOptions {
  /** Address of the Ollama that it talks to, such as the scripted one. */
  ollama: string
  /** Environment over the usual one, such as `TOOL_SERVER_CONNECTIONS`. */
  env?: Readonly<Record<string, string>>
  /** Its program; default: that of the environment. */
  program?: string
}

function environment(dataDir: string, { ollama, env }: OpenWebuiOptions): NodeJS.ProcessEnv {
  const ours = Object.keys(process.env).filter((name) => name.startsWith('HWC_AI_'))
  return {
    ...process.env,
    ...Object.fromEntries(ours.map((name) => [name, undefined])),
    DATA_DIR: dataDir,
    WEBUI_SECRET_KEY: 'a-secret-of-the-tests',
    OFFLINE_MODE: 'True',
    HF_HUB_OFFLINE: '1',
    ENABLE_OPENAI_API: 'False',
    ENABLE_VERSION_UPDATE_CHECK: 'False',
    RAG_EMBEDDING_MODEL: '',
    OLLAMA_BASE_URL: ollama,
    ...env,
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(5000) })).ok
  } catch {
    return false
  }
}

async function untilHealthy(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + START_MS
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`open-webui ended with ${child.exitCode}\n${log()}`)
    if (Date.now() > deadline) throw new Error(`open-webui did not answer within ${START_MS / 1000} s\n${log()}`)
    await sleep(200)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await exited
  clearTimeout(late)
}

type Ask = RealOpenWebui['ask']

/** The answer in a chat, once it is done. */
async function answerOf(ask: Ask, chatId: string, messageId: string): Promise<ChatAnswer> {
  const deadline = Date.now() + CHAT_MS
  for (;;) {
    const saved = chat.parse(await (await ask(`/api/v1/chats/${chatId}`)).json())
    const found = message.safeParse(saved.chat.history.messages[messageId]).data
    if (found?.done === true) {
      const { content, output } = found
      return {
        content,
        calls: output
          .filter(({ type }) => type === 'function_call')
          .map((call) => ({
            name: call.name ?? '',
            arguments: z.record(z.string(), z.unknown()).parse(JSON.parse(call.arguments ?? '{}')),
          })),
        outputs: output
          .filter(({ type }) => type === 'function_call_output')
          .map((said) => (said.output ?? []).map(({ text }) => text ?? '').join('')),
      }
    }
    if (Date.now() > deadline) throw new Error(`no answer in the chat: ${JSON.stringify(found)}`)
    await sleep(50)
  }
}

/** Asks as its page does: a new chat that is saved, answered in the background. */
async function askInChat(ask: Ask, text: string, model: string, toolIds: readonly string[]): Promise<ChatAnswer> {
  const [asked, answered] = [randomUUID(), randomUUID()]
  const response = await ask('/api/chat/completions', {
    model,
    stream: true,
    messages: [{ role: 'user', content: text }],
    parent_id: null,
    session_id: 'tests',
    id: answered,
    user_message: { id: asked, role: 'user', content: text, parentId: null },
    tool_ids: toolIds,
    params: { function_calling: 'native' },
  })
  if (!response.ok) throw new Error(`the chat answered ${response.status}: ${await response.text()}`)
  return answerOf(ask, started.parse(await response.json()).chat_id, answered)
}

/** Starts it on a free port, and signs up its administrator. */
export async function startOpenWebui(options: OpenWebuiOptions): Promise<RealOpenWebui> {
  const program = options.program ?? OPEN_WEBUI_PROGRAM
  if (program === null) throw new Error('HWC_AI_TEST_OPEN_WEBUI names no program')
  const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-open-webui-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  let log = ''
  const stop = async () => {
    if (child !== null) await end(child)
    child = null
  }
  const start = async () => {
    await stop()
    child = spawn(program, ['serve', '--host', '127.0.0.1', '--port', String(port)], {
      cwd: folder,
      env: environment(folder, options),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const keep = (text: string) => (log = (log + text).slice(-200_000))
    child.stdout?.setEncoding('utf8').on('data', keep)
    child.stderr?.setEncoding('utf8').on('data', keep)
    await untilHealthy(url, child, () => log)
  }
  const close = async () => {
    await stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  const post = (path: string, body: unknown, token: string | null) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
  try {
    await start()
    const { token } = session.parse(await (await post('/api/v1/auths/signup', OPEN_WEBUI_ADMIN, null)).json())
    const ask = (path: string, body?: unknown) =>
      body === undefined
        ? fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
        : post(path, body, token)
    return {
      url,
      token,
      log: () => log,
      ask,
      chat: (text, model, toolIds) => askInChat(ask, text, model, toolIds),
      stop,
      start,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
