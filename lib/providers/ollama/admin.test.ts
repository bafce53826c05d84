import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createOllamaAdmin, type OllamaAdmin, pullError } from './admin.ts'

let server: Server | null = null
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function ollama(answer: RequestListener): Promise<OllamaAdmin> {
  const started = createServer(answer)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  const address = started.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return createOllamaAdmin(`http://127.0.0.1:${address.port}`)
}

const signal = () => new AbortController().signal

async function pullAll(admin: OllamaAdmin, on = signal()): Promise<string[]> {
  const seen: string[] = []
  for await (const { status } of admin.pull('a:1', { insecure: false, signal: on })) seen.push(status)
  return seen
}

describe('a pull', () => {
  it('ends with success, and without it is no pull', async () => {
    const whole = await ollama((_request, response) =>
      response.end('{"status":"pulling manifest"}\n{"status":"success"}\n'),
    )
    expect(await pullAll(whole)).toEqual(['pulling manifest', 'success'])
    server?.close()
    const broken = await ollama((_request, response) => response.end('{"status":"pulling manifest"}\n'))
    await expect(pullAll(broken)).rejects.toMatchObject({ code: 'backend-error' })
  })

  it('that was joined to a cancelled download is tried again', async () => {
    let asked = 0
    const admin = await ollama((_request, response) => {
      asked += 1
      response.end(asked === 1 ? '{"error":"context canceled"}\n' : '{"status":"success"}\n')
    })
    expect(await pullAll(admin)).toEqual(['success'])
    expect(asked).toBe(2)
  })

  it('is stopped by its signal, also while it waits to try again', async () => {
    const silent = await ollama((_request, response) => response.write('{"status":"pulling manifest"}\n'))
    await expect(pullAll(silent, AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'cancelled' })
    server?.closeAllConnections()
    const joined = await ollama((_request, response) => response.end('{"error":"context canceled"}\n'))
    await expect(pullAll(joined, AbortSignal.timeout(200))).rejects.toMatchObject({ code: 'cancelled' })
  })

  it.each([
    ['pull model manifest: file does not exist', 'model-not-found', 'The registry has no model'],
    ['write /m/blobs/sha256-1-partial: no space left on device', 'disk-full', 'was full before'],
    [
      'digest mismatch, file must be downloaded again: want 1, got 2',
      'backend-error',
      'is not what its manifest promises',
    ],
    ['open /m/blobs/sha256-1-partial: read-only file system', 'backend-error', 'cannot write'],
    ['mkdir /m/blobs: permission denied', 'backend-error', 'cannot write'],
    ['max retries exceeded: EOF', 'backend-error', 'could not pull "a:1": max retries exceeded: EOF'],
  ])('that Ollama ends with "%s" is %s', (said, code, words) => {
    expect(pullError(said, 'a:1')).toMatchObject({ code, message: expect.stringContaining(words) as string })
  })
})

describe('a question about models', () => {
  it('to an Ollama that lacks the model is `model-not-found`, but removing it is done', async () => {
    const admin = await ollama((_request, response) => response.writeHead(404).end('{"error":"model not found"}'))
    await expect(admin.copy('a:1', 'b:1')).rejects.toMatchObject({ code: 'model-not-found' })
    await expect(admin.capabilities('a:1')).rejects.toMatchObject({ code: 'model-not-found' })
    await expect(admin.remove('a:1')).resolves.toBeUndefined()
  })

  it('to nobody is `no-model-backend` with what to do', async () => {
    const admin = createOllamaAdmin('http://127.0.0.1:9')
    await expect(admin.list()).rejects.toMatchObject({ code: 'no-model-backend' })
    await expect(pullAll(admin)).rejects.toMatchObject({
      code: 'no-model-backend',
      hint: expect.stringContaining('ollama serve') as string,
    })
  })

  it('counts what a model only thinks aloud as an answer, and its speed without the loading', async () => {
    const lines = [
      { message: { content: '', thinking: 'hm' }, done: false },
      { done: true, eval_count: 10, eval_duration: 2e9, load_duration: 7e9, total_duration: 9.5e9 },
    ]
    const admin = await ollama((_request, response) =>
      response.end(lines.map((line) => JSON.stringify(line)).join('\n')),
    )
    expect(await admin.ask('a:1', 'Hi', { maxTokens: 10, timeoutMs: 1000, signal: signal() })).toEqual({
      text: 'hm',
      tokens: 10,
      evalMs: 2000,
      loadMs: 7000,
      totalMs: 9500,
    })
  })

  it('that is not answered in time is `backend-timeout`', async () => {
    const admin = await ollama(() => undefined)
    await expect(admin.ask('a:1', 'Hi', { maxTokens: 1, timeoutMs: 50, signal: signal() })).rejects.toMatchObject({
      code: 'backend-timeout',
    })
  })
})
