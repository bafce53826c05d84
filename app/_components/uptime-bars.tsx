'use client'

import { type PointerEvent, useState } from 'react'
import type { HealthStatus } from '#app/_client/types.ts'
import { classes } from './classes.ts'
import { count, duration, percent } from './format.ts'
import { HEALTH_WORDS } from './health-words.ts'
import { BAR_HEIGHT, type Slot } from './uptime-slots.ts'

const STEP = 4
const WIDTH = 3
const HEIGHT = 24

/** The bar itself, and what stands above one that is not whole, so that a short one is seen as well. */
const LOOKS: Readonly<Record<HealthStatus | 'none', { solid: string; above: string }>> = {
  ok: { solid: 'fill-good/60', above: '' },
  degraded: { solid: 'fill-warn', above: 'fill-warn/20' },
  down: { solid: 'fill-bad', above: 'fill-bad/20' },
  unknown: { solid: 'fill-edge/60', above: '' },
  none: { solid: 'fill-hover', above: '' },
}

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
const HOUR = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })

function slotText({ start, bar }: Slot): string {
  const when = start.length > 10 ? HOUR.format(Date.parse(start)) : DAY.format(Date.parse(start))
  if (bar === null) return `${when}: no results`
  const up = bar.up === null ? '' : `, ${percent(bar.up)} up`
  return `${when}: ${HEALTH_WORDS[bar.status]}${up}, ${count(bar.checks, 'result')}, ${duration(bar.mean_ms)} on average`
}

/** All bars of one state as two paths: two hundred checks with a node for each bar would be slow. */
function Bars({ look, places }: { look: HealthStatus | 'none'; places: readonly number[] }) {
  const solid = HEIGHT * (look === 'none' ? 1 : BAR_HEIGHT[look])
  const rects = (y: number, height: number) =>
    places.map((place) => `M${place * STEP} ${y}h${WIDTH}v${height}h-${WIDTH}z`).join('')
  return (
    <>
      {solid < HEIGHT && <path d={rects(0, HEIGHT - solid)} className={LOOKS[look].above} />}
      <path d={rects(HEIGHT - solid, solid)} className={LOOKS[look].solid} />
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
  const places = Map.groupBy(slots.keys(), (n) => slots[n]?.bar?.status ?? 'none')
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
            <Bars look={look} places={[0]} />
          </svg>
          {look === 'none' ? 'No results' : HEALTH_WORDS[look]}
        </span>
      ))}
    </p>
  )
}
