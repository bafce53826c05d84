'use client'

import { ChevronRight } from 'lucide-react'
import { memo, useId, useState } from 'react'
import type { HealthCheck } from '#app/_client/types.ts'
import { classes } from '#app/_components/classes.ts'
import { percent } from '#app/_components/format.ts'
import { HealthMark } from '#app/_components/health-mark.tsx'
import { HEALTH_WORDS, sentence } from '#app/_components/health-words.ts'
import { Moment } from '#app/_components/moment.tsx'
import { UptimeBars } from '#app/_components/uptime-bars.tsx'
import { daySlots, hourSlots, type Slot } from '#app/_components/uptime-slots.ts'
import { WithCode } from '#app/_components/with-code.tsx'
import { CheckDetails } from './check-details.tsx'

function Strip({ title, span, up, slots }: { title: string; span: string; up: number | null; slots: readonly Slot[] }) {
  const words = up === null ? 'no results yet' : `${percent(up)} up`
  return (
    <div className="min-w-0">
      <UptimeBars slots={slots} label={`${title}, last ${span}: ${words}`} />
      <p className="mt-0.5 flex justify-between text-[0.85em] text-dim">
        <span>{span.replace(' hours', ' h').replace(' days', ' d')}</span>
        <span>{words}</span>
      </p>
    </div>
  )
}

/** What should be beside what is, and what to do; for a check that is well only what is. */
function Findings({ check }: { check: HealthCheck }) {
  const { status, since, expected, actual, hint } = check
  if (status === 'ok' || since === null) return <p className="text-dim">{sentence(actual)}</p>
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
      <dt className="text-dim">Is</dt>
      <dd>{sentence(actual)}</dd>
      <dt className="text-dim">Expected</dt>
      <dd>{sentence(expected)}</dd>
      {hint !== null && (
        <>
          <dt className="text-dim">Do</dt>
          <dd>
            <WithCode text={sentence(hint)} />
          </dd>
        </>
      )}
    </dl>
  )
}

function Since({ check: { since, status, last_status } }: { check: HealthCheck }) {
  if (since === null) return null
  return (
    <p className="flex flex-wrap gap-x-3 text-dim">
      <Moment at={since} since />
      {last_status !== null && last_status !== status && (
        <span className="text-warn">last look: {HEALTH_WORDS[last_status].toLowerCase()}</span>
      )}
    </p>
  )
}

interface CheckRowProps {
  check: HealthCheck
  /** The last hour and day of its bars. */
  hoursEnd: string
  daysEnd: string
  initiallyOpen: boolean
}

/** One check: its state, what was found, how it did; its details on request. */
export const CheckRow = memo(function CheckRow({ check, hoursEnd, daysEnd, initiallyOpen }: CheckRowProps) {
  const [open, setOpen] = useState(initiallyOpen)
  const details = useId()
  return (
    <section aria-label={check.title} className="px-4 py-3">
      <div className="grid gap-x-6 gap-y-2 md:grid-cols-[minmax(0,1fr)_8rem_minmax(0,18rem)]">
        <div className="flex min-w-0 gap-2">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={details}
            aria-label={`Details of ${check.title}`}
            className="-m-1 h-fit rounded p-1 text-dim hover:text-fg max-md:-m-2.5 max-md:p-2.5"
            onClick={() => setOpen(!open)}
          >
            <ChevronRight aria-hidden className={classes('size-4 transition-transform', open && 'rotate-90')} />
          </button>
          <div className="min-w-0 flex-1 space-y-0.5">
            <div className="flex flex-wrap items-center gap-x-3">
              <h3 className="font-medium">{check.title}</h3>
              <HealthMark status={check.status} since={check.since} />
              <Since check={check} />
            </div>
            <Findings check={check} />
          </div>
        </div>
        <Strip title={check.title} span="24 hours" up={check.uptime_24h} slots={hourSlots(check.hours, hoursEnd)} />
        <Strip title={check.title} span="90 days" up={check.uptime_90d} slots={daySlots(check.days, daysEnd)} />
      </div>
      <div id={details}>{open && <CheckDetails id={check.id} />}</div>
    </section>
  )
})
