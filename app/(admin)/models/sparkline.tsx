import { speed } from './model-words.ts'

const WIDTH = 96
const HEIGHT = 24

/** How fast a model was in its last tests, oldest at the left. From zero up, so that a fall looks like one. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const [first, last] = [values[0], values.at(-1)]
  if (first === undefined || last === undefined || values.length < 2) return null
  const top = Math.max(...values)
  const y = (value: number) => HEIGHT - 2 - (top === 0 ? 0 : (value / top) * (HEIGHT - 4))
  const points = values.map(
    (value, n) => `${((n / (values.length - 1)) * (WIDTH - 4) + 2).toFixed(1)} ${y(value).toFixed(1)}`,
  )
  return (
    <svg
      role="img"
      aria-label={`${label}: from ${speed(first)} to ${speed(last)} in ${values.length} tests`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="h-6 w-24 shrink-0"
    >
      <path d={`M${points.join('L')}`} fill="none" className="stroke-accent" strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={WIDTH - 2} cy={y(last)} r="2" className="fill-accent" />
    </svg>
  )
}
