import type { HealthPoint } from '#app/_client/types.ts'
import { count, duration } from '#app/_components/format.ts'
import { linePath, median, niceTop, thin } from './chart.ts'

const WIDTH = 720
const HEIGHT = 120
const DAY_MS = 86_400_000
const HOURS_AGO = ['24 h ago', '18 h', '12 h', '6 h', 'now'] as const

function Troubles({ points, x }: { points: readonly HealthPoint[]; x: (at: string) => number }) {
  return points.map(({ at, status }) =>
    status === 'down' || status === 'degraded' ? (
      <rect
        key={at}
        x={x(at) - 1.5}
        y={status === 'down' ? 0 : HEIGHT / 2}
        width="3"
        height={status === 'down' ? HEIGHT : HEIGHT / 2}
        className={status === 'down' ? 'fill-bad/45' : 'fill-warn/45'}
      />
    ) : null,
  )
}

/** How long a check took in the last 24 hours, and when it found something. */
export function ResponseChart({
  points: all,
  intervalMs,
  now,
}: {
  points: readonly HealthPoint[]
  intervalMs: number
  /** Right edge, in milliseconds since 1970. */
  now: number
}) {
  const points = thin(all)
  const middle = median(all)
  if (middle === null) return <p className="text-dim">There are no results of the last 24 hours.</p>
  const slowest = Math.max(...points.map(({ duration_ms }) => duration_ms))
  const frame = { width: WIDTH, height: HEIGHT, from: now - DAY_MS, to: now, top: niceTop(slowest) }
  const gapMs = Math.max(2.5 * intervalMs, (3 * DAY_MS) / 400)
  const down = all.filter(({ status }) => status === 'down').length
  const words = `${duration(middle)} in the middle, ${duration(slowest)} at most, ${count(all.length, 'result')}${down === 0 ? '' : `, ${down} of them down`}`
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex flex-wrap justify-between gap-x-4">
        <span className="font-medium">Response time</span>
        <span className="text-dim">{words}</span>
      </figcaption>
      <div className="grid grid-cols-[3.5rem_minmax(0,1fr)] gap-x-2 text-[0.85em] text-dim">
        <div className="flex flex-col justify-between text-right" aria-hidden>
          <span className="-mt-1.5">{duration(frame.top)}</span>
          <span>{duration(frame.top / 2)}</span>
          <span className="-mb-1.5">0</span>
        </div>
        <svg
          role="img"
          aria-label={`Response time of the last 24 hours: ${words}`}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-28 w-full rounded border bg-canvas"
        >
          {[0.25, 0.5, 0.75].map((share) => (
            <path
              key={share}
              d={`M${WIDTH * share} 0V${HEIGHT}`}
              className="stroke-line"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          <path d={`M0 ${HEIGHT / 2}H${WIDTH}`} className="stroke-line" vectorEffect="non-scaling-stroke" />
          <Troubles points={points} x={(at) => ((Date.parse(at) - frame.from) / DAY_MS) * WIDTH} />
          <path
            d={linePath(points, frame, gapMs)}
            fill="none"
            className="stroke-accent"
            strokeWidth="1.5"
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        <span />
        <div className="mt-1 flex justify-between" aria-hidden>
          {HOURS_AGO.map((text) => (
            <span key={text}>{text}</span>
          ))}
        </div>
      </div>
    </figure>
  )
}
