/**
 * An Ollama whose model does as it is told: it calls the tool that the test names, with the arguments that the test gives, and
 * then repeats what the tool said. With it a real Open WebUI runs our tools without a model that could change its mind.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as z from 'zod'

export const SCRIPTED_MODEL = 'scripted:1b'
/** What the model says before the words of the tool. */
export const TOOL_SAID = 'TOOL SAID: '

const question = z.object({
  stream: z.boolean().default(true),
  messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullish() })),
  tools: z
    .array(z.object({ function: z.looseObject({ name: z.string(), description: z.string().optional() }) }))
    .default([]),
})
export type ScriptedQuestion = z.output<typeof question>

export interface ScriptedCall {
  name: string
  arguments: Readonly<Record<string, unknown>>
}

export interface ScriptedOllama {
  url: string
  /** Questions of the chat, in order; what the tools answered is among their messages. */
  questions: readonly ScriptedQuestion[]
  /** Sets what the model calls when it is offered tools, until the next time; null: it calls nothing. */
  play(call: ScriptedCall | null): void
  /** Lets questions without tools wait for an answer, until the function it gives is called. */
  hold(): () => void
  close(): Promise<void>
}

const MODEL = {
  name: SCRIPTED_MODEL,
  model: SCRIPTED_MODEL,
  modified_at: '2026-01-01T00:00:00Z',
  size: 1000,
  digest: 'abc',
  details: { family: 'scripted', parameter_size: '1B' },
}

const GET: Readonly<Record<string, unknown>> = {
  '/api/version': { version: '0.17.4' },
  '/api/ps': { models: [] },
  '/api/tags': { models: [MODEL] },
}

/** The model's next message: what the tool said, if one has spoken since the person did, else the call. */
function reply({ messages, tools }: ScriptedQuestion, call: ScriptedCall | null): object {
  const last = messages.at(-1)
  if (last?.role === 'tool') return { role: 'assistant', content: `${TOOL_SAID}${last.content ?? ''}` }
  if (call === null || tools.length === 0) return { role: 'assistant', content: 'I called no tool.' }
  return {
    role: 'assistant',
    content: '',
    tool_calls: [{ function: { name: call.name, arguments: call.arguments } }],
  }
}

async function read(request: IncomingMessage): Promise<ScriptedQuestion> {
  const parts: Uint8Array[] = []
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part)
  return question.parse(JSON.parse(Buffer.concat(parts).toString('utf8')))
}

function send(response: ServerResponse, message: object, stream: boolean): void {
  const line = (value: object) =>
    `${JSON.stringify({ model: SCRIPTED_MODEL, created_at: '2026-01-01T00:00:00Z', ...value })}\n`
  const end = { done: true, done_reason: 'stop', eval_count: 3, prompt_eval_count: 3 }
  response.writeHead(200, { 'content-type': stream ? 'application/x-ndjson' : 'application/json' })
  if (stream) response.write(line({ message, done: false }))
  response.end(line({ message: stream ? { role: 'assistant', content: '' } : message, ...end }))
}

/** Starts it on a free port. */
export async function startScriptedOllama(): Promise<ScriptedOllama> {
  const questions: ScriptedQuestion[] = []
  let call: ScriptedCall | null = null
  let held: Promise<void> = Promise.resolve()
  const server = createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/api/chat') {
      read(request)
        .then(async (asked) => {
          questions.push(asked)
          if (asked.tools.length === 0) await held
          send(response, reply(asked, call), asked.stream)
        })
        .catch((error: unknown) => response.writeHead(400).end(JSON.stringify({ error: String(error) })))
      return
    }
    const body = GET[request.url ?? '']
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { error: 'not found' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the scripted model has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    questions,
    play: (next) => {
      call = next
    },
    hold: () => {
      let release = () => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => release()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
