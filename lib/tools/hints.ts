/** What a model should do about an error; the hints of the errors themselves are for people. */
import { AppError, type ErrorCode } from '../errors/index.ts'

const HINTS: Partial<Record<ErrorCode, string>> = {
  'invalid-input': 'Correct the arguments that are named and call the tool again.',
  unauthorized: 'Tell the person that the connection needs a key that works.',
  forbidden: 'This connection may not do that. Tell the person; they can give its key the scope.',
  'path-not-allowed':
    'Use one of the folders that are named as allowed, or tell the person that they can allow another one under Settings. Do not try other paths.',
  'path-not-found': 'Ask the person for the full path. Do not guess.',
  'not-a-directory': 'Give the folder, not a file in it.',
  'not-a-file': 'Give one file, not a folder.',
  'plan-state': 'Look at the plan with get_file_cleanup; then tell the person, or make a new plan.',
  'plan-stale': 'The folder has changed. Make a new plan and show it to the person.',
  'no-model-backend': 'Tell the person that no local model answers; work that needs none still can be done.',
  cancelled: 'Tell the person that it was stopped. Do not start it again unasked.',
  interrupted: 'Tell the person; with their consent it can be started again.',
  'backend-busy': 'Try again in a minute.',
  'rate-limited': 'Wait before the next call.',
}

/** The same error with a hint for a model. What a person should do stands in the answers of the pages and the command line. */
export function forModels(error: AppError): AppError {
  const hint = HINTS[error.code]
  if (hint === undefined) return error
  return new AppError(error.code, error.message, {
    hint,
    cause: error,
    faults: error.faults.slice(0, 10),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  })
}
