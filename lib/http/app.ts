/** The API as one Web-standard fetch app, made from the registry of operations. */
import { Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import { allows } from '../auth/index.ts'
import type { Core } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import { coerceFields } from '../operations/coerce.ts'
import type { RegisteredOperation } from '../operations/registry.ts'
import { answeredFile, type HttpExchange, type HttpMethod, isRun } from '../operations/types.ts'
import { validateInput } from '../operations/validate.ts'
import { mountMcp } from '../mcp/http.ts'
import { mountTools } from '../tools/http.ts'
import { readJsonObject } from './body.ts'
import { addressOf, type ApiEnv } from './env.ts'
import { authorize, checkHost, checkOrigin, identify, identifyAtOnce, isKnownHost, SESSION_COOKIE } from './guard.ts'
import { fileResponse, jsonResponse, problemResponse } from './respond.ts'
import { KnownPathsRouter } from './router.ts'
import { CHAT_DIALECT, PROGRESS_DIALECT, settleStart, SSE_HEADERS, streamRun } from './sse.ts'
import { documents } from './documents.ts'
import { answerScrape } from './metrics-route.ts'

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Path and query values of a request, by name. */
function textFields(url: string, params: Readonly<Record<string, string>>): Record<string, string[]> {
  const fields: Record<string, string[]> = {}
  const query = url.indexOf('?')
  if (query >= 0)
    for (const [name, value] of new URLSearchParams(url.slice(query + 1))) (fields[name] ??= []).push(value)
  for (const [name, value] of Object.entries(params)) fields[name] = [value]
  return fields
}

async function readInput(
  operation: RegisteredOperation,
  request: Request,
  params: Record<string, string>,
  maxBytes: number,
): Promise<unknown> {
  const { method } = operation.http
  if (method === 'GET' || method === 'DELETE') return coerceFields(operation.input, textFields(request.url, params))
  const body = await readJsonObject(request, maxBytes)
  for (const name of Object.keys(params))
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
  headers: Headers,
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

/**
 * Makes the API's app.
 * @returns a fetch app; `bindings.address` is the client's address, for counting failed sign-ins
 */
export function createApi(core: Core): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>({ router: new KnownPathsRouter(new TrieRouter()) })

  const handle = async (
    operation: RegisteredOperation,
    request: Request,
    params: Record<string, string>,
    address: string,
  ) => {
    const cookies: string[] = []
    let runId: string | null = null
    try {
      const api = core.settings['local-workflows'].api
      checkHost(request.headers.get('host'), core.allowedHosts)
      const { principal, sessionToken } = await identify(request.headers, request.method, core.keys, core.admin)
      authorize(principal, operation.scope)
      if (operation.scope === 'public' && operation.mutates) checkOrigin(request.headers)
      const input = validateInput(operation.input, await readInput(operation, request, params, api.maxBodyBytes))
      const http: HttpExchange = {
        address,
        userAgent: request.headers.get('user-agent'),
        sessionToken,
        setSession: (token, maxAge) => void cookies.push(cookieHeader(token, maxAge)),
      }
      if (!isRun(operation, input)) {
        const output = await core.call(operation, input, principal, http)
        if (operation.http.file !== undefined) return fileResponse(answeredFile.parse(output), operation.http.file)
        return jsonResponse(
          JSON.stringify(output),
          operation.http.status,
          cookies[0] === undefined ? undefined : { 'set-cookie': cookies[0] },
        )
      }
      const want = wanted(operation, input, request.headers)
      const gone = want === 'answer' || want === 'run-id' ? null : new AbortController()
      const client = gone === null ? request.signal : AbortSignal.any([request.signal, gone.signal])
      const run = core.start(operation, input, principal, http, want === 'run-id' ? undefined : client)
      runId = run.id
      if (want === 'run-id')
        return jsonResponse(
          JSON.stringify({
            run_id: run.id,
            status_url: `/api/runs/${run.id}`,
            events_url: `/api/runs/${run.id}/events`,
          }),
          202,
          {
            location: `/api/runs/${run.id}`,
          },
        )
      if (want !== 'answer') {
        await settleStart(run)
        return streamRun(run, want === 'chat-stream' ? CHAT_DIALECT : PROGRESS_DIALECT, () => gone?.abort())
      }
      const { json } = await run.result
      return jsonResponse(json, operation.http.status, { 'x-run-id': run.id })
    } catch (error) {
      core.noteFailure(error, operation.id)
      return problemResponse(error, runId)
    }
  }

  /** The answer of an operation without input that is known already, to a sender who is known already; null: ask. */
  const answerAtOnce = (operation: RegisteredOperation, { headers, url }: Request): Response | null => {
    if (url.includes('?')) return null
    const principal = identifyAtOnce(headers, core.keys)
    if (principal === null || !allows(principal.scopes, operation.scope)) return null
    if (!isKnownHost(headers.get('host'), core.allowedHosts)) return null
    const json = core.kept(operation)
    return json === null ? null : jsonResponse(json)
  }

  for (const operation of core.registry.operations)
    app.on(operation.http.method, operation.http.path, (c): Response | Promise<Response> => {
      const began = performance.now()
      core.countRequest()
      const observe = (response: Response) => {
        core.metrics.observeRequest(operation.http, response.status, (performance.now() - began) / 1000)
        return response
      }
      const kept = operation.kept === undefined ? null : answerAtOnce(operation, c.req.raw)
      return kept === null ? handle(operation, c.req.raw, c.req.param(), addressOf(c.env)).then(observe) : observe(kept)
    })

  app.get('/metrics', (c) => answerScrape(core, c.req.raw, addressOf(c.env)))

  app.get('/api/runs/:run_id/events', async (c) => {
    core.countRequest()
    try {
      checkHost(c.req.header('host') ?? null, core.allowedHosts)
      const { principal } = await identify(c.req.raw.headers, 'GET', core.keys, core.admin)
      authorize(principal, 'read')
      const id = c.req.param('run_id')
      const live = core.runs.live(id)
      // Watching is not running: when the watcher goes, the run goes on.
      if (live !== undefined) return streamRun(live, PROGRESS_DIALECT, () => undefined)
      const run = await core.runs.get(id)
      const past = (await core.runs.events(id)).map((event) => PROGRESS_DIALECT.event(event)).join('')
      const last =
        run.error !== null
          ? PROGRESS_DIALECT.error(run.error)
          : run.ended_at !== null
            ? PROGRESS_DIALECT.result(null, JSON.stringify(await core.runs.output(id)))
            : 'event: elsewhere\ndata: {"message":"Another process does this run; ask again for its state."}\n\n'
      return new Response(past + last, { headers: SSE_HEADERS })
    } catch (error) {
      return problemResponse(error)
    }
  })

  for (const [path, respond] of documents(core))
    app.get(path, async (c) => {
      core.countRequest()
      try {
        checkHost(c.req.header('host') ?? null, core.allowedHosts)
        return await respond()
      } catch (error) {
        return problemResponse(error)
      }
    })

  mountTools(app, core)
  mountMcp(app, core)

  // Asked of the router only now: a route for “any other method” beside each would make every request go through both.
  app.notFound((c) => {
    const methods = METHODS.filter((method) => app.router.match(method, c.req.path)[0].length > 0)
    if (methods.length === 0)
      return problemResponse(
        new AppError('not-found', `There is nothing at ${c.req.path}.`, {
          hint: 'GET /openapi.json lists what there is.',
        }),
      )
    const error = new AppError('method-not-allowed', `${c.req.method} is not allowed here.`, {
      hint: `Use ${methods.join(' or ')}.`,
    })
    return problemResponse(error, null, { allow: methods.join(', ') })
  })
  app.onError((error) => {
    core.noteFailure(error, 'http')
    return problemResponse(error)
  })
  return app
}
