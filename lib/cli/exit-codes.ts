import { ERROR_CODES, toAppError } from '../errors/index.ts'

/** Exit codes, as `hwc-ai --help` documents them. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'failed, or done with something wrong found' },
  usage: { code: 2, meaning: 'the command or its input is wrong' },
  missing: { code: 3, meaning: 'what was named is not there' },
  forbidden: { code: 4, meaning: 'not allowed, such as a path outside the allowed folders' },
  conflict: { code: 5, meaning: 'not possible in the present state, such as a plan gone stale' },
  unavailable: { code: 6, meaning: 'no model backend, or it is busy; try later' },
  interrupted: { code: 130, meaning: 'cancelled with Ctrl-C' },
} as const

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): number {
  const { code } = toAppError(error)
  if (code === 'cancelled') return EXIT_CODES.interrupted.code
  const { status } = ERROR_CODES[code]
  if (status === 404 || status === 410) return EXIT_CODES.missing.code
  if (status === 401 || status === 403) return EXIT_CODES.forbidden.code
  if (status === 409) return EXIT_CODES.conflict.code
  if (status === 502 || status === 503 || status === 504) return EXIT_CODES.unavailable.code
  return status >= 400 && status < 500 ? EXIT_CODES.usage.code : EXIT_CODES.failed.code
}
