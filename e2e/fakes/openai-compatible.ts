/** A scripted server with OpenAI's chat completions, as llama.cpp's server words them. */
import { startFakeBackend, type Dialect, type FakeBackend } from './backend-server.ts'

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
const chunk = (delta: unknown, finish: string | null) =>
  event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })

const dialect: Dialect = {
  chatPath: '/v1/chat/completions',
  contentType: 'text/event-stream',
  get: (path, models) =>
    path === '/v1/models' ? { object: 'list', data: models.map((id) => ({ id, object: 'model' })) } : undefined,
  notFound: (model) => ({
    status: 404,
    body: { error: { message: `The model \`${model}\` does not exist.`, code: 404 } },
  }),
  token: (content) => `: a comment\n\n${chunk({ content }, null)}`,
  thought: (reasoning_content) => chunk({ content: null, reasoning_content }, null),
  error: (message) => event({ error: { message, code: 500 } }),
  end: (finish, counts) =>
    chunk({}, finish) +
    event({ choices: [], usage: { prompt_tokens: counts.prompt, completion_tokens: counts.completion } }) +
    'data: [DONE]\n\n',
}

export function startFakeOpenAi(models: readonly string[] = ['fake']): Promise<FakeBackend> {
  return startFakeBackend(dialect, models)
}
