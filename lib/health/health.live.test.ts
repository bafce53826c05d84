/**
 * What happens when real programs fail under a running app: `HWC_AI_TEST_OLLAMA_BIN` is an Ollama binary, with a folder
 * `models` beside it. Each failure has to be named within two intervals, and to clear by itself.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/lib/free-port.mjs'
import { createLogger } from '../logging/index.ts'
import { type RunningServer, startServer } from '../server/index.ts'
import { openStore } from '../store/index.ts'
import { modelDisk } from './checks/model-disk.ts'
import { readIncidents } from './read.ts'
import { settingsOf } from './testing/test-settings.ts'
import { messageSchema, type Message } from './message.ts'

const program = process.env['HWC_AI_TEST_OLLAMA_BIN'] ?? ''
const models = join(dirname(program), 'models')
const installed = program !== '' && existsSync(models)

it.skipIf(process.env['CI'] === undefined)('an Ollama is there where CI is set', () => {
  expect(installed).toBe(true)
})

const INTERVAL_MS = 2000
const TIMEOUT_MS = 1500
/** Two intervals with their jitter, the last check’s own time, and the machine being busy. */
const TOLD_WITHIN_MS = 2 * 1.1 * INTERVAL_MS + TIMEOUT_MS + 2000

async function listen(port: number, answer: () => string): Promise<Server> {
  const server = createServer((_request, response) => response.end(answer()))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

describe.runIf(installed)('with a real Ollama', () => {
  let folder: string
  let server: RunningServer
  let ollama: ChildProcess | null = null
  let ollamaUrl: string
  let chat: Server
  let chatPort: number
  let phone: Server
  const told: Message[] = []
  const lines: Record<string, unknown>[] = []
  let loaded = true
  let answered = 0
  let load: Promise<void>

  const startOllama = async () => {
    ollama = spawn(program, ['serve'], {
      env: { ...process.env, OLLAMA_HOST: ollamaUrl, OLLAMA_MODELS: models, HOME: folder },
      stdio: 'ignore',
    })
    while (
      !(await fetch(ollamaUrl).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(50)
  }
  const killOllama = async () => {
    const child = ollama
    ollama = null
    if (child === null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const report = (id: string) => server.core.health.current().find((one) => one.id === id)
  const becomes = async (id: string, status: string, withinMs: number) => {
    const began = performance.now()
    while (report(id)?.status !== status) {
      if (performance.now() - began > withinMs) throw new Error(`${id} is not ${status}: ${JSON.stringify(report(id))}`)
      await sleep(20)
    }
  }
  /** The check goes down with these words, is told once, and clears by itself when the failure is over. */
  const failsAndClears = async (
    id: string,
    status: string,
    words: RegExp,
    fail: () => Promise<unknown>,
    repair: () => Promise<unknown>,
  ) => {
    await becomes(id, 'ok', 60_000)
    const before = told.length
    await fail()
    await becomes(id, status, TOLD_WITHIN_MS)
    expect(report(id)?.actual).toMatch(words)
    await repair()
    await becomes(id, 'ok', TOLD_WITHIN_MS)
    await server.core.health.flush()
    const [incident] = await readIncidents(server.core.store, { checkId: id, limit: 1 })
    expect(incident?.endedAt).not.toBeNull()
    expect(incident?.actual).toMatch(words)
    while (told.slice(before).filter(({ check }) => check === id).length < 2) await sleep(20)
    expect(
      told
        .slice(before)
        .filter(({ check }) => check === id)
        .map(({ event }) => event),
    ).toEqual(['opened', 'resolved'])
    expect(lines.some(({ check, to, actual }) => check === id && to === status && words.test(String(actual)))).toBe(
      true,
    )
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hwc-ai-live-health-'))
    ollamaUrl = `http://127.0.0.1:${await freePort()}`
    chatPort = await freePort()
    const phonePort = await freePort()
    await startOllama()
    await symlink(models, join(folder, 'ollama'))
    chat = await listen(chatPort, () => '{"status":true}')
    phone = createServer((request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', (part: string) => (text += part))
      request.on('end', () => {
        told.push(messageSchema.parse(JSON.parse(text)))
        response.end()
      })
    }).listen(phonePort, '127.0.0.1')
    const interval = `${INTERVAL_MS}ms`
    const config = {
      ollama: { enable: true, dataDir: join(folder, 'ollama'), healthCheck: { interval } },
      'open-webui': { enable: true, port: chatPort },
      'local-workflows': { ollamaEndpoint: ollamaUrl },
      health: {
        startDelay: '100ms',
        interval,
        timeout: `${TIMEOUT_MS}ms`,
        notifiers: { phone: { url: `http://127.0.0.1:${phonePort}` } },
      },
    }
    server = await startServer({
      env: { HWC_AI_STATE: join(folder, 'state'), HWC_AI_PORT: '0', HWC_AI_CONFIG: JSON.stringify(config) },
      pagesDir: null,
      log: createLogger({ write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }),
      print: () => undefined,
    })
    load = (async () => {
      while (loaded) {
        const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(`${server.url}/api/health`)))
        await Promise.all(answers.map((answer) => answer.text()))
        if (answers.some(({ status }) => status !== 200)) throw new Error('liveness failed')
        answered += answers.length
        await sleep(5)
      }
    })()
  })

  afterAll(async () => {
    loaded = false
    await load
    await server.close()
    await killOllama()
    await close(chat)
    await close(phone)
    await rm(folder, { recursive: true })
  })

  it('a killed Ollama is down in plain words, and its incident ends when it is back', async () => {
    await failsAndClears(
      'ollama',
      'down',
      /^Ollama does not answer at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/,
      killOllama,
      startOllama,
    )
  })

  it('a frozen Ollama, which takes connections and never answers, is down as well', async () => {
    await failsAndClears(
      'ollama',
      'down',
      /^no answer after 1s 500ms$/,
      () => Promise.resolve(ollama?.kill('SIGSTOP')),
      () => Promise.resolve(ollama?.kill('SIGCONT')),
    )
  })

  it('a model folder that points to nothing is found although Ollama answers', async () => {
    const link = join(folder, 'ollama')
    const swap = async (target: string) => {
      await symlink(target, `${link}.new`)
      await rename(`${link}.new`, link)
    }
    await failsAndClears(
      'model-directory',
      'down',
      /is a link to \/mnt\/gone\/ollama, and there is nothing there, so every model is gone/,
      () => swap('/mnt/gone/ollama'),
      () => swap(models),
    )
    expect(report('ollama')?.status).toBe('ok')
  })

  it('an Open WebUI that is gone is down', async () => {
    await failsAndClears(
      'open-webui',
      'down',
      /^no answer: nothing listens there \(ECONNREFUSED\)$/,
      () => close(chat),
      async () => {
        chat = await listen(chatPort, () => '{"status":true}')
      },
    )
  })

  it('an event loop that stands still for seconds makes no check fail, and the checks go on', async () => {
    const before = (await readIncidents(server.core.store, { limit: 500 })).length
    const end = performance.now() + 3 * INTERVAL_MS
    while (performance.now() < end) Math.sqrt(end)
    await sleep(2 * INTERVAL_MS)
    for (const { id, status, overdue } of server.core.health.current().filter(({ lastAt }) => lastAt !== null))
      expect([id, status, overdue]).toEqual([id, 'ok', false])
    await server.core.health.flush()
    expect((await readIncidents(server.core.store, { limit: 500 })).length).toBe(before)
  })

  it('nothing brought the app down, and liveness answered all the while', () => {
    expect(answered).toBeGreaterThan(1000)
    expect(lines.filter(({ message }) => /failed|cannot/.test(String(message)))).toEqual([])
  })
})

/** A file system of its own needs the right to mount. */
const mounted = async (folder: string, size: string) => {
  const child = spawn('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
  const [code] = (await once(child, 'exit').catch(() => [1])) as [number]
  return code === 0
}

describe('a disk that fills up', () => {
  it('is reported with what is left, and clears when there is room again', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-disk-'))
    if (!(await mounted(folder, '64m'))) {
      await rm(folder, { recursive: true })
      context.skip('this machine may not mount')
      return
    }
    const store = openStore(':memory:')
    const settings = settingsOf({ ollama: { enable: true, dataDir: join(folder, 'not', 'there', 'yet') } })
    const services = {
      settings: () => settings,
      store,
      workflows: [],
      now: () => new Date(),
      schedule: () => null,
      overdue: () => null,
    }
    const [check] = modelDisk.list(services)
    const run = () =>
      check?.run({ ...services, signal: AbortSignal.timeout(5000), firstSeen: new Date(), reach: false })
    try {
      expect(await run()).toMatchObject({ status: 'ok' })
      await writeFile(join(folder, 'a'), Buffer.alloc(56 * 1024 ** 2))
      expect(await run()).toMatchObject({
        status: 'degraded',
        expected: expect.stringContaining('less than 80 %') as string,
        actual: '88 % in use, 8.0 MB left',
      })
      await writeFile(join(folder, 'b'), Buffer.alloc(8 * 1024 ** 2 - 65_536))
      expect(await run()).toMatchObject({ status: 'down' })
      await rm(join(folder, 'a'))
      expect(await run()).toMatchObject({ status: 'ok' })
    } finally {
      await store.close()
      const child = spawn('umount', [folder])
      await once(child, 'exit')
      await rm(folder, { recursive: true })
    }
  })
})
