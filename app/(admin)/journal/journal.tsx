'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { api } from '#app/_client/api.ts'
import type { OperationDescription, WorkflowSummary } from '#app/_client/operation.ts'
import { useAddressValue } from '#app/_client/use-address-value.ts'
import { Button } from '#app/_components/button.tsx'
import { LiveRun } from '#app/_components/live-run.tsx'
import { OperationForm } from '#app/_components/operation-form.tsx'
import { Empty, Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Calendar } from './calendar.tsx'
import { EntryView } from './entry-view.tsx'
import { ENTRIES_SHOWN } from './shown.ts'
import type { Entry, EntrySummary } from './types.ts'

interface JournalProps {
  workflow: WorkflowSummary
  operation: OperationDescription
  initialEntries: { entries: EntrySummary[] } | undefined
  initialEntry: Entry | undefined
  /** Local date of the server. */
  today: string
  sources: readonly string[]
}

/** Below this width the entry stands under the calendar, where a choice would change nothing that is seen. */
const ONE_COLUMN = '(max-width: 1023px)'

/** Entries at the left, the chosen one at the right; writing one begins above the list. */
export function Journal({ workflow, operation, initialEntries, initialEntry, today, sources }: JournalProps) {
  const client = useQueryClient()
  const [run, setRun] = useAddressValue('run')
  const [asked, setAsked] = useAddressValue('date')
  const date = asked ?? initialEntry?.date ?? 'latest'
  const place = useRef<HTMLDivElement>(null)
  const { data: list } = useQuery({
    queryKey: ['journal'],
    queryFn: () => api<{ entries: EntrySummary[] }>(`/api/journal/entries?limit=${ENTRIES_SHOWN}`),
    ...(initialEntries === undefined ? {} : { initialData: initialEntries }),
  })
  const { data: entry, error } = useQuery({
    queryKey: ['journal', date],
    enabled: list !== undefined && list.entries.length > 0,
    queryFn: () => api<Entry>(`/api/journal/entries/${encodeURIComponent(date)}`),
    // The last one stays until the next is there, so that nothing jumps.
    placeholderData: (before) => before,
    ...(initialEntry !== undefined && initialEntry.date === date ? { initialData: initialEntry } : {}),
  })
  const choose = (next: string) => {
    setAsked(next)
    if (matchMedia(ONE_COLUMN).matches) place.current?.scrollIntoView()
  }
  const onEnd = (output: unknown) => {
    void client.invalidateQueries({ queryKey: ['journal'] })
    const written: unknown = typeof output === 'object' && output !== null ? Reflect.get(output, 'date') : null
    if (typeof written === 'string') setAsked(written)
  }
  const dates = list?.entries.map(({ date: each }) => each) ?? []
  const position = entry === undefined ? -1 : dates.indexOf(entry.date)
  const between = {
    earlier: position < 0 ? undefined : dates[position + 1],
    later: position < 0 ? undefined : dates[position - 1],
    choose: setAsked,
  }
  return (
    <Page title={workflow.title} lead={workflow.description}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <div className="space-y-6">
          <Section title="Write an entry">
            <Panel className="px-4 py-4">
              <OperationForm
                operation={operation}
                suggestions={{ sources }}
                submitLabel="Write today’s entry"
                onStarted={setRun}
              />
            </Panel>
          </Section>
          <Section title="Entries" note={list === undefined ? undefined : String(list.entries.length)}>
            {list === undefined ? (
              <Panel>
                <Skeleton rows={8} height={40} />
              </Panel>
            ) : (
              <Calendar
                entries={list.entries}
                today={today}
                current={date === 'latest' ? (entry?.date ?? null) : date}
                choose={choose}
              />
            )}
          </Section>
        </div>
        <div ref={place} className="min-w-0 scroll-mt-4 space-y-6">
          {run !== null && (
            <Section
              title="Writing"
              actions={
                <Button look="quiet" onClick={() => setRun(null)}>
                  Close
                </Button>
              }
            >
              <LiveRun id={run} onEnd={({ output }) => onEnd(output)} />
            </Section>
          )}
          {error !== null && <ProblemNotice error={error} />}
          {entry !== undefined && <EntryView entry={entry} between={between} />}
          {entry === undefined && list?.entries.length === 0 && run === null && (
            <Empty>
              No entry yet. An entry says what this machine did: what is new, what comes more often, what has fallen
              silent, each with its log lines.
            </Empty>
          )}
          {entry === undefined && error === null && list !== undefined && list.entries.length > 0 && (
            <Panel>
              <Skeleton rows={10} />
            </Panel>
          )}
        </div>
      </div>
    </Page>
  )
}
