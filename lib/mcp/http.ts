/** MCP over HTTP: the workflows at `/mcp/workflows`, each server behind the gateway at `/mcp/NAME`, and discovery. */
import type { Hono } from 'hono'
import type { Core } from '../core/index.ts'
import type { ApiEnv } from '../http/env.ts'
import { mountDiscovery } from './discovery.ts'
import { mountGateway } from './gateway/http.ts'
import { mountWorkflows } from './workflows/http.ts'

/**
 * Adds the routes of MCP to an app.
 * @param listenHost address of the listener that the app is reached by
 */
export function mountMcpRoutes(app: Hono<ApiEnv>, core: Core, listenHost: () => string): void {
  mountWorkflows(app, core)
  mountDiscovery(app, core, listenHost)
  mountGateway(app, core, listenHost)
}

/** Adds the routes of MCP to the API. */
export function mountMcp(app: Hono<ApiEnv>, core: Core): void {
  mountMcpRoutes(app, core, () => core.settings['local-workflows'].api.host)
}
