import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from './support/fixtures.ts'

/** What the program has to see of the machine: Node itself, and the packages. */
const SEEN = [dirname(dirname(process.execPath)), fileURLToPath(new URL('../node_modules', import.meta.url))].join('\n')

/** The reference server of the protocol's authors. */
const EVERYTHING = fileURLToPath(
  new URL('../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
)

test('switches the gateway on, adds a server, tries its tool, gives out a key, and removes it', async ({
  page,
  admin: _,
  app,
  playwright,
}) => {
  test.slow()
  await page.goto('/mcp')
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await expect(page.getByText('Callers prove themselves with an API key')).toBeVisible()
  await expect(page.getByRole('region', { name: 'workflows' })).toBeVisible()

  await page.getByRole('button', { name: 'Add a server' }).click()
  await page.getByLabel('Name', { exact: true }).fill('everything')
  await page.getByText('More options').click()
  await page.getByLabel('Program', { exact: false }).first().fill(process.execPath)
  await page.getByLabel('Arguments', { exact: true }).fill(EVERYTHING)
  await page.getByLabel('Folders it may read').fill(SEEN)
  await page.getByLabel('Environment', { exact: true }).fill('GREETING=two words=three')
  await page.getByRole('button', { name: 'Add the server' }).click()
  const server = page.getByRole('region', { name: 'everything', exact: true })
  await expect(server.getByText('Starts when called')).toBeVisible()

  const more = page.getByRole('group', { name: 'More of everything' })
  await more.getByRole('button', { name: /^Tools/ }).click()
  await page.getByRole('button', { name: 'Ask it' }).click()
  await page.getByText('echo', { exact: true }).click()
  const echo = page.locator('details').filter({ hasText: 'echo' }).first()
  await echo.getByRole('button', { name: 'Call it' }).click()
  await expect(echo.getByText('must be filled in')).toBeVisible()
  await echo.getByLabel('Message').fill('is anyone there')
  await echo.getByRole('button', { name: 'Call it' }).click()
  await expect(echo.getByRole('status').getByText('is anyone there')).toBeVisible()
  await echo.getByRole('button', { name: 'As JSON' }).click()
  await echo.getByLabel('Arguments').fill('{"message":"and now"}')
  await echo.getByRole('button', { name: 'Call it' }).click()
  await expect(echo.getByRole('status').getByText('and now')).toBeVisible()

  // What the form made of the environment is what the program has.
  await page.getByText('get-env', { exact: true }).click()
  const env = page.locator('details').filter({ hasText: 'get-env' }).first()
  await env.getByRole('button', { name: 'Call it' }).click()
  await expect(env.getByRole('status')).toContainText('two words=three')
  await expect(server.getByText('Running')).toBeVisible()

  await more.getByRole('button', { name: 'Protection' }).click()
  await expect(page.getByText('When this app ends')).toBeVisible()
  await more.getByRole('button', { name: 'Log' }).click()

  await more.getByRole('button', { name: 'Address and keys' }).click()
  await page.getByRole('button', { name: 'Make a key for it alone' }).click()
  const secret = (await page.getByRole('status').locator('code').textContent()) ?? ''
  const client = await playwright.request.newContext({ extraHTTPHeaders: { authorization: `Bearer ${secret}` } })
  const byKey = await client.post(`${app.url}/mcp/everything/echo`, { data: { message: 'by key' } })
  expect(await byKey.text()).toContain('by key')
  expect((await client.get(`${app.url}/api/runs`)).status()).toBe(403)
  await client.dispose()

  await page.getByRole('button', { name: 'Remove everything' }).click()
  await page.getByRole('button', { name: 'Remove it' }).click()
  await expect(server).toBeHidden()
})

test('says what is wrong with a server that cannot start, and with a name that cannot be', async ({
  page,
  admin: _,
  watch,
}) => {
  watch.expect(/status of (422|502|503)/)
  await page.goto('/mcp')
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await page.getByRole('button', { name: 'Add a server' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Not A Name')
  await page.getByRole('button', { name: 'Add the server' }).click()
  await expect(page.getByText(/is not a name/)).toBeVisible()

  await page.getByLabel('Name', { exact: true }).fill('broken')
  await page.getByLabel('Program', { exact: false }).first().fill('/no/such/program')
  await page.getByRole('button', { name: 'Add the server' }).click()
  const server = page.getByRole('region', { name: 'broken', exact: true })
  await server.getByRole('button', { name: 'Start' }).click()
  await expect(server.getByRole('alert')).toContainText('/no/such/program')
})

test('fits a phone', async ({ page, admin: _ }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/mcp')
  await expect(page.getByRole('heading', { name: 'MCP', level: 1 })).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})
