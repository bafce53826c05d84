// The app as a person meets it after a first day: signed in, a folder planned, an entry written.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot, root } from '../lib/root.mjs'
import { serveApp } from '../lib/serve-app.mjs'
import { chromium as program } from '../live/chromium.mjs'
import { gemma } from '../live/gemma.mjs'
import { ollama } from '../live/ollama.mjs'
import { openWebui } from '../live/open-webui.mjs'
import { serveOllama } from '../live/serve-ollama.mjs'
import { fillDownloads } from './downloads.mjs'

const password = 'correct horse battery staple'
const settleMs = 1_000
const size = { width: 1280, height: 800 }
const chromiumFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
const folderOfPictures = inRoot('docs', 'screenshots')

/** Signs in with the first-run link that the server printed. */
async function signIn(page, app) {
  const link = /http:\S+\/first-run#\S+/.exec(app.log())?.[0]
  if (!link) throw new Error(`the server printed no first-run link\n${app.log()}`)
  await page.goto(link)
  for (const field of await page.locator('input[type=password]').all()) await field.fill(password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL(`${app.url}/`)
}

/** Calls the API as the pages do, with the session's cookie. */
async function call(page, path, body, method = 'POST') {
  const answer = await page.evaluate(
    async ([address, text, verb]) => {
      const response = await fetch(address, {
        method: verb,
        headers: { 'content-type': 'application/json' },
        body: text,
      })
      return { ok: response.ok, text: await response.text() }
    },
    [path, JSON.stringify(body), method],
  )
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.text}`)
  return JSON.parse(answer.text)
}

/** A real Open WebUI with our tools registered, where there is one; returns what ends it. */
async function registerTools(page, models, inbox) {
  const program = openWebui.find()
  if (!program || !models) return async () => undefined
  const { startOpenWebui } = await import('../../e2e/support/open-webui.ts')
  const chat = await startOpenWebui({ ollama: models, program })
  await call(page, '/api/open-webui/connection', { url: chat.url, token: chat.token }, 'PUT')
  await call(page, '/api/open-webui/tools/apply', {})
  for (let n = 0; n < 3; n++) await call(page, '/api/tools/plan_file_cleanup', { directory: inbox })
  await call(page, '/api/tools/list_file_cleanups', {})
  return () => chat.close()
}

async function picture(page, { name, path, scheme = 'light' }) {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
  // Pages that follow a run never fall silent, so what counts is that the heading is there, and a moment for the rest.
  await page.goto(path)
  await page.locator('main h1').first().waitFor()
  await page.waitForTimeout(settleMs)
  await page.screenshot({ path: join(folderOfPictures, `${name}.png`) })
  console.log(`docs/screenshots/${name}.png`)
}

async function visit(page, app, inbox, models) {
  await signIn(page, app)
  const endChat = await registerTools(page, models, inbox)
  const { plan_id: plan } = await call(page, '/api/workflows/cleanup', { directory: inbox, dry_run: true })
  await call(page, '/api/workflows/autodoc', { file_path: inRoot('lib', 'ids.ts'), style: 'technical' })
  const pictures = [
    { name: 'home', path: '/' },
    { name: 'home-dark', path: '/', scheme: 'dark' },
    { name: 'cleanup', path: `/cleanup/${plan}` },
    { name: 'cleanup-dark', path: `/cleanup/${plan}`, scheme: 'dark' },
    { name: 'chat', path: '/chat' },
    { name: 'journal', path: '/journal' },
    { name: 'autodoc', path: '/autodoc' },
    { name: 'models', path: '/models' },
    { name: 'health', path: '/health' },
    { name: 'open-webui', path: '/open-webui' },
    { name: 'mcp', path: '/mcp' },
    { name: 'nix', path: '/nix' },
    { name: 'nix-dark', path: '/nix', scheme: 'dark' },
    { name: 'runs', path: '/runs' },
    { name: 'settings', path: '/settings' },
  ]
  await call(page, '/api/health/checks/run', {})
  for (const each of pictures) await picture(page, { ...each, path: `${app.url}${each.path}` })
  await endChat()
}

async function withBrowser(work) {
  const executablePath = program.find()
  if (!executablePath) throw new Error('Chromium is missing: `node scripts/live/install.mjs chromium` installs it')
  const { chromium } = await import('@playwright/test')
  const browser = await chromium.launch({ executablePath, args: chromiumFlags })
  try {
    const context = await browser.newContext({ viewport: size, deviceScaleFactor: 2, locale: 'en-GB' })
    await work(await context.newPage())
  } finally {
    await browser.close()
  }
}

/** Takes every picture anew. With Ollama in the cache it runs beside the app, so that the state shown is a good one. */
export async function takeScreenshots() {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-screenshots-'))
  const inbox = join(folder, 'Downloads')
  fillDownloads(inbox)
  mkdirSync(folderOfPictures, { recursive: true })
  const models = gemma.find()
  const server = models && ollama.find() ? await serveOllama({ program: ollama.find(), models }) : undefined
  const config = {
    mcp: { enable: true, filesystem: { nixos: { enable: true, allowedDirs: [root] } } },
    'open-webui': { enable: true },
    ollama: { models: ['gemma3-270m:latest'] },
    'local-workflows': {
      ...(server ? { ollamaEndpoint: server.url } : {}),
      fileCleanup: { watchDirs: [inbox] },
      autoDoc: { allowedDirs: [root] },
    },
  }
  try {
    const app = await serveApp({ folder, config, ownerKey: false })
    try {
      await withBrowser((page) => visit(page, app, inbox, server?.url))
    } finally {
      await app.stop()
    }
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
