/** The tools as an OpenAPI server of their own, `/api/tools`: the address that Open WebUI is given. */
import type { Hono } from 'hono'
import type { Core } from '../core/index.ts'
import type { ApiEnv } from '../http/env.ts'

/** Adds the tools' routes to the API. */
export function mountTools(_app: Hono<ApiEnv>, _core: Core): void {
  return
}
