/** Whether the model server answers, where the workflows use another kind than Ollama. */
import { AppError } from '../../errors/index.ts'
import { createProvider } from '../../providers/index.ts'
import { type CheckSource, ok, trouble } from '../types.ts'

export const modelServer: CheckSource = {
  id: 'model-server',
  list: ({ settings }) => {
    const now = settings()
    if (now['local-workflows'].backend.type !== 'openai-compatible') return []
    return [
      {
        id: 'model-server',
        title: 'The model server',
        run: async ({ signal }) => {
          const provider = createProvider(now)
          const expected = `a list of models from ${provider.endpoint ?? 'the model server'}`
          try {
            const models = await provider.list(signal)
            return ok(expected, `${models.length} models`)
          } catch (error) {
            if (!(error instanceof AppError)) throw error
            return trouble('down', expected, error.message.replace(/\.$/, ''), error.hint ?? 'Look into its log.')
          }
        },
      },
    ]
  },
}
