import type { Metadata } from 'next'
import type { HealthOverview, IncidentPage } from '#app/_client/types.ts'
import { preload } from '#app/_server/operations.ts'
import { HealthPage } from './health.tsx'
import { INCIDENTS_AT_ONCE } from '#app/_client/page-size.ts'

export const metadata: Metadata = { title: 'Health' }

export default async function Page({ searchParams }: { searchParams: Promise<{ check?: string | string[] }> }) {
  const { check } = await searchParams
  const [overview, incidents] = await Promise.all([
    preload<HealthOverview>('list_health_checks'),
    preload<IncidentPage>('list_health_incidents', { over: true, limit: INCIDENTS_AT_ONCE }),
  ])
  return (
    <HealthPage
      initial={overview}
      initialIncidents={incidents}
      initialCheck={typeof check === 'string' ? check : null}
    />
  )
}
