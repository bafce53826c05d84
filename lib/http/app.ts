/** The API as one Web-standard fetch app, made from the registry of operations. */
import { Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import type { Core } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import type { HttpMethod } from '../operations/types.ts'
import { mountMcp } from '../mcp/http.ts'
import { mountTools } from '../tools/http.ts'
import { addressOf, type ApiEnv } from './env.ts'
import { checkHost } from './guard.ts'
import { operationFace } from './operation.ts'
import { requestOf } from './request.ts'
import { problemResponse } from './respond.ts'
import { KnownPathsRouter } from './router.ts'
import { documents } from './documents.ts'
import { answerScrape } from './metrics-route.ts'
import { asResponse } from './text-answer.ts'

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Makes the API's app.
 * @returns a fetch app; `bindings.address` is the client's address, for counting failed sign-ins
 */
export function createApi(core: Core): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>({ router: new KnownPathsRouter(new TrieRouter()) })

  const face = operationFace(core)
  for (const operation of core.registry.operations)
    app.on(operation.http.method, operation.http.path, (c): Response | Promise<Response> => {
      const answer = face(operation, requestOf(c.req.raw, addressOf(c.env)), c.req.param())
      return answer instanceof Promise ? answer.then(asResponse) : asResponse(answer)
    })

  app.get('/metrics', (c) => answerScrape(core, c.req.raw, addressOf(c.env)))

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
    const methods: string[] = METHODS.filter((method) => app.router.match(method, c.req.path)[0].length > 0)
    if (methods.includes('GET')) methods.push('HEAD')
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
