import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LogRing } from './log-ring.ts'
import { createHarness, smallServer } from './testing/harness.ts'

const texts = (ring: LogRing) => ring.read().lines.map(({ text }) => text)

it('a log leaves secrets out of its lines, whole and before they are cut', () => {
  const ring = new LogRing(() => new Date(0))
  ring.hide(['secret-one', 'secret-one-and-more', 'short'])
  ring.add('secret-one, then secret-one-and-more; short words stay')
  ring.add(`${'x'.repeat(1995)}secret-one`)
  expect(texts(ring)[0]).toBe('[hidden], then [hidden]; short words stay')
  expect(texts(ring)[1]).not.toContain('secre')
})

it('the log of a program has nothing of its secret file', async () => {
  const harness = await createHarness({})
  const envFile = join(harness.folder, 'secret.env')
  writeFileSync(envFile, 'TOKEN=token-from-the-file\nOVER=token-over-a-setting\n')
  const settings = smallServer({ shared: true, envFile, env: { LISTED: 'listed-in-the-open', OVER: 'x' } })
  const other = await createHarness({ servers: { small: settings } })
  const say = (text: string) =>
    other.fetch('/mcp/small/complain', { method: 'POST', body: JSON.stringify({ text }) }).then(({ status }) => status)
  expect(await say('TOKEN=token-from-the-file, token-over-a-setting and listed-in-the-open')).toBe(200)
  const log = () => JSON.stringify(other.core.gateway.server('small').log())
  await expect.poll(log).toContain('TOKEN=[hidden], [hidden] and listed-in-the-open')
  await other.close()
  await harness.close()
})
