'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { api } from '#app/_client/api.ts'
import { useHealthCheck } from '#app/_client/queries.ts'
import type { HealthCheckDetails } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { duration, percent } from '#app/_components/format.ts'
import { sentence } from '#app/_components/health-words.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Facts, Mono, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { IncidentLine } from './incidents.tsx'
import { ResponseChart } from './response-chart.tsx'

const share = (value: number | null) => (value === null ? 'no results yet' : percent(value))

function factsOf(check: HealthCheckDetails['check']) {
  return [
    ['Expected', sentence(check.expected)],
    ['Last look', check.last_at === null ? 'not yet' : <Moment key="at" at={check.last_at} />],
    ['It took', check.duration_ms === null ? 'not known yet' : duration(check.duration_ms)],
    ['Runs every', duration(check.interval_ms)],
    ['Up', `${share(check.uptime_24h)} in 24 hours, ${share(check.uptime_7d)} in 7 days`],
    ['Shown', check.public ? 'on the public status page too' : 'here only'],
    ['Id', <Mono key="id">{check.id}</Mono>],
  ] as const
}

/** The response times, figures and incidents of one check. */
export function CheckDetails({ id }: { id: string }) {
  const client = useQueryClient()
  const { data, error, dataUpdatedAt } = useHealthCheck(id)
  const run = useMutation({
    mutationFn: () => api('/api/health/checks/run', { method: 'POST', body: { check_id: id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['health'] }),
  })
  if (error !== null) return <ProblemNotice error={error} />
  if (data === undefined) return <Skeleton rows={5} height={40} />
  return (
    <div className="mt-3 space-y-4 border-t pt-3 md:ml-6">
      {run.error !== null && <ProblemNotice error={run.error} />}
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <ResponseChart points={data.points} intervalMs={data.check.interval_ms} now={dataUpdatedAt} />
        <div className="space-y-3">
          <Facts facts={factsOf(data.check)} />
          <Button disabled={run.isPending} onClick={() => run.mutate()}>
            <RefreshCw aria-hidden className={run.isPending ? 'animate-spin' : ''} />
            Run this check now
          </Button>
        </div>
      </div>
      {data.incidents.length > 0 && (
        <div>
          <h4 className="mb-1 font-medium">Its incidents</h4>
          <ul className="space-y-1.5">
            {data.incidents.slice(0, 5).map((incident) => (
              <li key={incident.id}>
                <IncidentLine incident={incident} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
