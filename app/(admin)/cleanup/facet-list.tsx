import { classes } from '#app/_components/classes.ts'
import type { Facet } from './filter.ts'

/** Reasons with their counts; choosing one shows its files only. */
export function FacetList({
  title,
  facets,
  chosen,
  choose,
}: {
  title: string
  facets: readonly Facet[]
  chosen: string | null
  choose: (key: string | null) => void
}) {
  if (facets.length === 0) return null
  return (
    <div
      className="flex items-baseline gap-x-2 gap-y-1.5 max-md:-mx-4 max-md:overflow-x-auto max-md:px-4 md:flex-wrap"
      role="group"
      aria-label={title}
    >
      <span className="w-16 shrink-0 text-dim">{title}</span>
      {facets.map(({ key, label, count }) => (
        <button
          key={key}
          type="button"
          aria-pressed={chosen === key}
          onClick={() => choose(chosen === key ? null : key)}
          className={classes(
            'shrink-0 rounded-full border px-2.5 py-0.5 max-md:py-1.5',
            chosen === key ? 'border-accent bg-accent-soft text-accent' : 'bg-panel hover:bg-hover',
          )}
        >
          {label} <span className="text-dim">{new Intl.NumberFormat('en').format(count)}</span>
        </button>
      ))}
    </div>
  )
}
