import type { HealthStatus } from '#app/_client/types.ts'
import { classes } from './classes.ts'
import { count, duration, percent } from './format.ts'
import { HEALTH_WORDS } from './health-words.ts'
import { BAR_HEIGHT, type Slot } from './uptime-slots.ts'

const STEP = 4
const WIDTH = 3
const HEIGHT = 24

const FILL: Readonly<Record<HealthStatus, string>> = {
  ok: 'fill-good',
  degraded: 'fill-warn',
  down: 'fill-bad',
  unknown: 'fill-edge',
}

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
const HOUR = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })

function slotText({ start, bar }: Slot): string {
  const when = start.length > 10 ? HOUR.format(Date.parse(start)) : DAY.format(Date.parse(start))
  if (bar === null) return `${when}: no results`
  const up = bar.up === null ? '' : `, ${percent(bar.up)} up`
  return `${when}: ${HEALTH_WORDS[bar.status]}${up}, ${count(bar.checks, 'result')}, ${duration(bar.mean_ms)} on average`
}

/** One bar for each hour or day; what a bar says is on hover, what all say is in `label`. */
export function UptimeBars({ slots, label, className }: { slots: readonly Slot[]; label: string; className?: string }) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${slots.length * STEP - (STEP - WIDTH)} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={classes('h-6 w-full', className)}
    >
      {slots.map((slot, n) => {
        const height = slot.bar === null ? HEIGHT : HEIGHT * BAR_HEIGHT[slot.bar.status]
        return (
          <rect
            key={slot.start}
            x={n * STEP}
            y={HEIGHT - height}
            width={WIDTH}
            height={height}
            className={slot.bar === null ? 'fill-hover' : FILL[slot.bar.status]}
          >
            <title suppressHydrationWarning>{slotText(slot)}</title>
          </rect>
        )
      })}
    </svg>
  )
}

/** What the bars' heights and colours mean. */
export function UptimeLegend() {
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-[0.93em] text-dim">
      {(['ok', 'degraded', 'down', 'unknown'] as const).map((status) => (
        <span key={status} className="inline-flex items-center gap-1.5">
          <svg aria-hidden viewBox="0 0 4 12" className="h-3 w-1">
            <rect
              y={12 - 12 * BAR_HEIGHT[status]}
              width="4"
              height={12 * BAR_HEIGHT[status]}
              className={FILL[status]}
            />
          </svg>
          {HEALTH_WORDS[status]}
        </span>
      ))}
      <span className="inline-flex items-center gap-1.5">
        <svg aria-hidden viewBox="0 0 4 12" className="h-3 w-1">
          <rect width="4" height="12" className="fill-hover" />
        </svg>
        No results
      </span>
    </p>
  )
}
