'use client'

import { count } from './format.ts'

const WIDTH = 6
const GAP = 2
const HEIGHT = 28

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })

export interface CallDay {
  day: string
  calls: number
  errors: number
}

function dayText({ day, calls, errors }: CallDay): string {
  const failed = errors === 0 ? '' : `, ${errors} failed`
  return `${DAY.format(Date.parse(day))}: ${count(calls, 'call')}${failed}`
}

/** Calls of each day as bars, the failed ones at their foot; each day's figures are on hover, the sum in words for a reader. */
export function CallDays({ days, label }: { days: readonly CallDay[]; label: string }) {
  const most = Math.max(1, ...days.map(({ calls }) => calls))
  const height = (value: number) => (value === 0 ? 0 : Math.max(2, (value / most) * (HEIGHT - 2)))
  const total = days.reduce((sum, { calls }) => sum + calls, 0)
  const failed = days.reduce((sum, { errors }) => sum + errors, 0)
  return (
    <svg
      role="img"
      aria-label={`${label}: ${count(total, 'call')} in ${days.length} days, ${failed} failed`}
      viewBox={`0 0 ${days.length * (WIDTH + GAP) - GAP} ${HEIGHT}`}
      className="h-7 w-28 shrink-0"
    >
      {days.map((day, n) => (
        <g key={day.day}>
          <title>{dayText(day)}</title>
          <rect x={n * (WIDTH + GAP)} y={0} width={WIDTH} height={HEIGHT} className="fill-transparent" />
          <rect x={n * (WIDTH + GAP)} y={HEIGHT - 1} width={WIDTH} height={1} className="fill-edge/50" />
          <rect
            x={n * (WIDTH + GAP)}
            y={HEIGHT - height(day.calls)}
            width={WIDTH}
            height={height(day.calls)}
            className="fill-accent-solid"
          />
          <rect
            x={n * (WIDTH + GAP)}
            y={HEIGHT - height(day.errors)}
            width={WIDTH}
            height={height(day.errors)}
            className="fill-bad"
          />
        </g>
      ))}
    </svg>
  )
}
