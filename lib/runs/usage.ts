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
      for await (const chunk of models.chat(request)) {
        if (chunk.type === 'done') {
          usage.promptTokens += chunk.promptTokens
          usage.completionTokens += chunk.completionTokens
        }
        yield chunk
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
