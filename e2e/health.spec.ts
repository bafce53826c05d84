import { createServer } from 'node:net'
import type { Page } from '@playwright/test'
import { freePort } from '../scripts/lib/free-port.mjs'
import { startApp } from './support/app.ts'
import { expect, MODEL, test as base } from './support/fixtures.ts'
import { type MortalOllama, startMortalOllama } from './support/ollama.ts'

interface Fixtures {
  healthSettings: object
  ollama: MortalOllama
  /** Whether there are many checks, which all connect to `crowd`. */
  crowded: boolean
  /** A port at which nothing listens. */
  crowd: number
}

const CROWD = 60

/** Journeys in which checks come every second; what a healthy machine for tests has not is switched off. */
const test = base.extend<Fixtures>({
  healthSettings: [{}, { option: true }],
  crowded: [false, { option: true }],
  crowd: async ({ browserName: _ }, use) => use(await freePort()),
  ollama: async ({ browserName: _ }, use) => {
    const ollama = await startMortalOllama(MODEL)
    await use(ollama)
    await ollama.kill()
  },
  app: async ({ folder, inbox, ollama, healthSettings, crowded, crowd }, use) => {
    const many = Array.from({ length: crowded ? CROWD : 0 }, (_, n) => [`own-${n}`, { type: 'tcp', port: crowd }])
    const app = await startApp({
      folder,
      settings: {
        'local-workflows': { ollamaEndpoint: ollama.url, fileCleanup: { watchDirs: [inbox] } },
        ollama: { healthCheck: { interval: '1s' } },
        health: {
          startDelay: '1s',
          interval: '1s',
          timeout: '1s',
          checks: Object.fromEntries(many) as object,
          ...healthSettings,
        },
      },
    })
    await use(app)
    await app.stop()
  },
})

// A page asks anew every few seconds, and a check needs two results in a row.
test.setTimeout(120_000)

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

async function breakAndMend(page: Page, mortal: MortalOllama): Promise<void> {
  await page.goto('/health')
  const ollama = part(page, 'Ollama')
  await expect(ollama).toContainText('Well', { timeout: 20_000 })
  await expect(part(page, 'Past incidents')).toContainText('Nothing has gone wrong so far.')
  expect(await overflow(page)).toBeLessThanOrEqual(0)

  await mortal.kill()
  const open = part(page, 'Open incidents')
  await expect(open).toContainText('Ollama is down', { timeout: 20_000 })
  await expect(page.getByText('Ollama is down.', { exact: true })).toBeVisible()
  await expect(ollama).toContainText(/Expected\s*A list of models from/)
  await expect(ollama).toContainText(/Do\s*Start it with ollama serve/)
  expect(await overflow(page)).toBeLessThanOrEqual(0)

  await mortal.revive()
  await expect(open).toHaveCount(0, { timeout: 20_000 })
  await expect(part(page, 'Past incidents')).toContainText(/Ollama was down for .+, from .+ to /)
  await expect(ollama).toContainText('Well')
}

test('an incident opens when Ollama stops, says what to do, and closes when it is back', async ({
  page,
  admin: _,
  ollama,
}) => {
  await breakAndMend(page, ollama)
})

test('home leads to what is not well', async ({ page, admin: _, ollama }) => {
  await ollama.kill()
  await page.goto('/')
  await expect(page.getByText('Ollama is down.')).toBeVisible({ timeout: 20_000 })
  await page.getByRole('region', { name: 'Workflows' }).waitFor()
  await page.locator('#content').getByRole('link', { name: 'Health' }).click()
  await expect(page.getByRole('heading', { name: 'Health', level: 1 })).toBeVisible()
})

test.describe('with many checks and a long past', () => {
  test.use({ crowded: true })

  test('what lies below the fold is drawn when someone gets there, and incidents go on page by page', async ({
    page,
    admin: _,
    crowd,
  }) => {
    await page.goto('/health')
    const open = part(page, 'Open incidents').getByRole('heading', { level: 3 })
    await expect(open).toHaveCount(CROWD, { timeout: 30_000 })
    const rows = part(page, 'Checks').getByRole('heading', { level: 3 })
    expect(await rows.count()).toBeLessThan(CROWD)
    await rows.last().scrollIntoViewIfNeeded()
    await expect(part(page, `own-${CROWD - 1}`)).toBeAttached()

    const server = createServer().listen(crowd, '127.0.0.1')
    await expect(open).toHaveCount(0, { timeout: 30_000 })
    const past = part(page, 'Past incidents').getByRole('listitem')
    await expect(past).toHaveCount(20)
    await page.getByRole('button', { name: 'Older incidents' }).click()
    await expect(past.filter({ hasText: /^own-\d+ was down/ })).toHaveCount(CROWD)
    await expect(page.getByRole('button', { name: 'Older incidents' })).toHaveCount(0)
    await new Promise((resolve) => server.close(resolve))
  })
})

test('a check shows its response times, and runs when asked', async ({ page, admin: _ }) => {
  await page.goto('/health?check=ollama')
  const ollama = part(page, 'Ollama')
  await expect(ollama.getByRole('img', { name: /^Response time of the last 24 hours/ })).toBeVisible({
    timeout: 20_000,
  })
  await expect(ollama.getByRole('img', { name: /Ollama, last 90 days: [\d.]+ % up/ })).toBeVisible()
  await ollama.getByRole('button', { name: 'Run this check now' }).click()
  await page.getByRole('button', { name: 'Run all now' }).click()
  await expect(page.getByText(/^Just ran: /)).toBeVisible()
  await ollama.getByRole('button', { name: 'Details of Ollama' }).click()
  await expect(ollama.getByRole('img', { name: /^Response time/ })).toHaveCount(0)
})

test('there is no public status page unless the settings say so', async ({ page, watch }) => {
  watch.expect(/status of 404/)
  await page.goto('/status')
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
})

test.describe('with a public status page', () => {
  test.use({ healthSettings: { publicStatus: true, checks: { ollama: { public: true } } } })

  test('everyone sees the public checks, and nothing else', async ({ page, ollama }) => {
    await page.goto('/status')
    await expect(part(page, 'Ollama')).toContainText('Well', { timeout: 30_000 })
    await expect(page.getByRole('heading', { level: 2 })).toHaveText(['Ollama'])
    const port = new URL(ollama.url).port
    expect(await page.content()).not.toContain(port)
    await ollama.kill()
    await expect(page.getByText('Ollama is down.')).toBeVisible({ timeout: 30_000 })
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })

  test('an incident is seen to open and close', async ({ page, admin: _, ollama }) => {
    await breakAndMend(page, ollama)
    await part(page, 'Ollama').getByRole('button', { name: 'Details of Ollama' }).tap()
    await expect(part(page, 'Ollama').getByRole('img', { name: /^Response time/ })).toBeVisible()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
  })
})
