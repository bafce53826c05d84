'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAddressValue } from '#app/_client/use-address-value.ts'
import { LiveRun } from '#app/_components/live-run.tsx'
import { Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { PlanTrees } from '../plan-trees.tsx'
import type { Plan } from '../types.ts'
import { usePlan } from '../use-plan.ts'
import { PlanActions } from './plan-actions.tsx'
import { PlanNotes } from './plan-notes.tsx'
import { PlanSummary } from './plan-summary.tsx'

/** One plan: what it would do, doing it, and taking it back. */
export function PlanView({ initial }: { initial: Plan }) {
  const client = useQueryClient()
  const { data, error, isPlaceholderData } = usePlan(initial.plan_id, initial)
  const [run, setRun] = useAddressValue('run')
  const [running, setRunning] = useState(run !== null)
  const plan = data ?? initial
  const whole = !isPlaceholderData || initial.actions.length === initial.actions_total
  return (
    <Page
      title={plan.directory}
      lead={`Cleanup plan${plan.recursive ? ', subfolders too' : ''}`}
      actions={
        <PlanActions
          plan={plan}
          busy={running}
          onStarted={(id) => {
            setRunning(true)
            setRun(id)
          }}
        />
      }
    >
      {run !== null && (
        <LiveRun
          id={run}
          total={plan.summary.move + plan.summary.rename}
          onEnd={() => {
            setRunning(false)
            void client.invalidateQueries({ queryKey: ['plan', plan.plan_id] })
          }}
        />
      )}
      {error !== null && <ProblemNotice error={error} />}
      <PlanSummary plan={plan} />
      <PlanNotes plan={plan} />
      <Section title="Files">
        {whole ? (
          <PlanTrees plan={plan} editable={plan.status === 'planned' && !running} />
        ) : (
          <Panel>
            <Skeleton rows={16} height={28} />
          </Panel>
        )}
      </Section>
    </Page>
  )
}
