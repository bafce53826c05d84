'use client'

import { useMutation } from '@tanstack/react-query'
import { Play, Undo2 } from 'lucide-react'
import { startRun } from '#app/_client/api.ts'
import { Button } from '#app/_components/button.tsx'
import { count } from '#app/_components/format.ts'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import type { Plan } from '../types.ts'

function movesLeft({ summary }: Plan): number {
  return summary.move + summary.rename - summary.done - summary.failed - summary.kept - summary.undone
}

/** Apply and undo, as far as the state of the plan allows them. */
export function PlanActions({
  plan,
  busy,
  onStarted,
}: {
  plan: Plan
  busy: boolean
  onStarted: (runId: string) => void
}) {
  const start = useMutation({
    mutationFn: (what: 'apply' | 'undo') =>
      startRun({
        method: 'POST',
        path: `/api/workflows/cleanup/${encodeURIComponent(plan.plan_id)}/${what}`,
        body: { limit: 0 },
      }),
    onSuccess: onStarted,
  })
  const left = movesLeft(plan)
  const canApply = (plan.status === 'planned' || plan.status === 'stopped') && left > 0
  const canUndo =
    plan.summary.done > 0 && (plan.status === 'applied' || plan.status === 'stopped' || plan.status === 'partly-undone')
  const waiting = busy || start.isPending
  return (
    <>
      {canUndo && (
        <Button disabled={waiting} onClick={() => start.mutate('undo')}>
          <Undo2 aria-hidden />
          Undo {count(plan.summary.done, 'move')}
        </Button>
      )}
      {canApply && (
        <Button look="primary" disabled={waiting} onClick={() => start.mutate('apply')}>
          <Play aria-hidden />
          {plan.status === 'stopped' ? 'Go on with' : 'Apply'} {count(left, 'move')}
        </Button>
      )}
      {start.error !== null && <ProblemNotice error={start.error} />}
    </>
  )
}
