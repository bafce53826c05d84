/**
 * What happens when real programs fail under a running app: a real Ollama with a real model, a real Open WebUI, disks that
 * fill up, a schedule that stands still. Each failure has to be named within one interval, and to clear by itself, while the
 * app is under load and answers throughout.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPEN_WEBUI_PROGRAM, type RealOpenWebui, startOpenWebui } from '../../e2e/support/open-webui.ts'
import { freePort } from '../../scripts/lib/free-port.mjs'
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import { createLogger } from '../logging/index.ts'
import { blobPath } from '../models/folder.ts'
import { blobsOf } from '../models/manifest.ts'
import { bringTestModel, realOllama, type ServedOllama, serveOllama, TEST_MODEL } from '../models/testing/ollama.ts'
import { manifestIn } from '../models/testing/registry.ts'
import { type RunningServer, startServer } from '../server/index.ts'
import { openStore } from '../store/index.ts'
import { modelDisk } from './checks/model-disk.ts'
import { messageSchema, type Message } from './message.ts'
import { readIncidents } from './read.ts'
import { settingsOf } from './testing/test-settings.ts'

const real = realOllama()

it.skipIf(process.env['CI'] === undefined)('an Ollama and an Open WebUI are there where CI is set', () => {
  expect([real === null, OPEN_WEBUI_PROGRAM === null]).toEqual([false, false])
})

const INTERVAL_MS = 4000
const TIMEOUT_MS = 1500
/** One interval, the time that the two runs of the check take at most, and a machine that is busy with the load. */
const TOLD_WITHIN_MS = INTERVAL_MS + 2 * TIMEOUT_MS + 1000
/** A scheduled run comes this often; its workflow should succeed within twice that. */
const SCHEDULE_MS = 10_000
const KEY = 'a-key-of-the-owner-for-this-test-only'

/** A file system of its own needs the right to mount. */
function mounted(folder: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0
}

function fill(file: string, bytes: number): void {
  const { status, stderr } = spawnSync('fallocate', ['-l', String(bytes), file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

/** Has the timer of the schedule come to nothing while it is held: the clock's next tick does not happen. */
function holdTicks() {
  const original = globalThis.setTimeout
  const held: (() => void)[] = []
  let holding = false
  const replaced = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
    callback.name === 'tick'
      ? original(() => {
          if (holding) held.push(() => callback(...args))
          else callback(...args)
        }, ms)
      : original(callback, ms, ...args)
  globalThis.setTimeout = Object.assign(replaced, original)
  return {
    hold: () => void (holding = true),
    release: () => {
      holding = false
      for (const tick of held.splice(0)) tick()
    },
    restore: () => void (globalThis.setTimeout = original),
  }
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

describe.runIf(real !== null)('a running app under load', () => {
  let folder: string
  let disk: string
  let stateDir: string
  let ownDisks = false
  let server: RunningServer
  let ollama: ServedOllama
  let openWebui: RealOpenWebui | null = null
  let phone: Server
  const ticks = holdTicks()
  const told: Message[] = []
  const lines: Record<string, unknown>[] = []
  const load = { goesOn: true, answered: 0, failures: [] as string[], done: Promise.resolve() }

  const report = (id: string) => server.core.health.current().find((one) => one.id === id)
  const becomes = async (id: string, status: string, withinMs: number) => {
    const began = performance.now()
    while (report(id)?.status !== status) {
      if (performance.now() - began > withinMs) throw new Error(`${id} is not ${status}: ${JSON.stringify(report(id))}`)
      await sleep(20)
    }
  }
  interface Failure {
    id: string
    status: string
    words: RegExp
    fail: () => unknown
    repair: () => unknown
    /** How long it takes until the failure shows at all. */
    showsAfterMs?: number
  }
  /** The check fails with these words, is told once, and clears by itself when the failure is over. */
  const failsAndClears = async ({ id, status, words, fail, repair, showsAfterMs = 0 }: Failure) => {
    await becomes(id, 'ok', 60_000)
    const before = told.length
    const about = () => told.slice(before).filter(({ check }) => check === id)
    await fail()
    await becomes(id, status, showsAfterMs + TOLD_WITHIN_MS)
    expect(report(id)?.actual).toMatch(words)
    expect(report(id)?.hint).toEqual(expect.stringMatching(/\w/))
    await expect.poll(() => about().map(({ event }) => event), { timeout: 10_000 }).toEqual(['opened'])
    await repair()
    await becomes(id, 'ok', TOLD_WITHIN_MS)
    await expect.poll(() => about().map(({ event }) => event), { timeout: 10_000 }).toEqual(['opened', 'resolved'])
    const incident = async () => {
      await server.core.health.flush()
      return (await readIncidents(server.core.store, { checkId: id, limit: 1 }))[0]
    }
    await expect.poll(async () => (await incident())?.endedAt ?? null, { timeout: 10_000 }).not.toBeNull()
    expect((await incident())?.actual).toMatch(words)
    const line = lines.find(({ check, to, actual }) => check === id && to === status && words.test(String(actual)))
    expect(line).toMatchObject({
      from: 'ok',
      expected: expect.any(String) as string,
      since: expect.any(String) as string,
    })
  }

  const ask = async (path: string) => {
    const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${KEY}` } }).catch(String)
    if (typeof answer === 'string' || answer.status !== 200)
      load.failures.push(`${path}: ${typeof answer === 'string' ? answer : `${answer.status} ${await answer.text()}`}`)
    else await answer.text()
    load.answered += 1
  }
  const keepAsking = async () => {
    const paths = [
      '/api/health',
      '/api/health',
      '/api/health/checks',
      '/api/models',
      '/api/workflows/status',
      '/metrics',
    ]
    while (load.goesOn) {
      await Promise.all(paths.map(ask))
      await sleep(10)
    }
  }

  beforeAll(async () => {
    const { program, models } = real ?? { program: '', models: '' }
    folder = await mkdtemp(join(tmpdir(), 'hwc-ai-live-health-'))
    ;[disk, stateDir] = [join(folder, 'disk'), join(folder, 'state')]
    for (const name of ['disk', 'state', 'inbox']) await mkdir(join(folder, name))
    ownDisks = mounted(disk, '400m') && mounted(stateDir, '700m')
    bringTestModel(models, join(disk, 'models'))
    await symlink(disk, join(folder, 'ollama'))
    await writeFile(join(folder, 'key'), KEY)
    ollama = await serveOllama(program, join(folder, 'ollama', 'models'))
    if (OPEN_WEBUI_PROGRAM !== null) openWebui = await startOpenWebui({ ollama: ollama.url })
    phone = createServer((request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', (part: string) => (text += part))
      request.on('end', () => {
        told.push(messageSchema.parse(JSON.parse(text)))
        response.end()
      })
    })
    const phonePort = await freePort()
    await once(phone.listen(phonePort, '127.0.0.1'), 'listening')
    const interval = `${INTERVAL_MS}ms`
    const config = {
      ollama: {
        enable: true,
        dataDir: join(folder, 'ollama'),
        models: [TEST_MODEL],
        autoPull: false,
        healthCheck: { interval },
        diskMonitoring: { checkInterval: interval },
        modelValidation: { testPrompt: 'What is the capital of France?' },
      },
      'open-webui': openWebui === null ? { enable: false } : { enable: true, url: openWebui.url },
      'local-workflows': {
        ollamaEndpoint: ollama.url,
        fileCleanup: { enable: true, schedule: `*:*:0/${SCHEDULE_MS / 1000}`, watchDirs: [join(folder, 'inbox')] },
        journaling: { enable: false },
      },
      health: {
        startDelay: '100ms',
        interval,
        timeout: `${TIMEOUT_MS}ms`,
        notifiers: { phone: { url: `http://127.0.0.1:${phonePort}` } },
      },
    }
    server = await startServer({
      env: {
        HWC_AI_STATE: stateDir,
        HWC_AI_PORT: '0',
        HWC_AI_API_KEY_FILE: join(folder, 'key'),
        HWC_AI_CONFIG: JSON.stringify(config),
      },
      pagesDir: null,
      log: createLogger({ write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }),
      print: () => undefined,
    })
    const test = server.core.registry.operation('test_models')
    await server.core.start(test, { models: [] }, LOCAL_PRINCIPAL, null).result
    load.done = keepAsking()
  }, 400_000)

  afterAll(async () => {
    load.goesOn = false
    await load.done
    ticks.restore()
    await server.close()
    await openWebui?.close()
    await ollama.stop('SIGKILL')
    await close(phone)
    if (ownDisks) for (const path of [disk, stateDir]) spawnSync('umount', [path])
    await rm(folder, { recursive: true })
  }, 60_000)

  it('Ollama killed: down in plain words, until it is back', async () => {
    const port = Number(new URL(ollama.url).port)
    await failsAndClears({
      id: 'ollama',
      status: 'down',
      words: /^Ollama does not answer at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/,
      fail: () => ollama.stop('SIGKILL'),
      repair: async () => {
        ollama = await serveOllama(real?.program ?? '', join(folder, 'ollama', 'models'), port)
      },
    })
  })

  it('Ollama frozen, which takes connections and never answers: down as well', async () => {
    await failsAndClears({
      id: 'ollama',
      status: 'down',
      words: /^no answer after 1s 500ms$/,
      fail: () => ollama.signal('SIGSTOP'),
      repair: () => ollama.signal('SIGCONT'),
    })
  })

  it.skipIf(OPEN_WEBUI_PROGRAM === null)(
    'Open WebUI stopped: down, until it is back',
    async () => {
      await failsAndClears({
        id: 'open-webui',
        status: 'down',
        words: /^no answer: nothing listens there \(ECONNREFUSED\)$/,
        fail: () => openWebui?.stop(),
        repair: () => openWebui?.start(),
      })
    },
    240_000,
  )

  it('a file of a model gone: that model is down although Ollama answers and lists it', async () => {
    const models = join(disk, 'models')
    const [largest] = blobsOf(manifestIn(models, 'library/gemma3-270m/latest')).toSorted(
      (a, b) => b.sizeBytes - a.sizeBytes,
    )
    const file = blobPath(models, largest?.digest ?? '')
    await failsAndClears({
      id: 'models-gemma3-270m-latest',
      status: 'down',
      words: /^its file \/.+\/blobs\/sha256-[0-9a-f]{64} is not there$/,
      fail: () => rename(file, `${file}.away`),
      repair: () => rename(`${file}.away`, file),
    })
    expect(report('ollama')?.status).toBe('ok')
  })

  it('a model folder that points to nothing: found, whatever Ollama says', async () => {
    const link = join(folder, 'ollama')
    const swap = async (target: string) => {
      await symlink(target, `${link}.new`)
      await rename(`${link}.new`, link)
    }
    await failsAndClears({
      id: 'model-directory',
      status: 'down',
      words: /is a link to \/mnt\/gone\/ollama, and there is nothing there, so every model is gone/,
      fail: () => swap('/mnt/gone/ollama'),
      repair: () => swap(disk),
    })
  })

  it('the disk of the models full: needs attention, until there is room again', async (context) => {
    if (!ownDisks) context.skip('this machine may not mount a file system for the test')
    const file = join(disk, 'something-else')
    await failsAndClears({
      id: 'model-disk',
      status: 'degraded',
      words: /^\d\d % in use, \d+(\.\d)? MB left$/,
      fail: () => fill(file, 100 * 1024 ** 2),
      repair: () => rm(file),
    })
  })

  it('the disk of the app itself full to the last byte: down and told, though nothing can be written, and written afterwards', async (context) => {
    if (!ownDisks) context.skip('this machine may not mount a file system for the test')
    const file = join(stateDir, 'something-else')
    await failsAndClears({
      id: 'store',
      status: 'down',
      words: /^(0 B|\d+(\.\d)? (B|KB|MB)) free$/,
      fail: () => {
        const { stdout } = spawnSync('df', ['--output=avail', '-B1', stateDir], { encoding: 'utf8' })
        fill(file, Number(stdout.split('\n')[1]))
      },
      repair: () => rm(file),
    })
  })

  it('the next tick of the schedule missing: first its workflow is down, then the schedule itself', async () => {
    await becomes('workflow-file-cleanup', 'ok', 60_000)
    const isDown = (id: string) => becomes(id, 'down', 2 * SCHEDULE_MS + TOLD_WITHIN_MS)
    await failsAndClears({
      id: 'scheduler',
      status: 'down',
      words: /^the run "file-cleanup .*" was due at \d{4}-/,
      showsAfterMs: 75_000 + SCHEDULE_MS,
      fail: async () => {
        ticks.hold()
        await isDown('workflow-file-cleanup')
        expect(report('workflow-file-cleanup')).toMatchObject({
          actual: expect.stringMatching(/^the last success was \d+s ago$/) as string,
          hint: 'Nothing ran: look whether the schedule does.',
        })
      },
      repair: () => ticks.release(),
    })
    await becomes('workflow-file-cleanup', 'ok', SCHEDULE_MS + TOLD_WITHIN_MS)
  })

  it('an event loop that stands still for seconds: no check fails for that, and the checks go on', async () => {
    const opened = () => readIncidents(server.core.store, { limit: 500 })
    await server.core.health.flush()
    const before = (await opened()).length
    const end = performance.now() + 2 * INTERVAL_MS
    while (performance.now() < end) Math.sqrt(end)
    await sleep(2 * INTERVAL_MS)
    for (const { id, status, overdue } of server.core.health.current().filter(({ lastAt }) => lastAt !== null))
      expect([id, status, overdue]).toEqual([id, 'ok', false])
    await server.core.health.flush()
    expect((await opened()).length).toBe(before)
  })

  it('none brought the app down: it answered all the while, and nothing is open', async () => {
    const faults = lines.filter(({ error, check }) => error !== undefined && check === undefined)
    expect(load.failures, JSON.stringify(faults.slice(0, 10), null, 2)).toEqual([])
    expect(load.answered).toBeGreaterThan(1000)
    await expect.poll(() => server.core.health.openIncidents(), { timeout: 3 * INTERVAL_MS }).toEqual([])
  })
})

describe('a disk that fills up', () => {
  it('is reported with what is left, and clears when there is room again', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-disk-'))
    if (!mounted(folder, '64m')) {
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
      spawnSync('umount', [folder])
      await rm(folder, { recursive: true })
    }
  })
})
