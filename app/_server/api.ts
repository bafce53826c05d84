import type * as HttpModule from '#lib/http/app.ts'
import { getCore, importSource } from './core.ts'

async function makeApi() {
  const { createApi } = await importSource<typeof HttpModule>('lib/http/app.ts')
  return createApi(await getCore())
}

let made: ReturnType<typeof makeApi> | null = null

/** Answers a request of the API from within Next. */
export async function answerApi(request: Request): Promise<Response> {
  made ??= makeApi()
  return (await made).fetch(request)
}
