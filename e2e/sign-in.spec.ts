import { expect, PASSWORD, test } from './support/fixtures.ts'

test('the first-run link sets the password, once, and signs in', async ({ page, app }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'No password is set yet' })).toBeVisible()

  await page.goto(app.firstRun ?? '')
  await page.getByLabel('New password').fill('short')
  await page.getByLabel('Once more').fill('other')
  await page.getByRole('button', { name: /Set the password/ }).click()
  await expect(page.getByText('needs at least 10 characters, has 5')).toBeVisible()
  await expect(page.getByText('is not the same as above')).toBeVisible()

  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('Once more').fill(PASSWORD)
  await page.getByRole('button', { name: /Set the password/ }).click()
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible()
  expect(await page.evaluate(() => document.cookie)).not.toContain('session')

  await page.goto(app.firstRun ?? '')
  await expect(page.getByText('The first-run link works once, and it was used.')).toBeVisible()
})

test('a link that is not the right one says so where it happened', async ({ page, watch }) => {
  watch.expect(/status of 410/)
  await page.goto('/first-run#first_not-the-token')
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('Once more').fill(PASSWORD)
  await page.getByRole('button', { name: /Set the password/ }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'was used already or has expired' })).toBeVisible()
})

test('signs out and in again to the page that was asked for, and never shows one to nobody', async ({
  page,
  admin: _,
}) => {
  await page.goto('/runs')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  for (const path of ['/', '/chat', '/cleanup', '/journal', '/autodoc', '/runs', '/settings']) {
    await page.goto(path)
    await expect(page).toHaveURL(/\/sign-in/)
  }
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Settings', exact: true })).toBeVisible()
})

test('five wrong passwords lock the address, with a countdown', async ({ page, admin: _, context, watch }) => {
  watch.expect(/status of 401/)
  watch.expect(/status of 429/)
  await context.clearCookies()
  await page.goto('/sign-in')
  const alert = page.getByRole('alert').filter({ hasText: /password|sign-ins/ })
  for (let n = 1; n <= 5; n += 1) {
    await page.getByRole('textbox', { name: 'Password' }).fill(`wrong ${n}`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(alert).toContainText(n < 5 ? 'That is not the password.' : 'Too many failed sign-ins')
  }
  const locked = page.getByRole('button', { name: /^Locked for \d+ s$|^Locked for 1 min$/ })
  await expect(locked).toBeDisabled()
  const first = await locked.textContent()
  await expect(locked).not.toHaveText(first ?? '')
})
