import { ERROR_CODES, toAppError } from '../errors/index.ts'
import { toProblem } from '../errors/problem.ts'
import { TextAnswer } from './text-answer.ts'

/** Headers of every answer of the API. */
const COMMON = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

const JSON_HEADERS = { 'content-type': 'application/json', ...COMMON } as const
const PLAIN_ANSWER = { status: 200, headers: JSON_HEADERS }

/** The commonest of answers; see {@link TextAnswer}. */
export function jsonText(json: string, status = 200, headers?: Readonly<Record<string, string>>): TextAnswer {
  return new TextAnswer(json, headers === undefined ? JSON_HEADERS : { ...JSON_HEADERS, ...headers }, status)
}

export function jsonResponse(json: string, status = 200, headers?: Record<string, string>): Response {
  // Nothing is made for the commonest of answers that is the same each time.
  if (headers === undefined && status === 200) return new Response(json, PLAIN_ANSWER)
  return new Response(json, { status, headers: { ...JSON_HEADERS, ...headers } })
}

/** A file to be kept rather than shown. */
export function fileResponse({ name, base64 }: { name: string; base64: string }, mediaType: string): Response {
  const disposition = `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"`
  return new Response(Buffer.from(base64, 'base64'), {
    headers: { ...COMMON, 'content-type': mediaType, 'content-disposition': disposition },
  })
}

/** The answer of a failed request: RFC 9457 problem+json. */
export function problemResponse(
  error: unknown,
  runId: string | null = null,
  headers: Record<string, string> = {},
): Response {
  const appError = toAppError(error)
  return new Response(JSON.stringify(toProblem(appError, runId)), {
    status: ERROR_CODES[appError.code].status,
    headers: {
      ...COMMON,
      'content-type': 'application/problem+json',
      ...(appError.code === 'unauthorized' ? { 'www-authenticate': 'Bearer realm="hwc-ai"' } : {}),
      ...(appError.code === 'body-too-large' ? { connection: 'close' } : {}),
      ...(appError.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(Math.ceil(appError.retryAfterSeconds)) }),
      ...headers,
    },
  })
}
