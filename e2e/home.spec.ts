import { expect, test } from './support/fixtures.ts'

test('says in one line that all is well, and what there is', async ({ page, admin: _ }) => {
  await page.goto('/')
  await expect(page.getByText('All is well.')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Models' })).toContainText('qwen2.5-coder:3b')
  for (const name of ['Chat', 'File cleanup', 'Journal', 'Auto-doc'])
    await expect(page.getByRole('region', { name: 'Workflows' }).getByText(name, { exact: true })).toBeVisible()
})

test('says how to get a backend where none answers, and notices when one does not any more', async ({
  page,
  admin: _,
  backend,
}) => {
  await page.goto('/')
  await expect(page.getByText('All is well.')).toBeVisible()
  await backend.close()
  await expect(page.getByText(/No model backend answers at http/)).toBeVisible({ timeout: 15_000 })
  await expect(page.getByText('ollama serve')).toBeVisible()
  await page.getByRole('link', { name: 'Backend settings' }).click()
  await expect(page.getByText('Kind of model server that the workflows use', { exact: false })).toBeVisible()
})

test('says over the page that the app does not answer, keeps what is typed, and goes on by itself', async ({
  page,
  admin: _,
  watch,
}) => {
  watch.expect(/net::ERR_|status of 502/)
  await page.goto('/chat')
  await page.getByLabel('Message').fill('Anyone there?')
  await page.route('**/api/**', (route) => route.abort('connectionrefused'))
  await page.keyboard.press('Enter')
  const lost = page.getByRole('status').filter({ hasText: 'The app does not answer.' })
  await expect(lost).toContainText(/What you see is from \d\d:\d\d:\d\d/)
  // What the app did not take comes back into the field.
  await expect(page.getByLabel('Message')).toHaveValue('Anyone there?')
  await page.unroute('**/api/**')
  await expect(lost).toBeHidden()

  // The same behind a proxy, which answers for an app that is gone.
  await page.goto('/')
  await page.route('**/api/**', (route) => route.fulfill({ status: 502, body: 'Bad gateway' }))
  await expect(lost).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Last runs' })).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'does not answer' })).toBeHidden()
  await page.unroute('**/api/**')
  await expect(lost).toBeHidden()
})

test('what was being written is still there after a link was followed while the app was down', async ({
  page,
  admin: _,
  inbox,
  watch,
}) => {
  watch.expect(/net::ERR_|Failed to fetch|status of 502/)
  const rail = page.getByRole('navigation', { name: 'Pages' })
  /** Follows a link to where nobody answers, and comes back when somebody does. */
  const leaveWhileDown = async (from: string) => {
    await page.route('**/*', (route) => route.abort('connectionrefused'))
    await rail.getByRole('link', { name: 'Runs' }).click()
    await expect(rail).toBeHidden()
    await page.unroute('**/*')
    await page.goto(from)
  }
  await page.goto('/chat')
  await page.getByLabel('Message').fill('A long question')
  await leaveWhileDown('/chat')
  await expect(page.getByLabel('Message')).toHaveValue('A long question')
  // What was sent is no draft any more.
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Answer again' })).toBeVisible()
  await page.getByLabel('Message').fill('The next one')
  await page.reload()
  await expect(page.getByLabel('Message')).toHaveValue('The next one')
  await page.goto('/chat')
  await expect(page.getByLabel('Message')).toHaveValue('')

  await page.goto('/cleanup')
  await page.getByLabel('Folder', { exact: true }).fill(`${inbox}/begun`)
  await page.getByRole('checkbox', { name: 'Ask a model' }).uncheck()
  await leaveWhileDown('/cleanup')
  await expect(page.getByLabel('Folder', { exact: true })).toHaveValue(`${inbox}/begun`)
  await expect(page.getByRole('checkbox', { name: 'Ask a model' })).not.toBeChecked()

  // Whoever signs in next on this tab finds nothing of it.
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/sign-in/)
  expect(await page.evaluate(() => Object.keys(sessionStorage).filter((name) => name.startsWith('draft')))).toEqual([])
})

test('the way back from another page leads to what the address says', async ({ page, admin: _ }) => {
  const rail = page.getByRole('navigation', { name: 'Pages' })
  await page.goto('/')
  await rail.getByRole('link', { name: 'Runs' }).click()
  await page.getByLabel('State').selectOption('failed')
  await expect(page).toHaveURL(/status=failed/)
  await rail.getByRole('link', { name: 'Home' }).click()
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible()
  await page.goBack()
  await expect(page.getByLabel('State')).toHaveValue('failed')
  await rail.getByRole('link', { name: 'Runs' }).click()
  await expect(page.getByLabel('State')).toHaveValue('')
})

test('is worked by keys alone', async ({ page, admin: _ }) => {
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#content')).toBeFocused()

  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('setti')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox', { name: 'Search settings' })).toBeFocused()
})

test('keeps the theme that was chosen', async ({ page, admin: _ }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/')
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await background()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('theme: dark')
  await page.keyboard.press('Enter')
  await expect.poll(background).not.toBe(light)
  const dark = await background()
  await page.reload()
  expect(await background()).toBe(dark)
})

test('an address that is nothing says so', async ({ page, admin: _, watch }) => {
  watch.expect(/status of 404/)
  for (const path of ['/nothing', '/runs/run_unknown', '/cleanup/plan_unknown']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
  }
})

test('the pages are served with a strict policy', async ({ page, admin: _ }) => {
  const answer = await page.goto('/')
  const headers = answer?.headers() ?? {}
  expect(headers['content-security-policy']).toContain("default-src 'self'")
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  const scripts = (text = '') => /script-src ([^;]*)/.exec(text)?.[1] ?? ''
  expect(scripts(headers['content-security-policy'])).toMatch(/^'self' 'nonce-[^' ]+'$/)
  const again = await page.request.get('/', { headers: { accept: 'text/html' } })
  expect(scripts(again.headers()['content-security-policy'])).not.toBe(scripts(headers['content-security-policy']))
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['x-powered-by']).toBeUndefined()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })

  test('every page fits its width and is reached from the bar', async ({ page, admin: _ }) => {
    await page.goto('/')
    const bar = page.getByRole('navigation', { name: 'Pages' })
    for (const name of ['Chat', 'File cleanup', 'Journal', 'Auto-doc', 'Home']) {
      await bar.getByRole('link', { name }).tap()
      await expect(bar.getByRole('link', { name })).toHaveAttribute('aria-current', 'page')
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    }
    await bar.getByRole('button', { name: 'More' }).tap()
    await page.getByRole('option', { name: 'Settings' }).tap()
    await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  })
})
