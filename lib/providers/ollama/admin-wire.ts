/** What Ollama says about the models it keeps, as docs/api.md and `api/types.go` of its source describe it. */
import * as z from 'zod'

/** One line of a pull. */
export const pullLine = z.union([
  z.object({ error: z.string() }),
  z.object({
    status: z.string(),
    digest: z.string().optional(),
    total: z.number().optional(),
    /** Left out while it is 0. */
    completed: z.number().default(0),
  }),
])

export const showAnswer = z.object({ capabilities: z.array(z.string()).default([]) })

export const runningAnswer = z.object({
  models: z.array(
    z.object({ name: z.string(), digest: z.string().optional(), size: z.number(), size_vram: z.number().default(0) }),
  ),
})

const milliseconds = z
  .number()
  .default(0)
  .transform((nanoseconds) => nanoseconds / 1e6)

/** One line of an answer; a model that thinks first says so in a field of its own. */
export const testLine = z.union([
  z.object({
    message: z.object({ content: z.string().default(''), thinking: z.string().default('') }).optional(),
    done: z.boolean(),
    eval_count: z.number().default(0),
    eval_duration: milliseconds,
    load_duration: milliseconds,
    total_duration: milliseconds,
  }),
  z.object({ error: z.string() }),
])

export const embedAnswer = z.object({
  embeddings: z.array(z.array(z.number())),
  prompt_eval_count: z.number().default(0),
  load_duration: milliseconds,
  total_duration: milliseconds,
})
