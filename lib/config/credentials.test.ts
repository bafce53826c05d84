import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { credentialName, withCredentials } from './credentials.ts'
import { loadSettings } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-credentials-'))
afterAll(() => rmSync(folder, { recursive: true }))

const phone = { type: 'ntfy', url: 'http://127.0.0.1:8090/x', tokenFile: '/run/secrets/phone' }
const config = {
  'open-webui': { adminTokenFile: '/run/secrets/open-webui' },
  cloud: { openai: { apiKeyFile: '/run/secrets/openai' } },
  health: { notifiers: { phone, 'my phone': phone } },
  'local-workflows': { chatCli: { historyFile: '/srv/history.sqlite' } },
}
const { settings } = loadSettings({
  env: { HWC_AI_CONFIG: JSON.stringify(config) },
  readFile: () => '',
  stateDir: '/var/lib/hwc-ai',
})

it('takes the copy of a secret that systemd has made, and the file itself where there is none', () => {
  for (const path of [
    ['open-webui', 'adminTokenFile'],
    ['health', 'notifiers', 'my phone', 'tokenFile'],
    ['local-workflows', 'chatCli', 'historyFile'],
  ])
    writeFileSync(join(folder, credentialName(path)), 'secret')
  const used = withCredentials(settings, folder)
  expect(used['open-webui'].adminTokenFile).toBe(join(folder, 'open-webui.adminTokenFile'))
  expect(used.health.notifiers['my phone']?.tokenFile).toMatch(/\/health\.notifiers\.[0-9a-f]{64}\.tokenFile$/)
  expect(used.health.notifiers['phone']).toEqual(settings.health.notifiers['phone'])
  expect(used.cloud).toEqual(settings.cloud)
  // A file of another kind stays what it is, whatever lies in the folder.
  expect(used['local-workflows']).toEqual(settings['local-workflows'])
})

it('changes nothing outside of systemd', () => {
  expect(withCredentials(settings, undefined)).toBe(settings)
})
