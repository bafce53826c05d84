import { expect, test } from './support/fixtures.ts'

test('finds a setting, changes it where it stands, and takes the change back', async ({ page, admin: _, inbox }) => {
  await page.goto('/settings')
  await page.getByRole('searchbox', { name: 'Search settings' }).fill('retentionDays')
  await page.getByRole('button', { name: 'Edit local-workflows.journaling.retentionDays' }).click()
  await page.getByLabel('local-workflows.journaling.retentionDays', { exact: true }).fill('30')
  await page.keyboard.press('Enter')
  await expect(page.getByText('set here')).toBeVisible()
  // What was searched for is in the address.
  await expect(page).toHaveURL(/[?]q=retentionDays$/)
  await page.reload()
  await expect(page.getByRole('searchbox', { name: 'Search settings' })).toHaveValue('retentionDays')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click()
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('searchbox', { name: 'Search settings' })).toHaveValue('retentionDays')
  await page.getByRole('searchbox', { name: 'Search settings' }).press('End')
  await page.keyboard.type(' journaling')
  await expect(page.getByRole('searchbox', { name: 'Search settings' })).toHaveValue('retentionDays journaling')
  await expect(page.getByText('30 days')).toBeVisible()
  await page.getByRole('button', { name: /^Undo the change/ }).click()
  await expect(page.getByText('90 days')).toBeVisible()

  await page.getByRole('searchbox', { name: 'Search settings' }).fill('watchDirs')
  await expect(page.getByText(inbox)).toBeVisible()
  await expect(page.getByText('config file', { exact: true })).toBeVisible()
})

test('refuses a value that cannot be, and says why', async ({ page, admin: _, watch }) => {
  watch.expect(/status of 422/)
  await page.goto('/settings?q=journaling.timeOfDay')
  await page.getByRole('button', { name: 'Edit local-workflows.journaling.timeOfDay' }).click()
  await page.getByLabel('local-workflows.journaling.timeOfDay', { exact: true }).fill('25:99')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'timeOfDay' })).toBeVisible()
})

test('makes a key that works, shows it once, and revokes it', async ({ page, admin: _, app, playwright }) => {
  await page.goto('/settings')
  await page.getByRole('button', { name: 'New key' }).click()
  // The form is opened to be written into.
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.type('Backup script')
  await expect(page.getByRole('checkbox', { name: 'run', exact: true })).toBeChecked()
  await page.getByRole('button', { name: 'Create the key' }).click()
  const secret = await page.getByRole('status').locator('code').textContent()
  const api = await playwright.request.newContext({ extraHTTPHeaders: { authorization: `Bearer ${secret ?? ''}` } })
  const status = () => api.get(`${app.url}/api/workflows/status`).then((answer) => answer.status())
  expect(await status()).toBe(200)

  await page.reload()
  await expect(page.getByText('Backup script')).toBeVisible()
  await expect(page.getByText(secret ?? '')).toBeHidden()
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: 'Revoke for good' }).click()
  await expect(page.getByText('Revoked')).toBeVisible()
  await expect.poll(status).toBe(401)
  await api.dispose()
})

test.describe('on a machine that Nix sets up', () => {
  test.use({ env: { HWC_AI_CONFIG_FROM: 'nix' } })

  test('shows what Nix sets as such, without a way to change it, and leaves the rest to be changed', async ({
    page,
    admin: _,
  }) => {
    await page.goto('/settings?q=fileCleanup.watchDirs')
    await expect(page.getByText('set by Nix')).toBeVisible()
    await expect(page.getByText('hwc.ai.local-workflows.fileCleanup.watchDirs')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Edit/ })).toHaveCount(0)
    await page.goto('/settings?q=journaling.timeOfDay')
    await expect(page.getByRole('button', { name: 'Edit local-workflows.journaling.timeOfDay' })).toBeVisible()
  })
})
