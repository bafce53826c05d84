/** A scripted Ollama: `/api/version`, `/api/tags`, `/api/chat`. */
import { startFakeBackend, type Dialect, type FakeBackend } from './backend-server.ts'

const line = (value: unknown) => `${JSON.stringify(value)}\n`
const at = '2026-01-01T00:00:00Z'

const dialect: Dialect = {
  chatPath: '/api/chat',
  contentType: 'application/x-ndjson',
  get: (path, models) => {
    if (path === '/api/version') return { version: '0.0.0-fake' }
    if (path !== '/api/tags') return undefined
    const details = { family: 'fake', parameter_size: '1B', quantization_level: 'Q4_K_M' }
    return { models: models.map((name) => ({ name, model: name, size: 1000, digest: `sha-${name}`, details })) }
  },
  notFound: (model) => ({ status: 404, body: { error: `model '${model}' not found` } }),
  token: (content) => line({ model: 'fake', created_at: at, message: { role: 'assistant', content }, done: false }),
  thought: (thinking) =>
    line({ model: 'fake', created_at: at, message: { role: 'assistant', content: '', thinking }, done: false }),
  error: (message) => line({ error: message }),
  end: (finish, counts) =>
    line({
      model: 'fake',
      created_at: at,
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: finish,
      total_duration: 5_000_000,
      prompt_eval_count: counts.prompt,
      eval_count: counts.completion,
    }),
}

/** @param models names with their tag, e.g. `fake:latest` @param port as of {@link startFakeBackend} */
export function startFakeOllama(models: readonly string[] = ['fake:latest'], port = 0): Promise<FakeBackend> {
  return startFakeBackend(dialect, models, port)
}
