'use client'

import { Check } from 'lucide-react'
import type { HealthCheck, Incident } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { Elapsed } from '#app/_components/elapsed.tsx'
import { duration } from '#app/_components/format.ts'
import { HealthMark } from '#app/_components/health-mark.tsx'
import { PAST_WORDS, PRESENT_WORDS, sentence } from '#app/_components/health-words.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Empty, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'

const EXACT = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** A time that a person would write down; the server's wording is in its own time zone, the browser's replaces it. */
function At({ time }: { time: string }) {
  return (
    <time dateTime={time} suppressHydrationWarning>
      {EXACT.format(Date.parse(time))}
    </time>
  )
}

/** What happened, from when to when, in a sentence or two. */
export function IncidentLine({ incident }: { incident: Incident }) {
  const { title, severity, started_at, ended_at, duration_ms, actual } = incident
  if (ended_at === null)
    return (
      <>
        <span className="font-medium">
          {title} {PRESENT_WORDS[severity]}
        </span>{' '}
        since <At time={started_at} />. <span className="text-dim">{sentence(actual)}</span>
      </>
    )
  return (
    <>
      <span className="font-medium">
        {title} {PAST_WORDS[severity]}
      </span>{' '}
      for {duration(duration_ms ?? 0)}, from <At time={started_at} /> to <At time={ended_at} />.{' '}
      <span className="text-dim">{sentence(actual)}</span>
    </>
  )
}

/** What is wrong now and since when; what to do stands with the checks below, the worst first. */
export function OpenIncidents({
  incidents,
  checks,
}: {
  incidents: readonly Incident[]
  checks: readonly HealthCheck[]
}) {
  return (
    <Section title="Open incidents" note={String(incidents.length)}>
      <Panel className="divide-y">
        {incidents.map(({ id, check_id, title, severity, started_at, actual }) => {
          const milder = checks.find((check) => check.id === check_id)?.status
          return (
            <div key={id} className="space-y-1 px-4 py-3">
              <div className="flex flex-wrap items-center gap-x-3">
                <HealthMark status={severity} />
                <h3 className="font-semibold">
                  {title} {PRESENT_WORDS[milder === undefined || milder === 'ok' ? severity : milder]}
                </h3>
                <span className="text-dim">
                  for <Elapsed since={started_at} />, since <At time={started_at} />
                </span>
              </div>
              <p>{sentence(actual)}</p>
            </div>
          )
        })}
      </Panel>
    </Section>
  )
}

interface PastIncidentsProps {
  incidents: readonly Incident[] | undefined
  error: unknown
  /** Whether there may be older ones. */
  more: boolean
  /** Whether they are on their way. */
  loading: boolean
  onMore: () => void
}

/** What was wrong, newest first. */
export function PastIncidents({ incidents, error, more, loading, onMore }: PastIncidentsProps) {
  return (
    <Section title="Past incidents">
      {error !== null && <ProblemNotice error={error} />}
      {incidents === undefined && error === null && (
        <Panel>
          <Skeleton rows={3} height={44} />
        </Panel>
      )}
      {incidents?.length === 0 && <Empty>Nothing has gone wrong so far.</Empty>}
      {incidents !== undefined && incidents.length > 0 && (
        <Panel>
          <ul className="divide-y">
            {incidents.map((incident) => (
              <li key={incident.id} className="flex gap-3 px-4 py-2.5">
                <Check aria-label="Over" className="mt-0.5 size-4 shrink-0 text-good" />
                <p className="min-w-0 flex-1">
                  <IncidentLine incident={incident} />
                </p>
                <span className="text-dim max-md:hidden">
                  <Moment at={incident.started_at} />
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {more && (
        <Button className="mt-2" disabled={loading} onClick={onMore}>
          Older incidents
        </Button>
      )}
    </Section>
  )
}
