import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { Principal } from '#lib/operations/types.ts'
import { QueryProvider } from '#app/_client/query-provider.tsx'
import type { PublicStatus } from '#app/_client/types.ts'
import { getCore } from '#app/_server/core.ts'
import { PublicStatusPage } from './public-status.tsx'

export const metadata: Metadata = { title: 'Status' }

// The settings decide at each request whether there is such a page.
export const dynamic = 'force-dynamic'

const ANYONE: Principal = { kind: 'session', id: 'anonymous', name: 'anonymous', scopes: [] }

async function publicStatus(): Promise<PublicStatus | null> {
  const core = await getCore()
  if (!core.settings.health.publicStatus) return null
  const output = await core.call(core.registry.operation('get_public_status'), {}, ANYONE, null)
  // As the API would send it: the browser's own question has the same answer.
  return JSON.parse(JSON.stringify(output)) as PublicStatus
}

export default async function Page() {
  const initial = await publicStatus()
  if (initial === null) notFound()
  return (
    <QueryProvider>
      <PublicStatusPage initial={initial} />
    </QueryProvider>
  )
}
