import type { Metadata } from 'next'
import type { ToolServers } from '#app/_client/types.ts'
import { preloadSoon } from '#app/_server/operations.ts'
import { OpenWebuiPage } from './open-webui.tsx'

export const metadata: Metadata = { title: 'Open WebUI' }

export default async function Page() {
  return <OpenWebuiPage initial={await preloadSoon<ToolServers>('list_tool_servers')} />
}
