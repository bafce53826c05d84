'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { Button, IconButton } from '#app/_components/button.tsx'
import { classes } from '#app/_components/classes.ts'
import { count } from '#app/_components/format.ts'
import { Panel } from '#app/_components/page.tsx'
import { type DayMark, dayWords, MARK_WORDS, markOf } from './day-look.ts'
import { addMonths, dayAfterKey, dayName, monthName, monthOf, weeksOf } from './month.ts'
import type { EntrySummary } from './types.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** Told apart by shape, and by colour as well. */
const MARKS: Readonly<Record<DayMark, { tone: string; shape: string }>> = {
  errors: { tone: 'text-bad', shape: 'M5 0.5 9.7 9H0.3Z' },
  change: { tone: 'text-warn', shape: 'M5 0.3 9.7 5 5 9.7 0.3 5Z' },
  entry: { tone: 'text-accent', shape: 'M5 1.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7Z' },
}

function Mark({ mark, tone = MARKS[mark].tone }: { mark: DayMark; tone?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 10 10" className={classes('size-2 shrink-0', tone)}>
      <path d={MARKS[mark].shape} fill="currentColor" />
    </svg>
  )
}

interface DayProps {
  date: string
  entry: EntrySummary | undefined
  today: boolean
  shown: boolean
  /** Tab leads to one day, arrows to the others. */
  reached: boolean
  choose: () => void
}

/** A day: with an entry it is strong and carries a mark, today has a ring, the one that is shown is filled. */
function Day({ date, entry, today, shown, reached, choose }: DayProps) {
  const written = entry !== undefined
  const name = `${dayName(date)}${today ? ', today' : ''}: ${written ? dayWords(entry) : 'no entry'}`
  return (
    <button
      type="button"
      data-date={date}
      aria-label={name}
      title={name}
      aria-disabled={!written}
      tabIndex={reached ? 0 : -1}
      onClick={choose}
      className={classes(
        'flex h-9 w-full flex-col items-center justify-center rounded-md leading-none focus-visible:outline-offset-0 max-md:h-11',
        today && 'ring-1 ring-edge ring-offset-1 ring-offset-panel',
        shown ? 'bg-accent-solid font-semibold text-white' : written ? 'font-semibold hover:bg-hover' : 'text-dim',
        !written && 'cursor-default',
      )}
    >
      <time dateTime={date}>{Number(date.slice(8))}</time>
      <span className="mt-1 h-2">
        {written && <Mark mark={markOf(entry.group_totals)} {...(shown ? { tone: 'text-white' } : {})} />}
      </span>
    </button>
  )
}

/** Leads to another day when the month that is shown has no entry. */
function Nearest({ dates, month, go }: { dates: readonly string[]; month: string; go: (date: string) => void }) {
  const nearest = dates.find((date) => monthOf(date) < month) ?? dates.at(-1)
  if (nearest === undefined) return null
  return (
    <Button look="quiet" onClick={() => go(nearest)}>
      Go to {dayName(nearest)}
    </Button>
  )
}

function Legend() {
  return (
    <ul aria-label="Marks" className="flex flex-wrap gap-x-3 text-[0.93em]">
      {(['entry', 'change', 'errors'] as const).map((mark) => (
        <li key={mark} className="flex items-center gap-1.5">
          <Mark mark={mark} /> {MARK_WORDS[mark]}
        </li>
      ))}
    </ul>
  )
}

interface CalendarProps {
  /** The newest first. */
  entries: readonly EntrySummary[]
  /** Local date of the server. */
  today: string
  /** Date of the entry that is shown. */
  current: string | null
  choose: (date: string) => void
}

/** Entries month by month. */
export function Calendar({ entries, today, current, choose }: CalendarProps) {
  const grid = useRef<HTMLTableElement>(null)
  const [at, setAt] = useState(current ?? today)
  const [followed, setFollowed] = useState(current)
  if (followed !== current) {
    setFollowed(current)
    if (current !== null) setAt(current)
  }
  const byDate = useMemo(() => new Map(entries.map((entry) => [entry.date, entry])), [entries])
  const dates = useMemo(() => entries.map(({ date }) => date), [entries])
  const newest = [today, ...dates.slice(0, 1)].toSorted().at(-1) ?? today
  const oldest = dates.at(-1) ?? today
  const month = monthOf(at)
  // What arrows lead to takes the focus, once it is drawn.
  const moved = useRef(false)
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>(`[data-date="${at}"]`)?.focus()
    moved.current = false
  }, [at])
  const bounded = (date: string) => (date > newest ? newest : date < oldest ? oldest : date)
  const onKeyDown = (event: KeyboardEvent) => {
    const next = dayAfterKey(at, event.key)
    if (next === null) return
    event.preventDefault()
    moved.current = true
    setAt(bounded(next))
  }
  const inMonth = dates.filter((date) => monthOf(date) === month).length
  return (
    <Panel className="px-3 py-2">
      <div className="mb-1 flex items-center justify-between">
        <IconButton
          label="Earlier month"
          disabled={month <= monthOf(oldest)}
          onClick={() => setAt(bounded(addMonths(at, -1)))}
        >
          <ChevronLeft aria-hidden />
        </IconButton>
        <span aria-live="polite" className="font-medium">
          {monthName(month)}
          <span className="sr-only">: {count(inMonth, 'entry', 'entries')}</span>
        </span>
        <IconButton
          label="Later month"
          disabled={month >= monthOf(newest)}
          onClick={() => setAt(bounded(addMonths(at, 1)))}
        >
          <ChevronRight aria-hidden />
        </IconButton>
      </div>
      <table ref={grid} role="grid" aria-label={monthName(month)} className="w-full table-fixed" onKeyDown={onKeyDown}>
        <thead>
          <tr>
            {WEEKDAYS.map((day) => (
              <th key={day} scope="col" abbr={day} className="pb-1 text-[0.86em] font-normal text-dim">
                {day.slice(0, 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week, row) => (
            <tr key={row}>
              {week.map((date, column) => (
                <td key={column} role="gridcell" aria-selected={date !== null && date === current} className="p-0.5">
                  {date === null ? (
                    <div className="h-9 max-md:h-11" />
                  ) : (
                    <Day
                      date={date}
                      entry={byDate.get(date)}
                      today={date === today}
                      shown={date === current}
                      reached={date === at}
                      choose={() => {
                        setAt(date)
                        if (byDate.has(date)) choose(date)
                      }}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="mt-1 flex min-h-8 flex-wrap items-center justify-between border-t pt-1 text-dim max-md:min-h-10">
        {inMonth > 0 ? (
          <Legend />
        ) : (
          <>
            <span>No entry this month.</span>
            <Nearest dates={dates} month={month} go={setAt} />
          </>
        )}
      </div>
    </Panel>
  )
}
