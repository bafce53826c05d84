import { CircleCheck, CircleHelp, CircleX, TriangleAlert } from 'lucide-react'
import type { CheckResult, HealthCheck, HealthStatus } from '#app/_client/types.ts'
import { healthLine, worstFirst } from '#app/_components/health-words.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Panel } from '#app/_components/page.tsx'

const ICONS = { ok: CircleCheck, unknown: CircleHelp, degraded: TriangleAlert, down: CircleX } as const
const COLOURS: Readonly<Record<HealthStatus, string>> = {
  ok: 'text-good',
  unknown: 'text-dim',
  degraded: 'text-warn',
  down: 'text-bad',
}

/** The state that counts for the whole: what has not run yet says nothing. */
export function overallStatus(checks: readonly { status: HealthStatus; since: string | null }[]): HealthStatus {
  const known = checks.filter(({ since }) => since !== null)
  return worstFirst(known)[0]?.status ?? 'unknown'
}

function lastLook(checks: readonly HealthCheck[]): string | null {
  return checks.reduce<string | null>(
    (latest, { last_at }) => (last_at !== null && (latest === null || last_at > latest) ? last_at : latest),
    null,
  )
}

/** How everything is, in one line. @param found what a run that a person asked for has just found */
export function Now({ checks, found }: { checks: readonly HealthCheck[]; found: readonly CheckResult[] | null }) {
  const status = overallStatus(checks)
  const Icon = ICONS[status]
  const last = lastLook(checks)
  return (
    <Panel className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
      <Icon aria-hidden className={`size-5 shrink-0 ${COLOURS[status]}`} />
      <strong className="min-w-0 flex-1 font-semibold" aria-live="polite">
        {healthLine(checks)}
      </strong>
      <span className="text-dim max-md:w-full max-md:pl-8" aria-live="polite">
        {found !== null && `Just ran: ${healthLine(found.map((check) => ({ ...check, since: check.last_at })))} `}
        {found === null && last !== null && (
          <>
            last look <Moment at={last} />
          </>
        )}
      </span>
    </Panel>
  )
}
