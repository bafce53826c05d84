/** RFC 9457 problem details: https://www.rfc-editor.org/rfc/rfc9457 */
import { ERROR_CODES, toAppError } from './index.ts'

export interface Problem {
  /** Relative URI of the code's documentation. */
  type: string
  title: string
  status: number
  detail: string
  code: string
  hint?: string
  faults?: readonly { path: string; message: string }[]
  details?: Readonly<Record<string, unknown>>
  retry_after_seconds?: number
  run_id?: string
}

/** The problem document of anything that was thrown. An internal error keeps its cause in the log, never in the answer. */
export function toProblem(error: unknown, runId?: string | null): Problem {
  const appError = toAppError(error)
  const { status, title } = ERROR_CODES[appError.code]
  return {
    type: `/docs#error-${appError.code}`,
    title,
    status,
    detail:
      appError.code === 'internal' ? 'Something went wrong inside the app; its log has the details.' : appError.message,
    code: appError.code,
    ...(appError.hint === undefined ? {} : { hint: appError.hint }),
    ...(appError.faults.length === 0 ? {} : { faults: appError.faults }),
    ...(Object.keys(appError.details).length === 0 ? {} : { details: appError.details }),
    ...(appError.retryAfterSeconds === undefined ? {} : { retry_after_seconds: appError.retryAfterSeconds }),
    ...(runId === undefined || runId === null ? {} : { run_id: runId }),
  }
}
