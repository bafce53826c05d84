import type { Core } from '../core/index.ts'
import { docsPage } from './docs-page.ts'
import { openApiDocument } from './openapi.ts'
import { jsonResponse } from './respond.ts'

/** Made at the first request and then kept. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** What the API says of itself, open to everyone: it holds nothing about this machine. */
export function documents(core: Core): readonly (readonly [string, () => Response | Promise<Response>])[] {
  const root = JSON.stringify({
    name: 'hwc-ai',
    version: core.version,
    status: 'ok',
    links: { openapi: '/openapi.json', docs: '/docs', health: '/api/health', status: '/api/workflows/status' },
  })
  const openApi = once(() => JSON.stringify(openApiDocument(core.registry, core.version)))
  const docs = once(() => docsPage(core.registry, core.version))
  const html = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  }
  return [
    ['/', () => jsonResponse(root)],
    ['/api', () => jsonResponse(root)],
    ['/openapi.json', () => jsonResponse(openApi())],
    ['/docs', async () => new Response(await docs(), { headers: html })],
  ]
}
