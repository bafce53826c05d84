import type { Metadata } from 'next'
import type { ApiKey, Setting } from '#app/_client/types.ts'
import { ButtonLink } from '#app/_components/button.tsx'
import { Page } from '#app/_components/page.tsx'
import { describeOperation, preload } from '#app/_server/operations.ts'
import { ApiKeys } from './api-keys.tsx'
import { SettingList } from './setting-list.tsx'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const [settings, keys, createKey] = await Promise.all([
    preload<{ settings: Setting[] }>('list_settings'),
    preload<{ keys: ApiKey[] }>('list_api_keys'),
    describeOperation('create_api_key'),
  ])
  return (
    <Page
      title="Settings"
      lead="How this app is set, and where each value comes from. A change here goes before the config file and the environment; what Nix sets is changed there."
      actions={<ButtonLink href="#api-keys">API keys</ButtonLink>}
    >
      <SettingList initial={settings} />
      <div id="api-keys">
        <ApiKeys initial={keys} operation={createKey} />
      </div>
    </Page>
  )
}
