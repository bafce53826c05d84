'use client'

import Link from 'next/link'
import type { WorkflowSummary } from '#app/_client/operation.ts'
import { useHealth, useRuns, useStatus } from '#app/_client/queries.ts'
import type { HealthOverview, Run, Status } from '#app/_client/types.ts'
import { count } from '#app/_components/format.ts'
import { Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { RunTable } from '#app/_components/run-table.tsx'
import { attentions, healthAttention } from './attention.ts'
import { Machine, Models } from './machine.tsx'
import { Well } from './well.tsx'
import { WorkflowList } from './workflow-list.tsx'

interface HomeProps {
  workflows: readonly WorkflowSummary[]
  titles: Readonly<Record<string, string>>
  initialStatus: Status | undefined
  initialHealth: HealthOverview | undefined
  initialRuns: { runs: Run[] } | undefined
  disk: { free: number; total: number } | null
}

function figuresOf({ workflows, models, backend }: Status): string {
  const runs = Object.values(workflows).reduce((sum, { runs_count }) => sum + runs_count, 0)
  return `${count(Object.keys(models).length, 'model')} on ${backend.id}, ${count(runs, 'run')} so far.`
}

/** Is everything well, what happened, what needs me. */
export function Home({ workflows, titles, initialStatus, initialHealth, initialRuns, disk }: HomeProps) {
  const { data: status, error } = useStatus(initialStatus)
  const { data: latest } = useRuns({ limit: 8 }, initialRuns)
  const { data: health } = useHealth(initialHealth)
  const runs = latest?.runs ?? []
  const needing = [
    ...(health === undefined ? [] : healthAttention(health)),
    ...(status === undefined ? [] : attentions(status, runs, workflows, titles, disk)),
  ]
  return (
    <Page title="Home">
      {error !== null && <ProblemNotice error={error} />}
      {status === undefined && needing.length === 0 ? (
        <Panel>
          <Skeleton rows={1} height={42} />
        </Panel>
      ) : (
        <Well items={needing} figures={status === undefined ? '' : figuresOf(status)} />
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="space-y-6">
          <Section title="Workflows">
            <WorkflowList workflows={workflows} status={status} />
          </Section>
          <Section
            title="Last runs"
            actions={
              <Link href="/runs" className="text-accent hover:underline">
                All runs
              </Link>
            }
          >
            <RunTable runs={latest?.runs} titles={titles} rows={8} compact />
          </Section>
        </div>
        {status !== undefined && (
          <div className="space-y-6">
            <Models status={status} />
            <Machine status={status} disk={disk} />
          </div>
        )}
      </div>
    </Page>
  )
}
