import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'
import { contents, fillInbox, fillWithMany, INVOICE } from './support/inbox.ts'

/** Plans by rules alone. */
async function plan(page: Page): Promise<void> {
  await page.goto('/cleanup')
  await page.getByRole('checkbox', { name: 'Ask a model' }).uncheck()
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await expect(page).toHaveURL(/\/cleanup\/plan_/)
}

const tree = (page: Page, side: 'Before' | 'After') => page.getByRole('tree', { name: side })

test('plans, shows both trees, takes changes, applies and undoes exactly', async ({ page, admin: _, inbox }) => {
  await fillInbox(inbox)
  const before = await contents(inbox)
  await plan(page)
  expect(await contents(inbox)).toEqual(before)

  await expect(tree(page, 'Before').getByRole('treeitem', { name: INVOICE })).toBeVisible()
  await tree(page, 'Before').getByRole('treeitem', { name: INVOICE }).click()
  const selected = page.getByRole('region', { name: 'Selected' })
  await expect(selected).toContainText(/rule “.+”/)

  await selected.getByLabel('Destination').fill('Taxes/2026/july.pdf')
  await selected.getByRole('button', { name: 'Change the destination' }).click()
  await expect(tree(page, 'After').getByRole('treeitem', { name: 'july.pdf' })).toBeVisible()

  await tree(page, 'Before').getByRole('treeitem', { name: 'notes.md' }).click()
  await selected.getByRole('button', { name: 'Leave it where it is' }).click()
  await expect(selected).toContainText('left out by you')

  await page.getByRole('button', { name: /^Apply \d+ moves$/ }).click()
  const undo = page.getByRole('button', { name: /^Undo \d+ moves$/ })
  await expect(undo).toBeVisible()
  expect(await readFile(join(inbox, 'Taxes/2026/july.pdf'), 'utf8')).toMatch(/^%PDF/)
  await access(join(inbox, 'notes.md'))
  await access(join(inbox, '.hidden'))
  await access(join(inbox, 'link-out'))
  await expect(access(join(inbox, INVOICE))).rejects.toThrow()
  await expect(page.getByRole('heading', { name: /^After/ })).toContainText('where they are')

  // Later, from the history.
  await page.goto('/cleanup')
  await page.getByRole('link', { name: /Applied/ }).click()
  await undo.click()
  await expect(page.getByText('Undone', { exact: true })).toBeVisible()
  await expect(page.getByRole('heading', { name: /^Before/ })).toContainText('where the files are again')
  expect(await contents(inbox)).toEqual(before)
})

test('refuses a destination outside the folder beside its field', async ({ page, admin: _, inbox, watch }) => {
  watch.expect(/status of 422/)
  await fillInbox(inbox)
  await plan(page)
  await tree(page, 'Before').getByRole('treeitem', { name: INVOICE }).click()
  const selected = page.getByRole('region', { name: 'Selected' })
  await selected.getByLabel('Destination').fill('../../escape.pdf')
  await selected.getByRole('button', { name: 'Change the destination' }).click()
  await expect(selected.getByRole('alert')).toContainText('must be a path inside the folder')
})

test('says what changed since the plan and leaves it', async ({ page, admin: _, inbox }) => {
  await fillInbox(inbox)
  await plan(page)
  await expect(page.getByRole('button', { name: /^Apply/ })).toBeVisible()
  await writeFile(join(inbox, INVOICE), 'written anew')
  await page.reload()
  await expect(page.getByText('1 file changed since this plan and will stay where it is')).toBeVisible()
  await page.getByRole('button', { name: /^Apply/ }).click()
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeVisible()
  expect(await readFile(join(inbox, INVOICE), 'utf8')).toBe('written anew')
})

test('narrows a plan down by reason and by words, with keys in the tree', async ({ page, admin: _, inbox }) => {
  await fillInbox(inbox)
  await plan(page)
  await page.getByRole('button', { name: /a duplicate/ }).click()
  await expect(tree(page, 'Before').getByRole('treeitem')).toHaveCount(1)
  await page.getByRole('button', { name: /a duplicate/ }).click()
  await page.keyboard.press('/')
  await page.keyboard.type('angebot')
  await expect(tree(page, 'Before').getByRole('treeitem')).toHaveCount(1)
  await expect(page).toHaveURL(/[?]q=angebot$/)
  await page.reload()
  await expect(tree(page, 'Before').getByRole('treeitem')).toHaveCount(1)

  await tree(page, 'After').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowLeft')
  await expect(tree(page, 'After').getByRole('treeitem')).toHaveCount(1)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('End')
  await expect(page.getByRole('region', { name: 'Selected' })).toContainText('Angebot.pdf')
})

test('draws only what is seen of thousands of files', async ({ page, admin: _, inbox }) => {
  await fillWithMany(inbox, 3000)
  await plan(page)
  await expect(page.getByRole('button', { name: 'Apply 3,000 moves' })).toBeVisible()
  await expect(tree(page, 'Before').getByRole('treeitem').first()).toBeVisible()
  expect(await page.getByRole('treeitem').count()).toBeLessThan(120)
  await tree(page, 'Before').focus()
  await page.keyboard.press('End')
  await expect(tree(page, 'Before').getByRole('treeitem', { name: 'picture 2999.jpg' })).toBeVisible()
})

test('a folder that may not be tidied is refused with what to do', async ({ page, admin: _, watch }) => {
  await page.goto('/cleanup')
  await page.getByLabel('Folder', { exact: true }).fill('/etc')
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  const refusal = page.getByRole('alert').filter({ hasText: 'outside the allowed folders' })
  await expect(refusal.getByRole('link', { name: 'local-workflows.fileCleanup.watchDirs' })).toHaveAttribute(
    'href',
    '/settings?q=local-workflows.fileCleanup.watchDirs',
  )
  await page.getByLabel('Folder', { exact: true }).fill('')
  watch.expect(/status of 422/)
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await expect(page.getByLabel('Folder', { exact: true })).toHaveAttribute('aria-invalid', 'true')
})
