/** What every journey has: an app of its own, a folder, a model server, and a watch over the browser. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, expect, test as base } from '@playwright/test'
import type { FakeBackend } from '../fakes/backend-server.ts'
import { startFakeOllama } from '../fakes/ollama.ts'
import { type RunningApp, startApp } from './app.ts'

export const PASSWORD = 'correct horse battery staple'
export const MODEL = 'llama3.2:3b'

/** What the browser said and asked for. */
export interface Watch {
  /** Makes a console message part of the journey, such as the browser's own note on an answer 401. */
  expect: (message: RegExp) => void
}

interface Fixtures {
  /** A temporary folder of this test. */
  folder: string
  /** The folder that may be tidied. */
  inbox: string
  /** A scripted Ollama; `backend.close()` makes it a machine without one. */
  backend: FakeBackend
  /** Settings over the usual ones of the journeys. */
  settings: Record<string, unknown>
  /** Environment of the app over the usual one. */
  env: Record<string, string>
  app: RunningApp
  watch: Watch
  /** Opens the browser as the signed-in admin. */
  admin: true
}

async function signIn(context: BrowserContext, app: RunningApp): Promise<void> {
  const token = app.firstRun?.split('#')[1]
  const answer = await context.request.post(`${app.url}/api/session/first-run`, { data: { token, password: PASSWORD } })
  expect(answer.ok()).toBe(true)
}

export const test = base.extend<Fixtures>({
  folder: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-e2e-'))
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },
  inbox: async ({ folder }, use) => {
    const inbox = join(folder, 'inbox')
    await mkdir(inbox)
    await use(inbox)
  },
  backend: async ({ browserName: _ }, use) => {
    const backend = await startFakeOllama([MODEL, 'qwen2.5-coder:3b'])
    await use(backend)
    await backend.close()
  },
  settings: [{}, { option: true }],
  env: [{}, { option: true }],
  app: async ({ folder, inbox, backend, settings, env }, use) => {
    const app = await startApp({
      folder,
      env,
      settings: {
        'local-workflows': {
          ollamaEndpoint: backend.url,
          fileCleanup: { watchDirs: [inbox] },
          journaling: { sources: [], logFiles: [join(folder, 'app.log')] },
          autoDoc: { allowedDirs: [folder] },
          chatCli: { model: MODEL },
          ...settings,
        },
      },
    })
    await use(app)
    await app.stop()
  },
  // Every journey: nothing in the console, nothing fetched from elsewhere.
  watch: [
    async ({ context, app }, use) => {
      const allowed: RegExp[] = []
      const said: string[] = []
      const foreign: string[] = []
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          said.push(`${message.text()} ${message.location().url}`)
      })
      context.on('weberror', (error) => said.push(`uncaught: ${error.error().message}`))
      context.on('request', (request) => {
        const url = request.url()
        if (!url.startsWith(`${app.url}/`) && !/^(data|blob|about):/.test(url)) foreign.push(url)
      })
      await use({ expect: (message) => void allowed.push(message) })
      expect(said.filter((text) => !allowed.some((message) => message.test(text)))).toEqual([])
      expect(foreign).toEqual([])
    },
    { auto: true },
  ],
  baseURL: async ({ app }, use) => use(app.url),
  admin: async ({ context, app }, use) => {
    await signIn(context, app)
    await use(true)
  },
})

export { expect }
