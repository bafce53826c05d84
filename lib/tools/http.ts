/** The tools as an OpenAPI server of their own, `/api/tools`: the address that Open WebUI is given. */
import type { Hono } from 'hono'
import type { Core } from '../core/index.ts'
import { AppError } from '../errors/index.ts'
import { readJsonObject } from '../http/body.ts'
import type { ApiEnv } from '../http/env.ts'
import { authorize, checkHost, identify, spendRequest } from '../http/guard.ts'
import { addressOf } from '../http/own-address.ts'
import { bodyOf } from '../http/request.ts'
import { jsonResponse, problemResponse } from '../http/respond.ts'
import type { LinkTo, Principal } from '../operations/types.ts'
import { didYouMean } from '../text/nearest.ts'
import { callTool, ToolFailure } from './call.ts'
import { type Tool, toolsOf } from './list.ts'
import { toolsDocument } from './openapi.ts'

const ROOT = '/api/tools'

/** Links that lead to where the request came. */
function linkFrom(core: Core, { headers }: Request): LinkTo {
  const address = addressOf(headers, core.settings)
  return (path) => address + path
}

async function whoAsks(core: Core, request: Request): Promise<Principal> {
  checkHost(request.headers.get('host'), core.allowedHosts)
  const { principal } = await identify(request.headers, request.method, core.keys, core.admin)
  spendRequest(core.limit, principal, core.settings['local-workflows'].api.rateLimit)
  return principal
}

/** Arguments from the body and, for those that stand there in the document, from the query. */
async function readArguments(request: Request, maxBytes: number): Promise<Record<string, unknown>> {
  return {
    ...Object.fromEntries(new URL(request.url).searchParams),
    ...(await readJsonObject(bodyOf(request), maxBytes)),
  }
}

async function answerCall(core: Core, tool: Tool, request: Request): Promise<Response> {
  core.countRequest()
  try {
    const principal = await whoAsks(core, request)
    if (principal.scopes.length === 0) authorize(principal, tool.operation.scope)
    const { answer, runId } = await callTool(core, {
      tool,
      args: await readArguments(request, core.settings['local-workflows'].api.maxBodyBytes),
      principal,
      face: 'openapi',
      link: linkFrom(core, request),
      waitMs: core.settings['open-webui'].toolTimeout * 1000,
      signal: request.signal,
      authorize,
    })
    return jsonResponse(JSON.stringify(answer), 200, runId === null ? {} : { 'x-run-id': runId })
  } catch (thrown) {
    if (thrown instanceof ToolFailure) return problemResponse(thrown.error, thrown.runId)
    core.noteFailure(thrown, tool.name)
    return problemResponse(thrown)
  }
}

/** Adds the tools' routes to the API. */
export function mountTools(app: Hono<ApiEnv>, core: Core): void {
  app.get(`${ROOT}/openapi.json`, async (c) => {
    core.countRequest()
    try {
      const principal = await whoAsks(core, c.req.raw)
      authorize(principal, 'read')
      return jsonResponse(JSON.stringify(toolsDocument(core, principal.scopes)))
    } catch (error) {
      return problemResponse(error)
    }
  })
  const tools = toolsOf(core.registry)
  for (const tool of tools) {
    const route = { method: 'POST', path: `${ROOT}/${tool.name}` } as const
    app.post(route.path, async (c) => {
      const began = performance.now()
      const response = await answerCall(core, tool, c.req.raw)
      core.metrics.observeRequest(route, response.status, (performance.now() - began) / 1000)
      return response
    })
  }
  app.post(`${ROOT}/:name`, (c) => {
    const name = c.req.param('name')
    const names = tools.map((tool) => tool.name)
    return problemResponse(
      new AppError('not-found', `There is no tool "${name}".${didYouMean(name, names)}`, {
        hint: `GET ${ROOT}/openapi.json lists them.`,
      }),
    )
  })
}
