/** This app for tests with a real Open WebUI: on a port that stays its own over restarts, with a folder, a journal and a model. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../scripts/lib/free-port.mjs'
import { SCRIPTED_MODEL } from '../../../e2e/fakes/scripted-ollama.ts'
import { silentLogger } from '../../logging/index.ts'
import { type RunningServer, startServer } from '../../server/index.ts'

const OWNER_KEY = 'owner-key-0123456789abcdef'

export interface TestApp {
  url: string
  folder: string
  /** Folder that may be tidied, with two files. */
  inbox: string
  /** A source file that may be documented. */
  source: string
  /** Environment under which the same state is opened, as the command line does. */
  env: Readonly<Record<string, string>>
  server: () => RunningServer
  /** Asks its API as the owner. */
  ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: unknown }>
  stop: () => Promise<void>
  start: () => Promise<void>
  close: () => Promise<void>
}

export interface TestAppOptions {
  ollama: string
  /** The `open-webui` part of the settings. */
  openWebui: (folder: string, url: string) => Record<string, unknown>
}

async function fill(folder: string): Promise<void> {
  await mkdir(join(folder, 'inbox'))
  await writeFile(join(folder, 'inbox', 'invoice.pdf'), '%PDF-1.7 invoice')
  await writeFile(join(folder, 'inbox', 'notes.md'), '# Notes\n')
  await writeFile(join(folder, 'sums.py'), 'def add(a, b):\n    """Adds two numbers."""\n    return a + b\n')
  await writeFile(join(folder, 'app.log'), 'ERROR the disk is full\n')
  await writeFile(join(folder, 'owner-key'), OWNER_KEY)
}

export async function startTestApp({ ollama, openWebui }: TestAppOptions): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-tools-'))
  await fill(folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const settings = {
    'open-webui': openWebui(folder, url),
    'local-workflows': {
      ollamaEndpoint: ollama,
      fileCleanup: { watchDirs: [join(folder, 'inbox')] },
      journaling: { sources: [], outputDir: join(folder, 'journal'), logFiles: [join(folder, 'app.log')] },
      autoDoc: { allowedDirs: [folder], model: SCRIPTED_MODEL },
      chatCli: { model: SCRIPTED_MODEL },
    },
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(settings))
  const env = {
    HWC_AI_STATE: join(folder, 'state'),
    HWC_AI_PORT: String(port),
    HWC_AI_API_KEY_FILE: join(folder, 'owner-key'),
    HWC_AI_CONFIG: join(folder, 'config.json'),
  }
  const start = () => startServer({ env, pagesDir: null, log: silentLogger, print: () => undefined })
  let server: RunningServer | null = await start()
  const stop = async () => {
    await server?.close()
    server = null
  }
  return {
    url,
    folder,
    inbox: join(folder, 'inbox'),
    source: join(folder, 'sums.py'),
    env,
    server: () => {
      if (server === null) throw new Error('the app is stopped')
      return server
    },
    ask: async (method, path, body) => {
      const response = await fetch(`${url}${path}`, {
        method,
        // No connection is kept: the server goes away and comes back.
        headers: { authorization: `Bearer ${OWNER_KEY}`, 'content-type': 'application/json', connection: 'close' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, json: await response.json() }
    },
    stop,
    start: async () => {
      await stop()
      server = await start()
    },
    close: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
