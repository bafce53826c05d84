import { ERROR_CODES, toAppError } from '../errors/index.ts'
import { toProblem } from '../errors/problem.ts'
import { TextAnswer } from './text-answer.ts'

/** Headers of every answer of the API. */
const COMMON = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

const JSON_HEADERS = { 'content-type': 'application/json', ...COMMON } as const

/** The commonest of answers; see {@link TextAnswer}. */
export function jsonText(json: string, status = 200, headers?: Readonly<Record<string, string>>): TextAnswer {
  return new TextAnswer(json, headers === undefined ? JSON_HEADERS : { ...JSON_HEADERS, ...headers }, status)
}

/** The same where the standard's own is wanted. */
export function jsonResponse(...answer: Parameters<typeof jsonText>): Response {
  return jsonText(...answer).toResponse()
}

/** JSON of frozen outputs. */
const written = new WeakMap<object, string>()

/** JSON of an output; of a frozen one, which whoever keeps it gives out again and again, it is made once. */
export function jsonOf(output: unknown): string {
  if (typeof output !== 'object' || output === null || !Object.isFrozen(output)) return JSON.stringify(output)
  let json = written.get(output)
  if (json === undefined) {
    json = JSON.stringify(output)
    written.set(output, json)
  }
  return json
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
