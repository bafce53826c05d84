import type { ReactNode } from 'react'
import { bytes } from '#app/_components/format.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Panel } from '#app/_components/page.tsx'
import { Mark } from '#app/_components/state.tsx'
import { statusMark } from '../plan-words.ts'
import type { Plan } from '../types.ts'

const NUMBER = new Intl.NumberFormat('en')

function Figure({ value, unit, children }: { value: number; unit: string; children?: ReactNode }) {
  return (
    <div className="flex flex-row-reverse justify-end gap-1.5">
      <dt className="text-dim">
        {unit}
        {children}
      </dt>
      <dd className="font-semibold">{NUMBER.format(value)}</dd>
    </div>
  )
}

function when({ status, created_at, applied_at, undone_at }: Plan): string {
  if (status === 'undone' || status === 'partly-undone') return undone_at ?? created_at
  return applied_at ?? created_at
}

/** The state of a plan and its figures. */
export function PlanSummary({ plan }: { plan: Plan }) {
  const { summary } = plan
  return (
    <Panel className="flex flex-wrap items-center justify-between gap-x-8 gap-y-2 px-4 py-3">
      <p className="flex flex-wrap gap-x-3">
        <Mark {...statusMark(plan)} className="font-medium" />
        <span className="text-dim">
          <Moment at={when(plan)} /> · decided by{' '}
          {plan.engine === 'rules' ? 'rules' : `rules and ${plan.model ?? 'a model'}`}
        </span>
      </p>
      <dl className="flex flex-wrap gap-x-6 gap-y-1">
        <Figure value={summary.move + summary.rename + summary.skip} unit="files" />
        <Figure value={summary.move} unit={plan.status === 'planned' ? 'to move' : 'moves planned'}>
          {` (${bytes(summary.size_bytes)})`}
        </Figure>
        {summary.rename > 0 && <Figure value={summary.rename} unit="to rename" />}
        <Figure value={summary.skip} unit="stay" />
        {summary.done > 0 && <Figure value={summary.done} unit="moved" />}
        {summary.undone > 0 && <Figure value={summary.undone} unit="moved back" />}
        {summary.kept > 0 && <Figure value={summary.kept} unit="left, as they changed" />}
        {summary.failed > 0 && <Figure value={summary.failed} unit="failed" />}
      </dl>
    </Panel>
  )
}
