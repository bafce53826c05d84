'use client'

import { type PointerEvent, useState } from 'react'
import type { HealthStatus } from '#app/_client/types.ts'
import { classes } from './classes.ts'
import { percent } from './format.ts'
import { HEALTH_WORDS } from './health-words.ts'
import { BAR_HEIGHT, type Slot, type Stretch, stretches } from './uptime-slots.ts'

const STEP = 4
const WIDTH = 3
const HEIGHT = 24

/** The bar itself, and what stands above one that is not whole, so that a short one is seen as well. */
const LOOKS: Readonly<Record<HealthStatus | 'none', { solid: string; above: string }>> = {
  ok: { solid: 'stroke-good/60', above: '' },
  degraded: { solid: 'stroke-warn', above: 'stroke-warn/20' },
  down: { solid: 'stroke-bad', above: 'stroke-bad/20' },
  unknown: { solid: 'stroke-edge/60', above: '' },
  none: { solid: 'stroke-hover', above: '' },
}

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
const HOUR = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })

function slotText({ start, status, up }: Slot): string {
  const when = start.length > 10 ? HOUR.format(Date.parse(start)) : DAY.format(Date.parse(start))
  if (status === null) return `${when}: no results`
  return `${when}: ${HEALTH_WORDS[status]}${up === null ? '' : `, ${percent(up)} up`}`
}

/** All bars of one state as a dashed line or two, with a dash for each bar. */
function Bars({ look, places }: { look: HealthStatus | 'none'; places: readonly Pick<Stretch, 'from' | 'length'>[] }) {
  const solid = HEIGHT * (look === 'none' ? 1 : BAR_HEIGHT[look])
  const line = (y: number) => places.map(({ from, length }) => `M${from * STEP} ${y}h${length * STEP}`).join('')
  const dashes = `${WIDTH} ${STEP - WIDTH}`
  return (
    <>
      {solid < HEIGHT && (
        <path
          d={line((HEIGHT - solid) / 2)}
          strokeWidth={HEIGHT - solid}
          strokeDasharray={dashes}
          className={LOOKS[look].above}
        />
      )}
      <path d={line(HEIGHT - solid / 2)} strokeWidth={solid} strokeDasharray={dashes} className={LOOKS[look].solid} />
    </>
  )
}

/** One bar for each hour or day; what a bar says is on hover, what all say is in `label`. */
export function UptimeBars({ slots, label, className }: { slots: readonly Slot[]; label: string; className?: string }) {
  const [pointed, setPointed] = useState<number | null>(null)
  const point = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    setPointed(Math.min(slots.length - 1, Math.max(0, Math.floor(((clientX - left) / width) * slots.length))))
  }
  const slot = pointed === null ? undefined : slots[pointed]
  const places = Map.groupBy(stretches(slots), ({ look }) => look)
  return (
    <div title={slot === undefined ? undefined : slotText(slot)} onPointerMove={point}>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${slots.length * STEP - (STEP - WIDTH)} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={classes('block h-6 w-full', className)}
      >
        {[...places].map(([look, at]) => (
          <Bars key={look} look={look} places={at} />
        ))}
      </svg>
    </div>
  )
}

/** What the bars' heights and colours mean. */
export function UptimeLegend() {
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-[0.93em] text-dim">
      {(['ok', 'degraded', 'down', 'unknown', 'none'] as const).map((look) => (
        <span key={look} className="inline-flex items-center gap-1.5">
          <svg aria-hidden viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="h-3 w-1">
            <Bars look={look} places={[{ from: 0, length: 1 }]} />
          </svg>
          {look === 'none' ? 'No results' : HEALTH_WORDS[look]}
        </span>
      ))}
    </p>
  )
}
