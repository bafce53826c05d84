/** Whether Ollama answers, and has any model. */
import { createOllamaProvider } from '../../providers/ollama/provider.ts'
import { AppError } from '../../errors/index.ts'
import { parseTimeSpan } from '../../schedule/index.ts'
import { plural } from '../../text/plural.ts'
import type { Settings } from '../../config/index.ts'
import { type CheckSource, type Outcome, ok, trouble } from '../types.ts'

/** Where the Ollama of these settings listens; null when they use none. */
function endpointOf(settings: Settings): string | null {
  const { backend, ollamaEndpoint } = settings['local-workflows']
  if (backend.type === 'ollama') return backend.endpoint ?? ollamaEndpoint
  return settings.ollama.enable ? `http://127.0.0.1:${settings.ollama.port}` : null
}

async function run(endpoint: string, signal: AbortSignal): Promise<Outcome> {
  const provider = createOllamaProvider({ endpoint })
  const expected = `a list of models from ${provider.endpoint ?? endpoint}/api/tags`
  try {
    const models = await provider.list(signal)
    if (models.length > 0) return ok(expected, plural(models.length, 'model'))
    return trouble(
      'degraded',
      expected,
      'Ollama answers, but has no model at all',
      'Get one with `ollama pull llama3.2:3b`. If there were models before, look at its model folder.',
    )
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return trouble('down', expected, error.message.replace(/\.$/, ''), error.hint ?? 'Look into the log of Ollama.')
  }
}

export const ollama: CheckSource = {
  id: 'ollama',
  list: ({ settings }) => {
    const { healthCheck } = settings().ollama
    const endpoint = endpointOf(settings())
    if (endpoint === null || !healthCheck.enable) return []
    const intervalMs = parseTimeSpan(healthCheck.interval)
    return [
      {
        id: 'ollama',
        title: 'Ollama',
        ...(intervalMs === null ? {} : { intervalMs }),
        run: ({ signal }) => run(endpoint, signal),
      },
    ]
  },
}
