/** The routes of the gateway: each server's MCP endpoint, and its OpenAPI face. */
import type { Hono } from 'hono'
import type { Core } from '../../core/index.ts'
import type { ApiEnv } from '../../http/env.ts'
import { holdAnswer, isEventStream } from '../../http/held-stream.ts'
import { addressOf } from '../../http/own-address.ts'
import { jsonResponse } from '../../http/respond.ts'
import { asResponse } from '../../http/text-answer.ts'
import { openApiOf } from '../openapi.ts'
import { readText } from './body.ts'
import { gatewayFace } from './face.ts'
import { refusal } from './streams.ts'

/** @param listenHost address of the listener that these routes are reached by */
export function mountGateway(app: Hono<ApiEnv>, core: Core, listenHost: () => string): void {
  const face = gatewayFace(core, listenHost)

  app.on(['GET', 'DELETE'], '/mcp/:server', (c) => {
    const request = c.req.raw
    return face.guarded(c.req.param('server'), request, async ({ server, principal }) => {
      const response = asResponse(await server.handle(request, '', principal))
      return isEventStream(response) ? holdAnswer(response, core.keys, principal) : response
    })
  })

  const post = async (name: string, tool: string | null, request: Request) =>
    asResponse(await face.post(name, tool, request, () => readText(request)))

  app.post('/mcp/:server', (c) => post(c.req.param('server'), null, c.req.raw))

  app.all('/mcp/:server', (c) =>
    face.guarded(c.req.param('server'), c.req.raw, () =>
      Promise.resolve(refusal(405, 'There are POST, GET and DELETE here.', { allow: 'POST, GET, DELETE' })),
    ),
  )

  app.get('/mcp/:server/openapi.json', (c) =>
    face.guarded(c.req.param('server'), c.req.raw, async ({ server }) => {
      const { name, description } = server.definition
      const tools = (await server.listTools(false)).filter((tool) => server.gate.isAllowed(tool.name))
      const url = `${addressOf(c.req.raw.headers, core.settings)}/mcp/${name}`
      return jsonResponse(JSON.stringify(openApiOf(name, description, tools, url)))
    }),
  )

  app.post('/mcp/:server/:tool', (c) => post(c.req.param('server'), c.req.param('tool'), c.req.raw))
}
