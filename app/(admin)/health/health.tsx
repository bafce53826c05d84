'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { api } from '#app/_client/api.ts'
import { useHealth, useIncidents } from '#app/_client/queries.ts'
import type { CheckResult, HealthOverview, HealthStatus, IncidentPage } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { Empty, Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { UptimeLegend } from '#app/_components/uptime-bars.tsx'
import { CheckList } from './check-list.tsx'
import { OpenIncidents, PastIncidents } from './incidents.tsx'
import { Now } from './now.tsx'

interface HealthPageProps {
  initial: HealthOverview | undefined
  initialIncidents: IncidentPage | undefined
  /** The check that the address asks for. */
  initialCheck: string | null
}

/** What works, since when, and what to do about the rest. */
export function HealthPage({ initial, initialIncidents, initialCheck }: HealthPageProps) {
  const client = useQueryClient()
  const { data, error } = useHealth(initial)
  const history = useIncidents(initialIncidents)
  const runAll = useMutation({
    mutationFn: () =>
      api<{ status: HealthStatus; checks: CheckResult[] }>('/api/health/checks/run', { method: 'POST', body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['health'] }),
  })
  return (
    <Page
      title="Health"
      lead="What works, and since when. This page renews itself."
      actions={
        <Button look="primary" disabled={runAll.isPending} onClick={() => runAll.mutate()}>
          <RefreshCw aria-hidden className={runAll.isPending ? 'animate-spin' : ''} />
          {runAll.isPending ? 'Checking' : 'Run all now'}
        </Button>
      }
    >
      {error !== null && <ProblemNotice error={error} />}
      {runAll.error !== null && <ProblemNotice error={runAll.error} />}
      {data === undefined ? (
        error === null && (
          <Panel>
            <Skeleton rows={9} height={76} />
          </Panel>
        )
      ) : (
        <>
          <Now checks={data.checks} found={runAll.data?.checks ?? null} />
          {data.open_incidents.length > 0 && <OpenIncidents incidents={data.open_incidents} checks={data.checks} />}
          <Section title="Checks" note={String(data.checks.length)}>
            {data.checks.length === 0 ? (
              <Empty>
                Every check is switched off. Checks of your own are added in the settings, under hwc.ai.health.checks.
              </Empty>
            ) : (
              <CheckList overview={data} initialCheck={initialCheck} />
            )}
            <div className="mt-2">
              <UptimeLegend />
            </div>
          </Section>
        </>
      )}
      <PastIncidents
        incidents={history.data?.pages.flatMap(({ incidents }) => incidents)}
        error={history.error}
        more={history.hasNextPage}
        loading={history.isFetchingNextPage}
        onMore={() => void history.fetchNextPage()}
      />
    </Page>
  )
}
