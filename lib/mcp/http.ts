/** MCP over HTTP: the workflows at `/mcp/workflows`, each server behind the gateway at `/mcp/NAME`, and discovery. */
import type { Hono } from 'hono'
import type { Core } from '../core/index.ts'
import type { ApiEnv } from '../http/env.ts'
import { mountWorkflows } from './workflows/http.ts'

/** Adds the routes of MCP to the API. */
export function mountMcp(app: Hono<ApiEnv>, core: Core): void {
  mountWorkflows(app, core)
}
