import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './support/fixtures.ts'

const OPTIONS = 'domains/ai/ollama/options.nix'
const MACHINE = 'machines/server/config.nix'

test('previews the export, shows what a changed setting changes, writes it, and keeps a hand edit safe', async ({
  page,
  admin: _,
  folder,
}) => {
  const tree = join(folder, 'state', 'nix-export')
  await page.goto('/nix')
  await expect(page.getByText('none written yet')).toBeVisible()
  const file = (path: string) =>
    page
      .getByRole('region', { name: path.slice(0, path.lastIndexOf('/')), exact: true })
      .getByRole('button', { name: path.slice(path.lastIndexOf('/') + 1) })
  await file(OPTIONS).click()
  await expect(page.getByText('options.hwc.ai.ollama').first()).toBeVisible()

  await page.getByRole('button', { name: /^Export \d+ files$/ }).click()
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
  await expect(page.getByText('all as they should be')).toBeVisible()
  expect(await readFile(join(tree, OPTIONS), 'utf8')).toContain('options.hwc.ai.ollama')

  await page.request.put(new URL('/api/settings/ollama.port', page.url()).href, {
    data: { value: 11999 },
    headers: { origin: new URL(page.url()).origin },
  })
  await page.goto('/nix')
  await expect(page.getByText('1 file to write')).toBeVisible()
  await expect(page.getByRole('heading', { name: MACHINE })).toBeVisible()
  await expect(page.getByText(/\+.*11999/)).toBeVisible()

  const machine = join(tree, MACHINE)
  const edited = `# Mine\n${await readFile(machine, 'utf8')}`
  await writeFile(machine, edited)
  await page.reload()
  await expect(page.getByText('1 file held back for your edits')).toBeVisible()
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(page.getByText('Not complete')).toBeVisible()
  expect(await readFile(machine, 'utf8')).toBe(edited)

  await page.getByRole('button', { name: 'Write over…' }).click()
  await page.getByRole('button', { name: 'Write over the hand edits' }).click()
  await expect(page.getByText('Complete', { exact: true })).toBeVisible()
  expect(await readFile(machine, 'utf8')).toContain('11999')
  expect(await readFile(machine, 'utf8')).not.toContain('# Mine')
})

test('holds the export against the Charter and finds nothing', async ({ page, admin: _ }) => {
  await page.goto('/nix')
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(page.getByText('no error and no warning')).toBeVisible()
})

test('shows what an evaluated config would change before it changes it, and says when it is not JSON', async ({
  page,
  admin: _,
}) => {
  await page.goto('/nix')
  const config = page.getByLabel('Evaluated config')
  await config.fill('{ nix syntax }')
  await page.getByRole('button', { name: 'Show what would change' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'not JSON' })).toBeVisible()

  await config.fill('{"ollama":{"port":11555}}')
  await page.getByRole('button', { name: 'Show what would change' }).click()
  await expect(page.getByText('1 setting would change.')).toBeVisible()
  await page.getByRole('button', { name: 'Change 1 setting' }).click()
  await expect(page.getByText('1 setting changed.')).toBeVisible()
  await page.goto('/settings?q=ollama.port')
  await expect(page.getByText('11555')).toBeVisible()
})

test('downloads the tree as one archive', async ({ page, admin: _ }) => {
  await page.goto('/nix')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/\.tar\.gz$/)
})
