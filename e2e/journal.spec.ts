import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'
import { copyEntry, daysEarlier as earlier } from './support/journal-entries.ts'

/** Writes today's entry, and puts the same under earlier days. @returns today as the app counts */
async function writeEntries(page: Page, folder: string, daysBefore: readonly number[]): Promise<string> {
  await writeFile(join(folder, 'app.log'), `${new Date(Date.now() - 60_000).toISOString()} INFO nginx: GET / 200\n`)
  const headers = { origin: new URL(page.url()).origin }
  const answer = await page.request.post('/api/workflows/journal', { data: { use_model: false }, headers })
  const { date } = (await answer.json()) as { date: string }
  copyEntry(folder, date, daysBefore)
  return date
}

/** As headings and the calendar name a day. */
function dayName(date: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' })
  return format.format(Date.parse(date)).replace(',', '')
}

test('goes through the entries by the calendar, with keys alone', async ({ page, admin: _, folder }) => {
  await page.goto('/journal')
  const today = await writeEntries(page, folder, [1, 100])
  await page.reload()
  const entry = (date: string) => page.getByRole('heading', { name: dayName(date), level: 2 })
  const day = (date: string) => page.getByRole('gridcell').getByRole('button', { name: dayName(date) })
  await expect(entry(today)).toBeVisible()
  await expect(day(today)).toHaveAccessibleName(/, today: 1 line$/)

  await day(today).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(day(earlier(today, 1))).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(entry(earlier(today, 1))).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`date=${earlier(today, 1)}`))

  // A day without an entry is reached, says so, and changes nothing.
  await page.keyboard.press('ArrowLeft')
  await expect(day(earlier(today, 2))).toHaveAccessibleName(/: no entry$/)
  await page.keyboard.press('Enter')
  await expect(entry(earlier(today, 1))).toBeVisible()

  await page.getByRole('button', { name: 'Earlier entry' }).click()
  await expect(entry(earlier(today, 100))).toBeVisible()
  await expect(page.getByRole('button', { name: 'Earlier month' })).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Earlier entry' })).toBeDisabled()

  // Months without an entry are said to be so, and lead on.
  await page.getByRole('button', { name: 'Later month' }).click()
  await expect(page.getByText('No entry this month.')).toBeVisible()
  await page.getByRole('button', { name: `Go to ${dayName(earlier(today, 100))}` }).click()
  await expect(day(earlier(today, 100))).toBeVisible()

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Home' }).click()
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible()
  await page.goBack()
  await expect(entry(earlier(today, 100))).toBeVisible()
})

test('the calendar says in shape and words which days have errors', async ({ page, admin: _, folder }) => {
  await page.goto('/journal')
  const at = new Date(Date.now() - 120_000).toISOString()
  await writeFile(join(folder, 'app.log'), `${at} ERROR postgres: too many clients\n`)
  await page.getByRole('button', { name: /Write today/ }).click()
  await expect(
    page.getByRole('gridcell').getByRole('button', { name: /, today: 1 line, 1 kind of errors$/ }),
  ).toBeVisible()
  await expect(page.getByRole('list', { name: 'Marks' })).toContainText('rising or silent')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })

  test('brings the chosen entry into sight', async ({ page, admin: _, folder }) => {
    await page.goto('/journal')
    const today = await writeEntries(page, folder, [1])
    await page.reload()
    if (earlier(today, 1).slice(0, 7) !== today.slice(0, 7))
      await page.getByRole('button', { name: 'Earlier month' }).tap()
    await page.getByRole('button', { name: new RegExp(`^${dayName(earlier(today, 1))}`) }).tap()
    await expect(page.getByRole('heading', { name: dayName(earlier(today, 1)), level: 2 })).toBeInViewport()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  })
})
