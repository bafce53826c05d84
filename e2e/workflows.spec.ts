import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './support/fixtures.ts'

const SOURCE = `/** Adds two numbers. */
export function add(a: number, b: number): number {
  return a + b
}

export function subtract(a: number, b: number): number {
  return a - b
}
`

function logLines(): string {
  const now = Date.now()
  return Array.from({ length: 60 }, (_, n) => {
    const at = new Date(now - (60 - n) * 60_000).toISOString()
    return n % 20 === 0
      ? `${at} ERROR postgres: connection to 10.0.0.${n} failed`
      : `${at} INFO nginx: GET /item/${n} in ${n} ms`
  })
    .map((line) => `${line}\n`)
    .join('')
}

test('writes a journal entry and opens a claim to its log lines', async ({ page, admin: _, backend, folder }) => {
  backend.play({ kind: 'answer', tokens: ['no JSON'] })
  await writeFile(join(folder, 'app.log'), logLines())
  await page.goto('/journal')
  await page.getByRole('button', { name: /Write today/ }).click()
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  await expect(page.getByText('60 lines in 2 groups')).toBeVisible()
  const claim = page.locator('details').filter({ hasText: 'connection to' })
  await claim.locator('summary').click()
  await expect(claim).toContainText('connection to 10.0.0.40 failed')

  await page.getByRole('button', { name: 'As written' }).click()
  await expect(page.getByRole('heading', { name: /^Journal of \d{4}-\d\d-\d\d$/, level: 1 })).toBeVisible()
  const path = await page.getByText(/\/journal\/\d{4}-\d\d-\d\d\.md$/).textContent()
  expect(await readFile(path?.replace(/^.*kept in /, '') ?? '', 'utf8')).toContain('connection to')
})

test('documents a file beside its figures, and says later that the file changed', async ({
  page,
  admin: _,
  backend,
  folder,
}) => {
  backend.play({ kind: 'answer', tokens: ['no JSON'] })
  await writeFile(join(folder, 'sums.ts'), SOURCE)
  await page.goto('/autodoc')
  await page.getByLabel('File', { exact: true }).fill(join(folder, 'sums.ts'))
  await page.getByRole('button', { name: 'Document', exact: true }).click()
  await expect(page.getByRole('meter', { name: 'Coverage' })).toHaveAttribute('aria-valuenow', '50')
  await expect(page.getByText('Adds two numbers.').first()).toBeVisible()

  await writeFile(join(folder, 'sums.ts'), `${SOURCE}\nexport const zero = 0\n`)
  await page.goto('/autodoc')
  await page.getByRole('button', { name: /sums\.ts/ }).click()
  await expect(page.getByLabel('About this document').getByText('File changed')).toBeVisible()
})

test('a file that cannot be documented is refused with the reason', async ({ page, admin: _ }) => {
  await page.goto('/autodoc')
  await page.getByLabel('File', { exact: true }).fill('/etc/hostname')
  await page.getByRole('button', { name: 'Document', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'That kind of file is not supported' })).toBeVisible()
})

test('a reload in the middle of a run goes on watching it, and it can be cancelled', async ({
  page,
  admin: _,
  backend,
  folder,
}) => {
  backend.play({ kind: 'endless', gapMs: 50 })
  await writeFile(join(folder, 'app.log'), logLines())
  await page.goto('/journal')
  await page.getByRole('button', { name: /Write today/ }).click()
  await expect(page.getByRole('list', { name: 'Steps' })).toContainText('Asking')
  await page.reload()
  await expect(page.getByText('Running', { exact: true })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Steps' })).toContainText('Asking')

  await page.getByRole('link', { name: 'This run' }).click()
  await expect(page.getByRole('heading', { name: 'Write the journal' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await backend.abandoned()
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible()
  await page.reload()
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible()
  await page.goto('/runs?status=cancelled')
  await expect(page.getByRole('link', { name: /Write the journal/ })).toBeVisible()
})

test('a failed run is what home speaks of, with its reason', async ({ page, admin: _ }) => {
  await page.goto('/autodoc')
  await page.getByLabel('File', { exact: true }).fill('/etc/hostname')
  await page.getByRole('button', { name: 'Document', exact: true }).click()
  await expect(page.getByText('Failed', { exact: true })).toBeVisible()
  await page.goto('/')
  await expect(page.getByText('Document a file: failed')).toBeVisible()
  await page.getByRole('link', { name: 'Show the run' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'not supported' })).toBeVisible()
})
