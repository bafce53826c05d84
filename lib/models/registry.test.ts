import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { parseModelName } from './name.ts'
import { askRegistry } from './registry.ts'

let server: Server | null = null
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function listen(answer: RequestListener): Promise<string> {
  const started = createServer(answer)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  const address = started.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `127.0.0.1:${address.port}`
}

const ask = (host: string, insecure = true, signal = new AbortController().signal) =>
  askRegistry(parseModelName(`${host}/me/model:tag`), { insecureRegistries: insecure ? [host] : [] }, signal)

const layer = { mediaType: 'm', digest: `sha256:${'a'.repeat(64)}`, size: 5 }
const manifest = { schemaVersion: 2, mediaType: 'm', config: layer, layers: [layer] }

describe('a registry', () => {
  it('is asked for the manifest of a model alone', async () => {
    const asked: (string | undefined)[] = []
    const host = await listen((request, response) => {
      asked.push(request.url)
      response.end(JSON.stringify(manifest))
    })
    expect(await ask(host)).toMatchObject({ state: 'found', manifest })
    expect(asked).toEqual(['/v2/me/model/manifests/tag'])
  })

  it.each<[string, RequestListener, unknown]>([
    ['that lacks the model says so', (_request, response) => response.writeHead(404).end(), { state: 'missing' }],
    [
      'that wants a sign-in is not known',
      (_request, response) => response.writeHead(401).end(),
      { state: 'unknown', reason: expect.stringContaining('401') as string },
    ],
    [
      'that leads elsewhere is not followed',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      { state: 'unknown', reason: expect.stringContaining('302') as string },
    ],
    ['that sends no manifest is not known', (_request, response) => response.end('{"a":1}'), { state: 'unknown' }],
    [
      'that sends without end is not listened to for ever',
      (_request, response) => {
        const chunk = Buffer.alloc(1_000_000)
        const more = () => response.write(chunk, more)
        more()
      },
      { state: 'unknown', reason: expect.stringContaining('too long') as string },
    ],
  ])('%s', async (_title, answer, expected) => {
    expect(await ask(await listen(answer))).toMatchObject(expected as object)
  })

  it('is not spoken to in plain HTTP unless it is listed', async () => {
    let asked = 0
    const host = await listen((_request, response) => {
      asked += 1
      response.end()
    })
    expect(await ask(host, false)).toMatchObject({ state: 'unknown' })
    expect(asked).toBe(0)
  })

  it('that is silent is left when the run is cancelled', async () => {
    const host = await listen(() => undefined)
    await expect(ask(host, true, AbortSignal.timeout(50))).rejects.toThrow()
  })
})
