/** Open WebUI's page against the real program: it takes half a minute to start, so one journey goes all the way. */
import { SCRIPTED_MODEL, startScriptedOllama, TOOL_SAID } from './fakes/scripted-ollama.ts'
import { expect, test } from './support/fixtures.ts'
import { OPEN_WEBUI_PROGRAM, startOpenWebui } from './support/open-webui.ts'

const OURS = 'hwc-ai-workflows'

test('says what is missing before anything is connected', async ({ page, admin: _ }) => {
  await page.goto('/open-webui')
  await expect(page.getByText('Not connected', { exact: true })).toBeVisible()
  await page.getByText(/tools as a model sees them/).click()
  await expect(page.getByText('plan_file_cleanup', { exact: true })).toBeVisible()
})

test('connects a real Open WebUI, registers, and its model plans a cleanup; drift is shown and put right', async ({
  page,
  admin: _,
  inbox,
  watch,
}) => {
  test.skip(OPEN_WEBUI_PROGRAM === null && process.env['CI'] === undefined, 'Open WebUI is not installed here')
  test.setTimeout(240_000)
  watch.expect(/status of (409|502|503)/)
  const model = await startScriptedOllama()
  const chat = await startOpenWebui({ ollama: model.url })
  try {
    await page.goto('/open-webui')
    await page.getByLabel('Address of Open WebUI').fill(chat.url)
    await page.getByLabel('Token of an administrator').fill(chat.token)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByText('Connected', { exact: true })).toBeVisible()
    await expect(page.getByText(chat.token)).toBeHidden()

    await page.getByRole('button', { name: 'Register', exact: true }).click()
    const ours = page.getByRole('region', { name: 'Workflows of this machine' })
    await expect(ours.getByText('Registered', { exact: true })).toBeVisible()
    await ours.getByRole('button', { name: 'Verify' }).click()
    await expect(ours.getByText(/Open WebUI reaches it and finds \d+ tools/)).toBeVisible()

    model.play({ name: 'plan_file_cleanup', arguments: { directory: inbox } })
    const answer = await chat.chat('tidy my downloads', SCRIPTED_MODEL, [`server:${OURS}`])
    expect(answer.content).toContain(TOOL_SAID)
    expect(answer.content).toContain('plan_')
    await page.reload()
    await expect(ours.getByText('1 call in 14 days')).toBeVisible()

    const list = (await (await chat.ask('/api/v1/configs/tool_servers')).json()) as {
      TOOL_SERVER_CONNECTIONS: { info: { id: string; name: string } }[]
    }
    for (const { info } of list.TOOL_SERVER_CONNECTIONS) if (info.id === OURS) info.name = 'Renamed by someone'
    await chat.ask('/api/v1/configs/tool_servers', list)
    await page.reload()
    await expect(page.getByText('Edited there', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Restore ours' }).click()
    await expect(ours.getByText('Registered', { exact: true })).toBeVisible()

    await chat.stop()
    await page.reload()
    await expect(page.getByText('Does not answer', { exact: true })).toBeVisible()
  } finally {
    await chat.close()
    await model.close()
  }
})
