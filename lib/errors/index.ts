/**
 * Typed errors with a stable code. Core code throws {@link AppError}; the HTTP edge renders it as RFC 9457
 * problem+json (`./problem.ts`) and the command line as text with an exit code (`lib/cli`).
 */

/** Every code the app can answer, with its HTTP status and the short title a person sees. */
export const ERROR_CODES = {
  'invalid-input': { status: 422, title: 'The input is not valid' },
  'malformed-body': { status: 400, title: 'The request body could not be read' },
  'body-too-large': { status: 413, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, title: 'The request body is not JSON' },
  unauthorized: { status: 401, title: 'Sign in or send an API key' },
  forbidden: { status: 403, title: 'This key may not do that' },
  'bad-origin': { status: 403, title: 'The request came from another site' },
  'bad-host': { status: 421, title: 'The Host header is not one of this server' },
  'locked-out': { status: 429, title: 'Too many failed sign-ins' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'link-expired': { status: 410, title: 'The first-run link was used or has expired' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'That method is not allowed here' },
  'path-not-allowed': { status: 403, title: 'That path is outside the allowed folders' },
  'path-not-found': { status: 404, title: 'That path does not exist' },
  'path-not-readable': { status: 403, title: 'That path cannot be read' },
  'not-a-directory': { status: 422, title: 'That path is not a folder' },
  'not-a-file': { status: 422, title: 'That path is not a file' },
  'unsupported-language': { status: 422, title: 'That kind of file is not supported' },
  'file-too-large': { status: 413, title: 'That file is too large' },
  'rules-invalid': { status: 422, title: 'The cleanup rules have faults' },
  'templates-invalid': { status: 422, title: 'The documentation template has faults' },
  'settings-invalid': { status: 422, title: 'The settings have faults' },
  'plan-stale': { status: 409, title: 'The plan no longer fits the folder' },
  'plan-state': { status: 409, title: 'The plan is not in a state for that' },
  'run-not-cancellable': { status: 409, title: 'The run has already ended' },
  conflict: { status: 409, title: 'That is already so, or in use' },
  'no-model-backend': { status: 503, title: 'No model backend answers' },
  'model-not-found': { status: 404, title: 'That model is not on this machine' },
  'backend-busy': { status: 503, title: 'The model backend is busy' },
  'backend-error': { status: 502, title: 'The model backend failed' },
  'backend-timeout': { status: 504, title: 'The model backend did not answer in time' },
  'invalid-model-output': { status: 502, title: 'The model answered something unusable' },
  'source-unavailable': { status: 503, title: 'A log source cannot be read' },
  'model-folder': { status: 503, title: 'The model folder cannot be used' },
  'mcp-server': { status: 502, title: 'The MCP server failed' },
  'mcp-tool': { status: 502, title: 'The tool says that it failed' },
  'mcp-timeout': { status: 504, title: 'The MCP server did not answer in time' },
  'mcp-waiting': { status: 503, title: 'The MCP server is started again in a moment' },
  'not-connected': { status: 409, title: 'Open WebUI is not connected' },
  'open-webui-unreachable': { status: 503, title: 'Open WebUI does not answer' },
  'open-webui-refused': { status: 409, title: 'Open WebUI refuses the token' },
  'open-webui-error': { status: 502, title: 'Open WebUI answered something unexpected' },
  'disk-full': { status: 507, title: 'The disk is full' },
  'store-busy': { status: 503, title: 'The database is busy' },
  cancelled: { status: 409, title: 'The run was cancelled' },
  interrupted: { status: 500, title: 'The run was interrupted' },
  internal: { status: 500, title: 'Something went wrong here' },
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** One fault of an input, at a path such as `sources.0` or `local-workflows.api.port`. */
export interface Fault {
  path: string
  message: string
}

export interface AppErrorOptions {
  /** What the person or script can do next. */
  hint?: string
  /** The error that led here; never dropped. */
  cause?: unknown
  /** Each single fault of a refused input. */
  faults?: readonly Fault[]
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number
  /** Evidence: small, JSON-serialisable, free of secrets. */
  details?: Readonly<Record<string, unknown>>
}

/** The one error type that core code throws on purpose. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly faults: readonly Fault[]
  readonly retryAfterSeconds: number | undefined
  readonly details: Readonly<Record<string, unknown>>

  /**
   * @param code stable code, see {@link ERROR_CODES}
   * @param message one sentence a tired person understands: what is wrong
   */
  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.faults = options.faults ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
    this.details = options.details ?? {}
  }

  /** HTTP status of this error's code. */
  get status(): number {
    return ERROR_CODES[this.code].status
  }
}

/** True for Node's system errors, optionally of one code such as `ENOENT`. */
export function isSystemError(error: unknown, code?: string): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    !(error instanceof AppError) &&
    'code' in error &&
    typeof error.code === 'string' &&
    (code === undefined || error.code === code)
  )
}

/** A full disk or quota, as the kernel says it and as SQLite does. */
const DISK_FULL = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL']

/** Whether something could not be written for want of space. */
export function isDiskFull(error: unknown): boolean {
  return isSystemError(error) && DISK_FULL.includes(error.code ?? '')
}

/** SQLite has longer codes too, such as `SQLITE_BUSY_SNAPSHOT`: https://sqlite.org/rescode.html */
function isStoreBusy(error: unknown): boolean {
  return isSystemError(error) && error.code?.startsWith('SQLITE_BUSY') === true
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * Turns anything thrown into an {@link AppError}, keeping it as the cause. Aborts become `cancelled`.
 * @param error whatever was thrown
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof Error && error.name === 'AbortError')
    return new AppError('cancelled', 'The run was cancelled.', { cause: error })
  if (isDiskFull(error))
    return new AppError('disk-full', 'The disk is full.', { cause: error, hint: 'Free some space and try again.' })
  if (isStoreBusy(error))
    return new AppError('store-busy', 'Another process holds the database.', { cause: error, retryAfterSeconds: 1 })
  return new AppError('internal', messageOf(error), { cause: error, hint: 'The log of the server has the details.' })
}
