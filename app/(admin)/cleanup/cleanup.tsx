'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { OperationDescription, WorkflowSummary } from '#app/_client/operation.ts'
import type { RunState } from '#app/_client/run-state.ts'
import { useAddressValue } from '#app/_client/use-address-value.ts'
import { Button } from '#app/_components/button.tsx'
import { LiveRun } from '#app/_components/live-run.tsx'
import { OperationForm } from '#app/_components/operation-form.tsx'
import { Empty, Mono, Page, Panel, Section } from '#app/_components/page.tsx'
import { ShowMore } from '#app/_components/show-more.tsx'
import { PlanList } from './plan-list.tsx'
import type { PlanHead } from './types.ts'

interface CleanupProps {
  workflow: WorkflowSummary
  operation: OperationDescription
  initialPlans: { plans: PlanHead[]; total: number } | undefined
  /** Folders that may be tidied. */
  folders: readonly string[]
}

/** The plan comes with its page, piece by piece, not with the run. */
const FIXED = { dry_run: true, limit: 0, offset: 0 }

/** Plans at first, and the most that the API gives at once. */
const AT_FIRST = 50
const MOST = 500

function planIdOf({ output }: RunState): string | null {
  const id: unknown = typeof output === 'object' && output !== null ? Reflect.get(output, 'plan_id') : null
  return typeof id === 'string' ? id : null
}

function NoFolders() {
  return (
    <Empty>
      No folder may be tidied yet, and nothing outside the folders you name is ever touched. Add one to{' '}
      <Link className="text-accent underline underline-offset-2" href="/settings?q=watchDirs">
        <Mono>watchDirs</Mono> in the settings
      </Link>
      .
    </Empty>
  )
}

/** Plan a cleanup, and the plans there are. */
export function Cleanup({ workflow, operation, initialPlans, folders }: CleanupProps) {
  const router = useRouter()
  const [run, setRun] = useAddressValue('run')
  const [limit, setLimit] = useState(AT_FIRST)
  const { data: plans, isPlaceholderData } = useQuery({
    queryKey: ['plans', limit],
    queryFn: () => api<{ plans: PlanHead[]; total: number }>(`/api/workflows/cleanup?limit=${limit}`),
    placeholderData: (before) => before,
    ...(initialPlans === undefined || limit !== AT_FIRST ? {} : { initialData: initialPlans }),
  })
  return (
    <Page title={workflow.title} lead={workflow.description}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[24rem_minmax(0,1fr)]">
        <Section title="New plan">
          {folders.length === 0 ? (
            <NoFolders />
          ) : (
            <Panel className="px-4 py-4">
              <OperationForm
                operation={operation}
                fixed={FIXED}
                initial={{ directory: folders[0] }}
                suggestions={{ directory: folders }}
                submitLabel="Plan"
                onStarted={setRun}
              />
            </Panel>
          )}
          <p className="mt-2 text-dim">
            Planning moves nothing. You see every move first, and can take an applied plan back.
          </p>
        </Section>
        <div className="space-y-6">
          {run !== null && (
            <Section
              title="Planning"
              actions={
                <Button look="quiet" onClick={() => setRun(null)}>
                  Close
                </Button>
              }
            >
              <LiveRun
                id={run}
                onEnd={(state) => {
                  const plan = planIdOf(state)
                  if (plan === null) return
                  // The way back leads to the plans, not to the end of this run and here again.
                  setRun(null)
                  router.push(`/cleanup/${encodeURIComponent(plan)}`)
                }}
              />
            </Section>
          )}
          <Section title="Plans" note={plans === undefined ? undefined : String(plans.total)}>
            <PlanList plans={plans?.plans} />
            {plans !== undefined && (
              <ShowMore
                shown={plans.plans.length}
                total={plans.total}
                most={MOST}
                busy={isPlaceholderData}
                onMore={() => setLimit(MOST)}
              />
            )}
          </Section>
        </div>
      </div>
    </Page>
  )
}
