import { readFile } from 'node:fs/promises'
import { expect, test } from './support/fixtures.ts'

const words = (text: string) => text.match(/\S+\s*/g) ?? []

test('streams an answer as Markdown, with its model and figures', async ({ page, admin: _, backend }) => {
  backend.play({ kind: 'answer', tokens: words('It was **killed** by <b>SIGKILL</b>.\n\n- 128 + 9\n'), gapMs: 5 })
  await page.goto('/chat')
  await page.getByLabel('Message').fill('What does exit code 137 mean?')
  await page.keyboard.press('Enter')
  const answer = page.getByRole('article', { name: 'Answer' })
  await expect(answer.locator('strong')).toHaveText('killed')
  await expect(answer.locator('li')).toHaveText('128 + 9')
  await expect(answer).toContainText('<b>SIGKILL</b>')
  await expect(answer.getByText('llama3.2:3b')).toBeVisible()
  await expect(answer.getByText(/tokens\/s/)).toBeVisible()
  await expect(page).toHaveURL(/session=chat_/)
  await page.reload()
  await expect(answer.locator('strong')).toHaveText('killed')
})

test('stops, keeps what came, and answers again', async ({ page, admin: _, backend }) => {
  backend.play({ kind: 'endless', gapMs: 30 })
  await page.goto('/chat')
  await page.getByLabel('Message').fill('Count')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/word5/)).toBeVisible()
  await page.getByRole('button', { name: 'Stop' }).click()
  await backend.abandoned()
  await expect(page.getByText('Stopped before its end')).toBeVisible()
  await expect(page.getByText(/word5/)).toBeVisible()

  backend.play({ kind: 'answer', tokens: words('One, two, three.') })
  await page.getByRole('button', { name: 'Answer again' }).click()
  await expect(page.getByRole('article', { name: 'Answer' })).toContainText('One, two, three.')
  await expect(page.getByText(/word5/)).toBeHidden()
})

test('says so when the model says nothing', async ({ page, admin: _, backend }) => {
  backend.play({ kind: 'answer', tokens: ['\n', '\n'] })
  await page.goto('/chat')
  await page.getByLabel('Message').fill('Anything?')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('article', { name: 'Answer' })).toContainText('The model said nothing.')
})

test('what is written while the first answer comes belongs to its conversation', async ({
  page,
  admin: _,
  backend,
}) => {
  backend.play({ kind: 'endless', gapMs: 30 })
  await page.goto('/chat')
  await page.getByLabel('Message').fill('Count')
  await page.keyboard.press('Enter')
  await page.getByLabel('Message').pressSequentially('and then')
  await expect(page).toHaveURL(/session=chat_/)
  await expect(page.getByText(/word5/)).toBeVisible()
  await expect(page.getByLabel('Message')).toHaveValue('and then')
  await page.getByRole('button', { name: 'Stop' }).click()
  await backend.abandoned()

  await page.getByRole('button', { name: 'New conversation' }).click()
  await expect(page.getByLabel('Message')).toHaveValue('')
  await page.getByRole('navigation', { name: 'Conversations' }).getByRole('button', { name: 'Count' }).click()
  await expect(page.getByLabel('Message')).toHaveValue('and then')
})

test('takes a text file along and refuses what is none', async ({ page, admin: _, backend }) => {
  backend.play({ kind: 'answer', tokens: ['Port 80 is taken.'] })
  await page.goto('/chat')
  const file = page.getByLabel('Text file', { exact: true })
  await file.setInputFiles({ name: 'photo.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 1, 2]) })
  await expect(page.getByText('photo.bin is not a text.')).toBeVisible()
  await file.setInputFiles({
    name: 'nginx.log',
    mimeType: 'text/plain',
    buffer: Buffer.from('bind() to 0.0.0.0:80 failed'),
  })
  await page.getByLabel('Message').fill('What broke?')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('Port 80 is taken.')).toBeVisible()
  await page.getByText(/With a text of/).click()
  await expect(page.getByText('bind() to 0.0.0.0:80 failed')).toBeVisible()
  expect(JSON.stringify(backend.questions.at(-1)?.messages)).toContain('bind() to 0.0.0.0:80 failed')
})

test('finds, renames, exports and deletes conversations, and shows what it remembered', async ({
  page,
  admin: _,
  backend,
}) => {
  backend.play({ kind: 'answer', tokens: words('The nightly backup copies to the second disk.') })
  await page.goto('/chat')
  await page.getByLabel('Message').fill('Where does the nightly backup go?')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Answer again' })).toBeVisible()

  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByLabel('Title').fill('Backups')
  await page.keyboard.press('Enter')
  const list = page.getByRole('navigation', { name: 'Conversations' })
  await expect(list.getByRole('button', { name: 'Backups' })).toBeVisible()

  await page.getByRole('button', { name: 'New conversation' }).click()
  await page.getByLabel('Message').fill('Is the nightly backup safe?')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Remembered: \d+ messages? of 1 earlier conversation/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Answer again' })).toBeVisible()

  await page.getByRole('searchbox', { name: 'Search conversations' }).fill('safe')
  await expect(list.getByRole('button', { name: 'Backups' })).toBeHidden()
  await page.getByRole('searchbox', { name: 'Search conversations' }).fill('')
  await list.getByRole('button', { name: 'Backups' }).click()

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export as Markdown' }).click()
  expect(await readFile(await (await download).path(), 'utf8')).toContain('second disk')

  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(list.getByRole('button', { name: 'Backups' })).toBeHidden()
})

test('without a backend says how to get one, and notices when it is there', async ({
  page,
  admin: _,
  backend,
  watch,
}) => {
  watch.expect(/status of 503/)
  await page.goto('/chat')
  await expect(page.getByText('Ask the model on this machine.', { exact: false })).toBeVisible()
  await backend.close()
  await expect(page.getByRole('heading', { name: /No model backend answers/ })).toBeVisible({ timeout: 15_000 })
  await expect(page.getByText('ollama pull llama3.2:3b')).toBeVisible()
  await page.getByLabel('Message').fill('Anyone?')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'No model backend answers' })).toBeVisible()
})

const { HWC_AI_TEST_OLLAMA: realOllama, HWC_AI_TEST_MODEL: realModel } = process.env

test.describe('with a real model', () => {
  test.skip(realOllama === undefined || realModel === undefined, 'needs HWC_AI_TEST_OLLAMA and HWC_AI_TEST_MODEL')
  test.use({ settings: { ollamaEndpoint: realOllama, chatCli: { model: realModel } } })

  test('streams words, and stops when told to', async ({ page, admin: _ }) => {
    test.setTimeout(180_000)
    await page.goto('/chat')
    await page.getByLabel('Message').fill('Write the numbers from one to one hundred as words.')
    await page.keyboard.press('Enter')
    const answer = page.getByRole('article', { name: 'Answer' })
    await expect(answer).toContainText(/\d+ tokens/, { timeout: 120_000 })
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'Answer again' })).toBeVisible()
    await expect(answer).toContainText(realModel ?? '')
  })
})
