import Link from 'next/link'
import { count } from '#app/_components/format.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Empty, Mono, Panel, Skeleton } from '#app/_components/page.tsx'
import { Mark } from '#app/_components/state.tsx'
import { statusMark } from './plan-words.ts'
import type { PlanHead } from './types.ts'

function outcome({ summary, status }: PlanHead): string {
  const planned = count(summary.move + summary.rename, 'move')
  if (status === 'planned') return `${planned} of ${count(summary.move + summary.rename + summary.skip, 'file')}`
  const parts = [
    summary.done > 0 && `${summary.done} moved`,
    summary.undone > 0 && `${summary.undone} moved back`,
    summary.kept > 0 && `${summary.kept} left`,
    summary.failed > 0 && `${summary.failed} failed`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? planned : parts.join(', ')
}

/** Plans, the newest first. */
export function PlanList({ plans }: { plans: readonly PlanHead[] | undefined }) {
  if (plans === undefined)
    return (
      <Panel>
        <Skeleton rows={5} height={58} />
      </Panel>
    )
  if (plans.length === 0)
    return <Empty>No plan yet. A plan shows where each file would go and why, before anything is moved.</Empty>
  return (
    <Panel className="divide-y">
      {plans.map((plan) => (
        <Link
          key={plan.plan_id}
          href={`/cleanup/${encodeURIComponent(plan.plan_id)}`}
          className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 px-4 py-2.5 first:rounded-t-lg last:rounded-b-lg hover:bg-hover"
        >
          <span className="min-w-0 flex-1 basis-60">
            <Mono>{plan.directory}</Mono>
            <span className="block text-dim">
              {outcome(plan)} · <Moment at={plan.undone_at ?? plan.applied_at ?? plan.created_at} />
            </span>
          </span>
          <Mark {...statusMark(plan)} />
        </Link>
      ))}
    </Panel>
  )
}
