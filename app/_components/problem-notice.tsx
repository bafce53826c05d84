'use client'

import { CircleX, Clock, Lightbulb } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { problemOf } from '#app/_client/problem.ts'
import { duration } from './format.ts'
import { useCountdown } from './use-countdown.ts'
import { WithCode } from './with-code.tsx'

/** What went wrong and what to do, where it happened. `children`: buttons. */
export function ProblemNotice({
  error,
  children,
  except = [],
  linked = true,
  heading,
}: {
  error: unknown
  children?: ReactNode
  /** Fields that show their own faults. */
  except?: readonly string[]
  /** Whether to lead to the run's page. */
  linked?: boolean
  /** Says it all, in place of title and detail. */
  heading?: string | undefined
}) {
  const problem = problemOf(error)
  const left = useCountdown(problem.retry_after_seconds ?? 0, problem)
  // Faults of fields that show them beside themselves need no second place.
  const faults = (problem.faults ?? []).filter(({ path }) => !except.includes(path.split('.')[0] ?? path))
  return (
    <div role="alert" className="rounded-lg border border-bad/40 bg-bad-soft px-4 py-3">
      <p className="flex gap-2 font-medium text-bad">
        <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
        {heading ?? problem.title}
      </p>
      <div className="mt-1 space-y-1 pl-6">
        {heading === undefined && <p className="whitespace-pre-line">{problem.detail}</p>}
        {faults.length > 0 && (
          <ul className="list-disc space-y-0.5 pl-4">
            {faults.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code className="font-mono text-[0.93em]">{path}</code>: {message}
              </li>
            ))}
          </ul>
        )}
        {problem.hint !== undefined && (
          <p className="flex gap-1.5 text-dim">
            <Lightbulb aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span className="whitespace-pre-line">
              <WithCode text={problem.hint} />
            </span>
          </p>
        )}
        {left > 0 && (
          <p className="flex gap-1.5 text-dim">
            <Clock aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span>
              Try again in <strong className="text-fg">{duration(left * 1000)}</strong>.
            </span>
          </p>
        )}
        {linked && problem.run_id !== undefined && (
          <p>
            <Link className="text-accent underline underline-offset-2" href={`/runs/${problem.run_id}`}>
              What happened in this run
            </Link>
          </p>
        )}
        {children !== undefined && <div className="flex flex-wrap gap-2 pt-1">{children}</div>}
      </div>
    </div>
  )
}
