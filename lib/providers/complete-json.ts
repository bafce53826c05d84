import * as z from 'zod'
import { AppError } from '../errors/index.ts'
import type { ChatRequest, ModelClient } from './index.ts'

const excerpt = (text: string) => text.slice(0, 200)

/** Models that are not held to a schema like to wrap JSON in a Markdown fence. */
function unfence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text)?.[1] ?? text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(unfence(text))
  } catch (error) {
    throw new AppError('invalid-model-output', 'The model answered something that is not JSON.', {
      hint: 'Try again, or take a larger model; an answer that was cut off needs a higher limit of tokens.',
      cause: error,
      details: { answer: excerpt(text) },
    })
  }
}

/**
 * Asks for an answer of a given shape and validates it like input from a stranger: a backend's schema holds the form of
 * an answer, not its sense, and some backends ignore it.
 * @param schema shape of the answer; also sent to the backend as JSON Schema
 * @throws AppError `invalid-model-output` with each fault, and all that {@link ModelClient.complete} throws
 */
export async function completeJson<Schema extends z.ZodType>(
  client: Pick<ModelClient, 'complete'>,
  request: Omit<ChatRequest, 'format'>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const format = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const { text } = await client.complete({ ...request, format })
  const result = schema.safeParse(parse(text))
  if (result.success) return result.data
  throw new AppError('invalid-model-output', 'The model answered JSON that does not fit what was asked for.', {
    hint: 'Try again, or take a larger model.',
    cause: result.error,
    faults: result.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
    details: { answer: excerpt(text) },
  })
}
