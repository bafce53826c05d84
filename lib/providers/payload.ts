import type * as z from 'zod'
import { malformed, type BackendName } from './failures.ts'

/**
 * Reads what a backend sent like input from a stranger.
 * @throws AppError `backend-error` when it is not JSON or not of that shape
 */
export function parsePayload<T extends z.ZodType>(backend: BackendName, text: string, schema: T): z.output<T> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw malformed(backend, text, error)
  }
}
