'use client'

import { CircleCheck, CircleHelp, CircleX, TriangleAlert } from 'lucide-react'
import { usePublicStatus } from '#app/_client/queries.ts'
import type { PublicStatus } from '#app/_client/types.ts'
import { percent } from '#app/_components/format.ts'
import { HealthMark } from '#app/_components/health-mark.tsx'
import { healthLine, worstFirst } from '#app/_components/health-words.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Empty, Panel } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { UptimeBars, UptimeLegend } from '#app/_components/uptime-bars.tsx'
import { daySlots } from '#app/_components/uptime-slots.ts'

const ICONS = { ok: CircleCheck, unknown: CircleHelp, degraded: TriangleAlert, down: CircleX } as const
const COLOURS = { ok: 'text-good', unknown: 'text-dim', degraded: 'text-warn', down: 'text-bad' } as const

const share = (up: number | null) => (up === null ? 'no results yet' : `${percent(up)} up`)

function PublicCheck({ check, daysEnd }: { check: PublicStatus['checks'][number]; daysEnd: string }) {
  const { title, status, since, uptime_24h, uptime_90d, days } = check
  return (
    <section aria-label={title} className="space-y-1.5 px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="font-medium">{title}</h2>
        <span className="flex flex-wrap gap-x-3">
          {since !== null && (
            <span className="text-dim">
              <Moment at={since} since />
            </span>
          )}
          <HealthMark status={status} since={since} />
        </span>
      </div>
      <UptimeBars
        slots={daySlots(days, daysEnd)}
        label={`${title}, last 90 days: ${share(uptime_90d)}`}
        className="h-7"
      />
      <p className="flex flex-wrap justify-between gap-x-4 text-[0.93em] text-dim">
        <span>90 days: {share(uptime_90d)}</span>
        <span>24 hours: {share(uptime_24h)}</span>
      </p>
    </section>
  )
}

/** The checks that are chosen to be public, for everyone; nothing else of the machine. */
export function PublicStatusPage({ initial }: { initial: PublicStatus }) {
  const { data, error } = usePublicStatus(initial)
  const status = worstFirst(data.checks.filter(({ since }) => since !== null))[0]?.status ?? 'unknown'
  const Icon = ICONS[status]
  return (
    <main className="mx-auto max-w-[46rem] space-y-4 px-4 py-8 md:py-12">
      <h1 className="text-xl font-semibold tracking-tight">Status</h1>
      {error !== null && <ProblemNotice error={error} linked={false} />}
      {data.checks.length === 0 ? (
        <Empty>No check is chosen to be shown here.</Empty>
      ) : (
        <>
          <Panel className="flex items-center gap-3 px-4 py-3">
            <Icon aria-hidden className={`size-5 shrink-0 ${COLOURS[status]}`} />
            <strong className="font-semibold" aria-live="polite">
              {healthLine(data.checks)}
            </strong>
          </Panel>
          <Panel className="divide-y">
            {data.checks.map((check) => (
              <PublicCheck key={check.id} check={check} daysEnd={data.days_end} />
            ))}
          </Panel>
          <UptimeLegend />
        </>
      )}
    </main>
  )
}
