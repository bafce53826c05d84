import { classes } from '#app/_components/classes.ts'
import { count } from '#app/_components/format.ts'
import { Panel, Skeleton } from '#app/_components/page.tsx'
import type { EntrySummary } from './types.ts'

const DAY = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

/** Days with an entry, the newest first. */
export function EntryList({
  entries,
  current,
  choose,
}: {
  entries: readonly EntrySummary[] | undefined
  current: string
  choose: (date: string) => void
}) {
  if (entries === undefined)
    return (
      <Panel>
        <Skeleton rows={4} height={37} />
      </Panel>
    )
  if (entries.length === 0) return <p className="text-dim">None yet.</p>
  return (
    <Panel className="max-h-96 divide-y overflow-y-auto">
      {entries.map(({ date, lines }) => (
        <button
          key={date}
          type="button"
          aria-current={date === current ? 'true' : undefined}
          onClick={() => choose(date)}
          className={classes(
            'flex w-full justify-between gap-3 px-4 py-2 text-left max-md:py-2.5',
            date === current ? 'bg-accent-soft font-medium text-accent' : 'hover:bg-hover',
          )}
        >
          <time dateTime={date}>{DAY.format(new Date(`${date}T00:00:00Z`))}</time>
          <span className="font-normal text-dim">{count(lines, 'line')}</span>
        </button>
      ))}
    </Panel>
  )
}
