import type { ModelClient } from '../providers/index.ts'

/** What a run used so far. */
export interface Usage {
  engine: string | null
  model: string | null
  promptTokens: number
  completionTokens: number
}

/** The same models, with each answer's tokens added to the run's. */
export function countTokens(models: ModelClient, usage: Usage): ModelClient {
  return {
    ...models,
    id: models.id,
    endpoint: models.endpoint,
    capabilities: models.capabilities,
    list: (signal) => models.list(signal),
    find: (name, signal) => models.find(name, signal),
    async *chat(request) {
      // Of an answer that is cut off nobody tells the tokens: then each piece is one, as nearly all servers send them.
      let pieces = 0
      try {
        for await (const chunk of models.chat(request)) {
          if (chunk.type === 'done') {
            pieces = 0
            usage.promptTokens += chunk.promptTokens
            usage.completionTokens += chunk.completionTokens
          } else pieces += 1
          yield chunk
        }
      } finally {
        usage.completionTokens += pieces
      }
    },
    async complete(request) {
      const answer = await models.complete(request)
      usage.promptTokens += answer.promptTokens
      usage.completionTokens += answer.completionTokens
      return answer
    },
  }
}
