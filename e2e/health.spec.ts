import type { Page } from '@playwright/test'
import type { FakeBackend } from './fakes/backend-server.ts'
import { startFakeOllama } from './fakes/ollama.ts'
import { startApp } from './support/app.ts'
import { expect, MODEL, test as base } from './support/fixtures.ts'

/** Journeys in which checks come every second; what a healthy machine for tests has not is switched off. */
const test = base.extend<{ healthSettings: object }>({
  healthSettings: [{}, { option: true }],
  app: async ({ folder, inbox, backend, healthSettings }, use) => {
    const app = await startApp({
      folder,
      settings: {
        'local-workflows': { ollamaEndpoint: backend.url, fileCleanup: { watchDirs: [inbox] } },
        ollama: { healthCheck: { interval: '1s' } },
        health: {
          startDelay: '1s',
          interval: '1s',
          timeout: '1s',
          ...healthSettings,
        },
      },
    })
    await use(app)
    await app.stop()
  },
})

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

async function restart(backend: FakeBackend): Promise<FakeBackend> {
  return await startFakeOllama([MODEL], Number(new URL(backend.url).port))
}

async function breakAndMend(page: Page, backend: FakeBackend): Promise<void> {
  await page.goto('/health')
  const ollama = part(page, 'Ollama')
  await expect(ollama).toContainText('Well', { timeout: 20_000 })
  await expect(part(page, 'Past incidents')).toContainText('Nothing has gone wrong so far.')
  expect(await overflow(page)).toBeLessThanOrEqual(0)

  await backend.close()
  const open = part(page, 'Open incidents')
  await expect(open).toContainText('Ollama is down', { timeout: 20_000 })
  await expect(page.getByText('Ollama is down.', { exact: true })).toBeVisible()
  await expect(ollama).toContainText(/Expected\s*A list of models from/)
  await expect(ollama).toContainText(/Do\s*Start it with ollama serve/)
  expect(await overflow(page)).toBeLessThanOrEqual(0)

  const again = await restart(backend)
  try {
    await expect(open).toHaveCount(0, { timeout: 20_000 })
    await expect(part(page, 'Past incidents')).toContainText(/Ollama was down for .+, from .+ to /)
    await expect(ollama).toContainText('Well')
  } finally {
    await again.close()
  }
}

test('an incident opens when Ollama stops, says what to do, and closes when it is back', async ({
  page,
  admin: _,
  backend,
}) => {
  await breakAndMend(page, backend)
})

test('home leads to what is not well', async ({ page, admin: _, backend }) => {
  await backend.close()
  await page.goto('/')
  await expect(page.getByText('Ollama is down.')).toBeVisible({ timeout: 20_000 })
  await page.getByRole('region', { name: 'Workflows' }).waitFor()
  await page.locator('#content').getByRole('link', { name: 'Health' }).click()
  await expect(page.getByRole('heading', { name: 'Health', level: 1 })).toBeVisible()
})

test('a check shows its response times, and runs when asked', async ({ page, admin: _ }) => {
  await page.goto('/health?check=ollama')
  const ollama = part(page, 'Ollama')
  await expect(ollama.getByRole('img', { name: /^Response time of the last 24 hours/ })).toBeVisible({
    timeout: 20_000,
  })
  await expect(ollama.getByRole('img', { name: /Ollama, last 90 days: 100 % up/ })).toBeVisible()
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

  test('everyone sees the public checks, and nothing else', async ({ page, backend }) => {
    await page.goto('/status')
    await expect(part(page, 'Ollama')).toContainText('Well', { timeout: 30_000 })
    await expect(page.getByRole('heading', { level: 2 })).toHaveText(['Ollama'])
    const port = new URL(backend.url).port
    expect(await page.content()).not.toContain(port)
    await backend.close()
    await expect(page.getByText('Ollama is down.')).toBeVisible({ timeout: 30_000 })
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })

  test('an incident is seen to open and close', async ({ page, admin: _, backend }) => {
    await breakAndMend(page, backend)
    await part(page, 'Ollama').getByRole('button', { name: 'Details of Ollama' }).tap()
    await expect(part(page, 'Ollama').getByRole('img', { name: /^Response time/ })).toBeVisible()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
  })
})
