/** `GET /metrics`, for Prometheus. */
import type { Core } from '../core/index.ts'
import { checkHost } from './guard.ts'
import { problemResponse } from './respond.ts'

/**
 * Answers a scrape: with the token of the metrics, or from this machine.
 * @param address of the client
 */
export async function answerScrape(core: Core, request: Request, address: string): Promise<Response> {
  try {
    checkHost(request.headers.get('host'), core.allowedHosts)
    await core.metrics.authorize({ address, headers: request.headers })
    const { contentType, body } = await core.metrics.render()
    return new Response(body, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
  } catch (error) {
    core.noteFailure(error, 'metrics')
    return problemResponse(error)
  }
}
