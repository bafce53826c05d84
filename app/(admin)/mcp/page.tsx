import type { Metadata } from 'next'
import type { McpGateway } from '#app/_client/types.ts'
import { describeOperation, preload } from '#app/_server/operations.ts'
import { McpPage } from './mcp.tsx'

export const metadata: Metadata = { title: 'MCP' }

export default async function Page() {
  const [gateway, operation] = await Promise.all([
    preload<McpGateway>('list_mcp_servers'),
    describeOperation('set_mcp_server'),
  ])
  return <McpPage initial={gateway} operation={operation} />
}
