'use client'

import { useMutation } from '@tanstack/react-query'
import { ExternalLink, Square } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { api } from '#app/_client/api.ts'
import { ApiProblem } from '#app/_client/problem.ts'
import { hasEnded, type RunState } from '#app/_client/run-state.ts'
import type { Run } from '#app/_client/types.ts'
import { useRun } from '#app/_client/use-run.ts'
import { Button } from './button.tsx'
import { Elapsed } from './elapsed.tsx'
import { duration } from './format.ts'
import { Panel } from './page.tsx'
import { ProblemNotice } from './problem-notice.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { State } from './state.tsx'

function stateWord(state: RunState, run: Run | undefined): string {
  if (state.phase === 'succeeded') return 'succeeded'
  if (state.phase === 'failed')
    return state.problem?.code === 'cancelled'
      ? 'cancelled'
      : state.problem?.code === 'interrupted'
        ? 'interrupted'
        : 'failed'
  return run?.status ?? 'running'
}

function Steps({ steps }: { steps: readonly string[] }) {
  if (steps.length === 0) return null
  return (
    <ol className="space-y-0.5 text-dim" aria-label="Steps">
      {steps.map((step, index) => (
        <li key={index} className="flex gap-2">
          <span className="w-5 shrink-0 text-right">{index + 1}</span>
          <span className={index === steps.length - 1 ? 'text-fg' : ''}>{step}</span>
        </li>
      ))}
    </ol>
  )
}

function withTotal(progress: RunState['progress'], total: number | undefined): RunState['progress'] {
  if (progress === null || total === undefined || progress.total !== null || progress.done > total) return progress
  return { ...progress, total }
}

interface LiveRunProps {
  id: string
  /** How much there is to do, where the page knows it better than the run says. */
  total?: number
  /** The run's own page does not link to itself. */
  linked?: boolean
  /** What to show of the output; without it only that it is done. */
  children?: (output: unknown) => ReactNode
  /** What to say where it went well and its output is not kept. */
  withoutOutput?: ReactNode
  /** Once, when the run has ended. */
  onEnd?: (state: RunState) => void
}

/** A run as it happens: state, step, progress, cancel, then its result or what went wrong. */
export function LiveRun({ id, total, linked = true, children, withoutOutput, onEnd }: LiveRunProps) {
  const { state, run, output, error } = useRun(id, onEnd)
  const cancel = useMutation({
    mutationFn: () => api(`/api/runs/${encodeURIComponent(id)}/cancel`, { method: 'POST', body: {} }),
  })
  const ended = hasEnded(state) || (run !== undefined && run.ended_at !== null)
  const step = state.steps.at(-1) ?? 'Starting'
  return (
    <div className="space-y-4">
      <Panel className="space-y-3 px-4 py-3">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <span role="status">
            <State state={stateWord(state, run)} className="font-medium" />
          </span>
          {run !== undefined && (
            <span className="text-dim">
              {run.duration_ms === null ? <Elapsed since={run.started_at} /> : duration(run.duration_ms)}
            </span>
          )}
          {run?.model !== undefined && run.model !== null && <span className="text-dim">{run.model}</span>}
          <span className="ml-auto flex gap-2">
            {!ended && (
              <Button onClick={() => cancel.mutate()} disabled={cancel.isPending || cancel.isSuccess}>
                <Square aria-hidden />
                {cancel.isSuccess ? 'Stopping' : 'Cancel'}
              </Button>
            )}
            {linked && (
              <Link href={`/runs/${id}`} className="inline-flex items-center gap-1 text-accent hover:underline">
                This run <ExternalLink aria-hidden className="size-3.5" />
              </Link>
            )}
          </span>
        </div>
        {!ended && <ProgressBar progress={withTotal(state.progress, total)} label={step} />}
        <Steps steps={state.steps} />
        {!ended && state.text !== '' && (
          <pre className="max-h-40 overflow-hidden rounded bg-sunken p-3 font-mono text-[0.9em] whitespace-pre-wrap text-dim">
            {state.text.slice(-1200)}
          </pre>
        )}
      </Panel>
      {cancel.error !== null && !ended && <ProblemNotice error={cancel.error} />}
      {state.problem !== null && state.problem.code !== 'cancelled' && (
        <ProblemNotice error={new ApiProblem(state.problem)} linked={false} />
      )}
      {error !== null && state.problem === null && <ProblemNotice error={error} />}
      {ended && output !== null && children?.(output)}
      {run?.status === 'succeeded' && output === null && withoutOutput}
    </div>
  )
}
