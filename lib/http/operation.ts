/** How one operation is answered over HTTP: who asks, what with, and in which form the answer is wanted. */
import { allows } from '../auth/index.ts'
import type { Core } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import { coerceFields } from '../operations/coerce.ts'
import type { RegisteredOperation } from '../operations/registry.ts'
import { answeredFile, type HttpExchange, isRun, type Principal } from '../operations/types.ts'
import { validateInput } from '../operations/validate.ts'
import { readJsonObject } from './body.ts'
import {
  authorize,
  checkHost,
  checkOrigin,
  identify,
  type Identity,
  identifyAtOnce,
  isKnownHost,
  SESSION_COOKIE,
  spendRequest,
} from './guard.ts'
import type { HeaderReader } from './headers.ts'
import { holdAnswer } from './held-stream.ts'
import type { ApiRequest } from './request.ts'
import { fileResponse, jsonOf, jsonText, problemResponse } from './respond.ts'
import { CHAT_DIALECT, PROGRESS_DIALECT, settleStart, streamRun } from './sse.ts'
import type { TextAnswer } from './text-answer.ts'
import { watchRun } from './watch-run.ts'

type Answer = Response | TextAnswer

/** Path and query values of a request, by name. */
function textFields(url: string, params: Readonly<Record<string, string>>): Record<string, string[]> {
  const fields: Record<string, string[]> = {}
  const query = url.indexOf('?')
  if (query >= 0)
    for (const [name, value] of new URLSearchParams(url.slice(query + 1))) (fields[name] ??= []).push(value)
  for (const name in params) fields[name] = [params[name] ?? '']
  return fields
}

async function readInput(
  operation: RegisteredOperation,
  request: ApiRequest,
  params: Readonly<Record<string, string>>,
  maxBytes: number,
): Promise<unknown> {
  const { method } = operation.http
  if (method === 'GET' || method === 'DELETE') return coerceFields(operation.input, textFields(request.url, params))
  const body = await readJsonObject(request, maxBytes)
  for (const name in params)
    if (Object.hasOwn(body, name))
      throw new AppError('invalid-input', `${name}: belongs into the path, not into the body`)
  return { ...body, ...coerceFields(operation.input, textFields('', params)) }
}

function cookieHeader(token: string | null, maxAge: number): string {
  return `${SESSION_COOKIE}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}`
}

/** How the caller wants the answer of a recorded operation. */
function wanted(
  operation: RegisteredOperation,
  input: object,
  headers: HeaderReader,
): 'answer' | 'chat-stream' | 'progress-stream' | 'run-id' {
  if (!operation.recorded) return 'answer'
  if (headers.get('prefer')?.includes('respond-async') === true) return 'run-id'
  if (
    operation.streamFlag !== undefined &&
    Object.entries(input).some(([name, value]) => name === operation.streamFlag && value === true)
  )
    return 'chat-stream'
  return headers.get('accept')?.includes('text/event-stream') === true ? 'progress-stream' : 'answer'
}

/** What an operation is called with. */
interface Call {
  operation: RegisteredOperation
  request: ApiRequest
  input: object
  principal: Principal
  http: HttpExchange
}

async function answerCall(core: Core, call: Call, cookies: readonly string[]): Promise<Answer> {
  const { operation, input, principal, http } = call
  const output = await core.call(operation, input, principal, http)
  if (operation.http.file !== undefined) return fileResponse(answeredFile.parse(output), operation.http.file)
  const [cookie] = cookies
  return jsonText(jsonOf(output), operation.http.status, cookie === undefined ? undefined : { 'set-cookie': cookie })
}

/** @param started is told the run's id as soon as there is one */
async function answerRun(core: Core, call: Call, started: (id: string) => void): Promise<Answer> {
  const { operation, request, input, principal, http } = call
  const want = wanted(operation, input, request.headers)
  const gone = want === 'answer' || want === 'run-id' ? null : new AbortController()
  const client = () => (gone === null ? request.signal : AbortSignal.any([request.signal, gone.signal]))
  const run = core.start(operation, input, principal, http, want === 'run-id' ? undefined : client())
  started(run.id)
  if (want === 'run-id') {
    const location = `/api/runs/${run.id}`
    const handed = { run_id: run.id, status_url: location, events_url: `${location}/events` }
    return jsonText(JSON.stringify(handed), 202, { location })
  }
  if (want !== 'answer') {
    await settleStart(run)
    return streamRun(run, want === 'chat-stream' ? CHAT_DIALECT : PROGRESS_DIALECT, () => gone?.abort())
  }
  const { json } = await run.result
  return jsonText(json, operation.http.status, { 'x-run-id': run.id })
}

/** Answers a request for an operation, at once where the answer is known already. What goes wrong is a problem. */
export type OperationFace = (
  operation: RegisteredOperation,
  request: ApiRequest,
  params: Readonly<Record<string, string>>,
) => Answer | Promise<Answer>

export function operationFace(core: Core): OperationFace {
  const identityOf = ({ headers, method }: ApiRequest): Identity | Promise<Identity> => {
    const principal = identifyAtOnce(headers, core.keys)
    return principal === null ? identify(headers, method, core.keys, core.admin) : { principal, sessionToken: null }
  }

  const answer = async (
    operation: RegisteredOperation,
    request: ApiRequest,
    params: Readonly<Record<string, string>>,
  ): Promise<Answer> => {
    const cookies: string[] = []
    let runId: string | null = null
    try {
      const { headers, address } = request
      checkHost(headers.get('host'), core.allowedHosts)
      const identity = identityOf(request)
      const { principal, sessionToken } = identity instanceof Promise ? await identity : identity
      const { maxBodyBytes, rateLimit } = core.settings['local-workflows'].api
      spendRequest(core.limit, principal, rateLimit)
      authorize(principal, operation.scope)
      if (operation.scope === 'public' && operation.mutates) checkOrigin(headers)
      const input = validateInput(operation.input, await readInput(operation, request, params, maxBodyBytes))
      const http: HttpExchange = {
        address,
        userAgent: headers.get('user-agent'),
        sessionToken,
        setSession: (token, maxAge) => void cookies.push(cookieHeader(token, maxAge)),
      }
      if (operation.watches !== undefined)
        return holdAnswer(await watchRun(core.runs, operation.watches(input), request.method), core.keys, principal)
      const call: Call = { operation, request, input, principal, http }
      return isRun(operation, input)
        ? await answerRun(core, call, (id) => (runId = id))
        : await answerCall(core, call, cookies)
    } catch (error) {
      core.noteFailure(error, operation.id)
      return problemResponse(error, runId)
    }
  }

  /** The answer of an operation without input that is known already, to a sender who is known already; null: ask. */
  const answerAtOnce = (operation: RegisteredOperation, { headers, url }: ApiRequest): TextAnswer | null => {
    // A key that may not ask for ever is counted first.
    if (url.includes('?') || core.settings['local-workflows'].api.rateLimit > 0) return null
    const principal = identifyAtOnce(headers, core.keys)
    if (principal === null || !allows(principal.scopes, operation.scope)) return null
    if (!isKnownHost(headers.get('host'), core.allowedHosts)) return null
    const json = core.kept(operation)
    return json === null ? null : jsonText(json)
  }

  return (operation, request, params) => {
    const began = performance.now()
    core.countRequest()
    const observed = <A extends Answer>(given: A): A => {
      core.metrics.observeRequest(operation.http, given.status, (performance.now() - began) / 1000)
      return given
    }
    const kept = operation.kept === undefined ? null : answerAtOnce(operation, request)
    return kept === null ? answer(operation, request, params).then(observed) : observed(kept)
  }
}
