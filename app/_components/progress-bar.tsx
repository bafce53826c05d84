import type { RunProgress } from '#app/_client/run-state.ts'
import { bytes, count } from './format.ts'

const NUMBER = new Intl.NumberFormat('en')

function farText({ done, total, unit }: RunProgress): string {
  if (unit === 'bytes') return total === null ? bytes(done) : `${bytes(done)} of ${bytes(total)}`
  return total === null ? count(done, unit, unit) : `${NUMBER.format(done)} of ${count(total, unit, unit)}`
}

/** How far the current step is, in words and as a bar; without a known end a part of the bar passes through. */
export function ProgressBar({ progress, label }: { progress: RunProgress | null; label: string }) {
  const total = progress?.total ?? null
  const share = progress === null || total === null || total === 0 ? null : Math.min(1, progress.done / total)
  return (
    <div>
      <div className="mb-1.5 flex flex-wrap justify-between gap-x-4">
        <span aria-live="polite">{progress?.message ?? label}</span>
        {progress !== null && <span className="text-dim">{farText(progress)}</span>}
      </div>
      <div
        role="progressbar"
        aria-label={label}
        {...(share === null
          ? {}
          : { 'aria-valuenow': Math.round(share * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 })}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={`h-full rounded-full bg-accent-solid transition-[width] duration-200 ${share === null ? 'animate-pass' : ''}`}
          style={{ width: share === null ? '30%' : `${Math.max(1, share * 100)}%` }}
        />
      </div>
    </div>
  )
}
