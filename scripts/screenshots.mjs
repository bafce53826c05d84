// `npm run screenshots`: the pictures of the README, taken from the built app at work on a made-up machine.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureNode } from './lib/node.mjs'
import { inRoot } from './lib/root.mjs'

await ensureNode()
if (!process.features.typescript) {
  console.error('the demo data is TypeScript, which Node reads from 22.18 on: use a newer Node')
  process.exit(1)
}
const { chromium } = await import('@playwright/test')
const { startApp } = await import('../e2e/support/app.ts')
const { startDemoOllama } = await import('../e2e/support/demo-ollama.ts')
const { fillInbox } = await import('../e2e/support/inbox.ts')
const { copyEntry } = await import('../e2e/support/journal-entries.ts')
const { startOpenWebui } = await import('../e2e/support/open-webui.ts')
const { openWebui } = await import('./live/open-webui.mjs')

const out = inRoot('docs', 'screenshots')
const largest = 200_000
const program = process.env.HWC_AI_TEST_CHROMIUM || '/usr/bin/chromium'
if (!existsSync(program)) throw new Error(`no Chromium at ${program}: apt install chromium`)

/** Half a day of a small server's log. */
function serverLog() {
  const start = Date.now() - 12 * 3_600_000
  const lines = []
  for (let n = 0; n < 2400; n += 1) {
    const at = new Date(start + n * 18_000).toISOString()
    if (n % 97 === 0) lines.push(`${at} ERROR postgres: connection from 10.0.0.${n % 9} refused: too many clients`)
    else if (n % 31 === 0) lines.push(`${at} WARNING smartd: /dev/sdb is at ${44 + (n % 9)} degrees`)
    else if (n % 7 === 0) lines.push(`${at} INFO backup: copied ${n % 613} files to /mnt/backup`)
    else lines.push(`${at} INFO nginx: GET /photos/${n} 200 in ${n % 83} ms`)
  }
  return `${lines.join('\n')}\n`
}

const folder = mkdtempSync(join(tmpdir(), 'home-'))
const [downloads, projects] = ['Downloads', 'projects'].map((name) => join(folder, name))
mkdirSync(downloads)
mkdirSync(projects)
copyFileSync(inRoot('lib', 'providers', 'queue.ts'), join(projects, 'queue.ts'))
await fillInbox(downloads)
writeFileSync(join(folder, 'server.log'), serverLog())
const ollama = await startDemoOllama()
const app = await startApp({
  folder,
  settings: {
    enable: true,
    mcp: {
      enable: true,
      proxy: { enable: false },
      filesystem: { nixos: { enable: true, allowedDirs: [projects] } },
      servers: {
        wiki: { url: 'http://127.0.0.1:8931/mcp', description: 'Looks things up in the family wiki.', enable: false },
      },
    },
    'local-workflows': {
      enable: true,
      ollamaEndpoint: ollama.url,
      fileCleanup: { watchDirs: [downloads], enable: true },
      journaling: { sources: [], logFiles: [join(folder, 'server.log')], enable: true },
      autoDoc: { allowedDirs: [projects] },
      chatCli: { model: 'llama3.2:3b' },
    },
  },
})
const browser = await chromium.launch({
  executablePath: program,
  args: ['--no-sandbox', '--headless', '--disable-gpu'],
})
const session = await browser.newContext()
const password = 'a password for pictures'
await session.request.post(`${app.url}/api/session/first-run`, {
  data: { token: app.firstRun.split('#')[1], password },
})
const storageState = await session.storageState()

/** Asks the app as its pages do. */
async function ask(method, path, data) {
  const headers = { origin: app.url }
  const answer = await session.request.fetch(`${app.url}${path}`, { method, headers, data })
  if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return answer.json()
}

/** A real Open WebUI with the tools registered and a few calls made; without the program there is no picture of it. */
async function pictureOfOpenWebui() {
  const webuiProgram = openWebui.find()
  if (!webuiProgram) {
    console.log('open-webui.png  left as it is: node scripts/live/install.mjs open-webui')
    return
  }
  const chat = await startOpenWebui({ ollama: ollama.url, program: webuiProgram })
  try {
    await ask('PUT', '/api/open-webui/connection', { url: chat.url, token: chat.token })
    await ask('POST', '/api/open-webui/tools/apply', {})
    for (const tool of ['list_file_cleanups', 'list_journal_entries', 'list_health_checks'])
      await ask('POST', `/api/tools/${tool}`, {})
    await picture('open-webui', { path: '/open-webui', act: (page) => page.getByText('3 calls in 14 days').waitFor() })
  } finally {
    await chat.close()
  }
}

/** Opens a page, does what brings it into the state to show, and keeps it as a picture. */
async function picture(name, { width = 1280, height = 800, dark = false, path, act = async () => {} }) {
  const colorScheme = dark ? 'dark' : 'light'
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, storageState, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(`${app.url}${path}`)
  await act(page)
  // What fades in has come, and the pointer rests nowhere.
  await page.mouse.move(0, 0)
  await page.waitForTimeout(500)
  const file = join(out, `${name}.png`)
  await page.screenshot({ path: file })
  await context.close()
  const { size } = statSync(file)
  if (size > largest) throw new Error(`${name}.png has ${size} bytes, more than ${largest}`)
  console.log(`${name}.png  ${(size / 1000).toFixed(0)} kB`)
}

mkdirSync(out, { recursive: true })
try {
  await picture('chat', {
    path: '/chat',
    act: async (page) => {
      await page.getByLabel('Message').fill('My container stopped with exit code 137. What does that mean?')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Answer again' }).waitFor()
    },
  })
  const { date } = await ask('POST', '/api/workflows/journal', {})
  // A month of entries, with a few days on which the machine was off.
  const before = Array.from({ length: 40 }, (_, n) => n + 1).filter((days) => days % 9 !== 4)
  copyEntry(folder, date, before)
  await picture('journal', {
    path: '/journal',
    act: async (page) => {
      await page.locator('details').filter({ hasText: 'refused' }).locator('summary').click()
    },
  })
  await picture('autodoc', {
    path: '/autodoc',
    act: async (page) => {
      await page.getByLabel('File', { exact: true }).fill(join(projects, 'queue.ts'))
      await page.getByText('More options').click()
      await page.getByRole('checkbox', { name: 'Explain with a model' }).uncheck()
      await page.getByText('More options').click()
      await page.getByRole('button', { name: 'Document', exact: true }).click()
      await page.getByRole('meter', { name: 'Coverage' }).waitFor()
    },
  })
  await picture('cleanup', {
    path: '/cleanup',
    act: async (page) => {
      await page.getByRole('checkbox', { name: 'Ask a model' }).uncheck()
      await page.getByRole('button', { name: 'Plan', exact: true }).click()
      await page.getByRole('tree', { name: 'Before' }).getByText('Invoice 07-2026.pdf').click()
    },
  })
  await picture('home', { path: '/', act: (page) => page.getByText('All is well.').waitFor() })
  await picture('home-dark', { path: '/', dark: true, act: (page) => page.getByText('All is well.').waitFor() })
  await picture('phone', {
    path: '/chat',
    width: 390,
    height: 844,
    dark: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Conversations' }).click()
      await page.getByRole('button', { name: /My container/ }).click()
      await page.getByRole('article', { name: 'Answer' }).waitFor()
    },
  })
  await picture('mcp', { path: '/mcp', act: (page) => page.getByText('Callers prove themselves').waitFor() })
  await picture('nix', {
    path: '/nix',
    act: (page) => page.getByRole('button', { name: /^config\.nix/ }).click(),
  })
  await pictureOfOpenWebui()
} finally {
  await browser.close()
  await app.stop()
  await ollama.close()
  rmSync(folder, { recursive: true, force: true })
}
