/** `/.well-known/mcp.json`: the servers that a caller may use, and how. Never a secret, a command, a path or an environment. */
import type { Hono } from 'hono'
import { allows } from '../auth/index.ts'
import type { Core } from '../core/index.ts'
import type { ApiEnv } from '../http/env.ts'
import { addressOf } from '../http/own-address.ts'
import { jsonResponse, problemResponse } from '../http/respond.ts'
import { AppError } from '../errors/index.ts'
import type { Principal } from '../operations/types.ts'
import { callerOf, mayUse } from './access.ts'
import type { ServerView } from './schemas.ts'
import { viewGateway } from './view.ts'

function entry(server: ServerView, address: string, auth: 'none' | 'basic' | 'apikey') {
  const { name, description, path, state, tools, openapi_url } = server
  return {
    name,
    description,
    transport: 'streamable-http',
    url: `${address}${path}`,
    // The workflows' own document lies elsewhere in the API.
    openapi_url: name === 'workflows' ? openapi_url : `${address}${path}/openapi.json`,
    authentication:
      auth === 'none' && name !== 'workflows' ? { type: 'none' } : { type: auth === 'basic' ? 'basic' : 'bearer' },
    state,
    tools: tools?.filter(({ allowed }) => allowed).map(({ name: tool }) => tool) ?? null,
  }
}

/** Adds the route. Whoever may use none of the servers learns nothing: a list of what runs here helps who looks for a way in. */
export function mountDiscovery(app: Hono<ApiEnv>, core: Core, listenHost: () => string): void {
  const visible = (principal: Principal, { name }: ServerView) =>
    allows(principal.scopes, 'read') || mayUse(principal, name)
  app.get('/.well-known/mcp.json', async (c) => {
    core.countRequest()
    try {
      const principal = await callerOf(core, c.req.raw.headers, listenHost())
      const { servers, auth } = await viewGateway({
        gateway: core.gateway,
        calls: core.calls,
        registry: core.registry,
        settingsManager: core.settingsManager,
        store: core.store,
        now: core.now,
        serves: true,
        address: core.address,
      })
      const seen = servers.filter((server) => server.enabled && visible(principal, server))
      if (seen.length === 0 && !allows(principal.scopes, 'mcp') && !allows(principal.scopes, 'read'))
        throw new AppError('forbidden', `The key "${principal.name}" may use no MCP server.`)
      const address = addressOf(c.req.raw.headers, core.settings)
      const body = {
        name: 'hwc-ai',
        version: core.version,
        servers: seen.map((server) => entry(server, address, auth)),
      }
      return jsonResponse(JSON.stringify(body))
    } catch (error) {
      core.noteFailure(error, 'mcp')
      return problemResponse(error)
    }
  })
}
