import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { startApp } from './support/app.ts'
import { expect, test as base } from './support/fixtures.ts'
import { KEPT, NO_OLLAMA, OFFERED, type StockedOllama, startStockedOllama } from './support/ollama.ts'

/** The real model needs time to load and to answer on a machine that is busy. */
const ANSWER = { timeout: 150_000 }

/** Journeys on a real Ollama with a model folder and a registry of its own, and models that the config file declares. */
const test = base.extend<{ stocked: StockedOllama; declared: readonly object[] }>({
  declared: [[], { option: true }],
  stocked: async ({ folder }, use) => {
    const ollama = await startStockedOllama(join(folder, 'ollama'))
    await ollama.stock('llama3.2:3b', 2_000_000)
    await ollama.stock('old-one:7b', 4_000_000)
    await use(ollama)
    await ollama.kill()
  },
  app: async ({ folder, stocked, declared }, use) => {
    const app = await startApp({
      folder,
      settings: {
        'local-workflows': { ollamaEndpoint: stocked.url, fileCleanup: { enable: false } },
        ollama: {
          enable: true,
          dataDir: stocked.dataDir,
          insecureRegistries: [stocked.registry.host],
          models: declared,
          autoPull: false,
          modelValidation: { testPrompt: 'What is the capital of France?' },
        },
      },
    })
    await use(app)
    await app.stop()
  },
})

test.skip(NO_OLLAMA, 'there is no Ollama on this machine')
test.setTimeout(240_000)

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

async function declare(page: Page, name: string): Promise<void> {
  await part(page, 'Wanted models').getByRole('button', { name: 'Add a model' }).click()
  const form = page.getByRole('form', { name: 'Wanted models' })
  await form
    .getByRole('textbox', { name: 'Name' })
    .or(form.getByRole('combobox', { name: 'Name' }))
    .last()
    .fill(name)
  await form.getByRole('button', { name: 'Save and plan' }).click()
}

test('a model is declared, its plan shown, and then it comes, and proves that it answers', async ({
  page,
  admin: _,
  stocked,
}) => {
  await page.goto('/models')
  await expect(page.getByText('No model is asked for yet.')).toBeVisible()
  const name = `${stocked.registry.host}/${OFFERED}`
  await declare(page, name)
  const plan = part(page, 'Plan')
  await expect(plan.getByRole('listitem').filter({ hasText: name })).toContainText('Pull')
  await expect(plan).toContainText('253 MB to fetch')
  await expect(plan.getByRole('listitem').filter({ hasText: 'old-one:7b' })).toContainText('Not asked for')
  expect(await stocked.names()).not.toContain(name)
  await expect(part(page, name)).toContainText('Missing')

  stocked.registry.bytesPerSecond = 60_000_000
  await plan.getByRole('button', { name: 'Apply 1 change' }).click()
  const run = part(page, 'Last run')
  await expect(run.getByText(/MB of 253 MB/)).toBeVisible()
  await expect(run.getByText(/MB\/s/)).toBeVisible()
  await expect(run.getByText(/253 MB fetched\. It answers with [\d.]+ tokens\/s, after/)).toBeVisible(ANSWER)
  await expect(part(page, name)).toContainText('Ready')
  await expect(part(page, name)).toContainText('253 MB')
  expect(await stocked.names()).toContain(name)

  await run.getByRole('link', { name: 'This run' }).click()
  const result = part(page, 'Result')
  await expect(result).toContainText(new RegExp(`Pulled${name}253 MB fetched`))
  await expect(result.getByText('The whole answer as data')).toBeVisible()

  await page.goto('/models')
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await expect(plan).toContainText('There is nothing to do.')
})

test('a pull is cancelled, survives a reload of the page, and is done later', async ({ page, admin: _, stocked }) => {
  stocked.registry.bytesPerSecond = 10_000_000
  await page.goto('/models')
  const name = `${stocked.registry.host}/${OFFERED}`
  await declare(page, name)
  await part(page, 'Plan').getByRole('button', { name: 'Apply 1 change' }).click()
  await expect(page.getByText(/MB of 253 MB/)).toBeVisible()
  await page.reload()
  await expect(page.getByText(/MB of 253 MB/)).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(part(page, 'Last run').getByText('Cancelled')).toBeVisible()
  expect(await stocked.names()).not.toContain(name)
  stocked.registry.bytesPerSecond = Infinity
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await part(page, 'Plan').getByRole('button', { name: 'Apply 1 change' }).click()
  await expect(part(page, name)).toContainText('Ready', ANSWER)
})

test('what nobody asked for is removed after a question that says what it frees, or is kept by wanting it', async ({
  page,
  admin: _,
  stocked,
}) => {
  const kept = await stocked.pull(KEPT)
  await page.goto('/models')
  const undeclared = part(page, 'Here, but not asked for')
  const old = part(page, 'old-one:7b')
  await old.getByRole('button', { name: 'Remove', exact: true }).click()
  await old.getByRole('button', { name: 'Leave it' }).click()
  expect(await stocked.names()).toContain('old-one:7b')
  await old.getByRole('button', { name: 'Remove', exact: true }).click()
  await old.getByRole('button', { name: 'Remove for good, frees 4.0 MB' }).click()
  await expect(undeclared).not.toContainText('old-one:7b')
  expect(await stocked.names()).not.toContain('old-one:7b')

  await part(page, kept).getByRole('button', { name: 'Want it' }).click()
  await expect(part(page, 'Plan').getByRole('listitem').filter({ hasText: kept })).toContainText('Test')
  await expect(part(page, kept)).toContainText('Not proven yet')
  await part(page, 'Wanted models')
    .getByRole('button', { name: `Test ${kept}` })
    .click()
  await expect(part(page, 'Last run')).toContainText(/It answers with [\d.]+ tokens\/s/, ANSWER)
  await expect(part(page, kept)).toContainText('Ready')
})

test('a name that is none is refused beside its line', async ({ page, admin: _, watch }) => {
  watch.expect(/status of 422/)
  await page.goto('/models')
  await declare(page, '/not-a-name')
  await expect(page.getByText(/is not the name of a model; write it like llama3\.2:3b/)).toBeVisible()
})

test('says that Ollama does not answer, and how to start it', async ({ page, admin: _, stocked }) => {
  await stocked.kill()
  await page.goto('/models')
  await expect(page.getByText('Ollama does not answer', { exact: true })).toBeVisible()
  await expect(page.getByText('ollama serve', { exact: true })).toBeVisible()
})

test.describe('where the config file declares a model', () => {
  test.use({ declared: [{ name: 'llama3.2:3b', autoUpdate: false, priority: 10 }] })

  test('it is marked, locked, and stays whatever is edited', async ({ page, admin: _ }) => {
    await page.goto('/models')
    await expect(part(page, 'llama3.2:3b')).toContainText('declared by the config file')
    await part(page, 'Wanted models').getByRole('button', { name: 'Edit the list' }).click()
    const form = page.getByRole('form', { name: 'Wanted models' })
    await expect(form.getByText('declared by the config file')).toBeVisible()
    await expect(form.getByRole('button', { name: 'Take llama3.2:3b off the list' })).toHaveCount(0)
    await form.getByLabel('Name').fill('old-one:7b')
    await form.getByLabel('Update by itself').uncheck()
    await form.getByLabel('Priority').fill('70')
    await form.getByRole('button', { name: 'Save and plan' }).click()
    await expect(part(page, 'Wanted models').getByRole('heading', { level: 3 })).toHaveText([
      'llama3.2:3b',
      'old-one:7b',
    ])
    await expect(part(page, 'old-one:7b')).toContainText('never updated, priority 70')

    await part(page, 'Wanted models').getByRole('button', { name: 'Edit the list' }).click()
    await form.getByRole('button', { name: 'Take old-one:7b off the list' }).click()
    await form.getByRole('button', { name: 'Save and plan' }).click()
    await expect(part(page, 'Wanted models').getByRole('heading', { level: 3 })).toHaveText(['llama3.2:3b'])
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })

  test('everything fits its width, the form and the plan too', async ({ page, admin: _, stocked }) => {
    await page.goto('/')
    await page.getByRole('button', { name: 'More' }).tap()
    await page.getByRole('option', { name: /^Models/ }).tap()
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    await expect(part(page, 'Disk')).toContainText('free')
    expect(await overflow()).toBeLessThanOrEqual(0)
    await declare(page, `${stocked.registry.host}/${OFFERED}`)
    await expect(part(page, 'Plan')).toContainText('253 MB to fetch')
    expect(await overflow()).toBeLessThanOrEqual(0)
    await part(page, 'Wanted models').getByRole('button', { name: 'Edit the list' }).tap()
    expect(await overflow()).toBeLessThanOrEqual(0)
  })
})
