import type { FieldDescription, FieldValues } from './operation.ts'
import { ApiProblem } from './problem.ts'

/**
 * Refuses values that lack what must be given, in the words of a form; everything else is for the operation's own schema to
 * judge.
 * @throws ApiProblem `invalid-input` with a fault for each field
 */
export function assertRequired(fields: readonly FieldDescription[], values: FieldValues): void {
  const missing = fields.filter(({ name, required }) => required && values[name] === undefined)
  if (missing.length === 0) return
  throw new ApiProblem({
    type: '/docs#error-invalid-input',
    title: 'Something is missing',
    status: 0,
    code: 'invalid-input',
    detail: missing.map(({ name }) => name).join(', '),
    faults: missing.map(({ name }) => ({ path: name, message: 'must be filled in' })),
  })
}
