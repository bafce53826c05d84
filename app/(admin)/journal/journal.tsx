'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { OperationDescription, WorkflowSummary } from '#app/_client/operation.ts'
import { useAddressRun } from '#app/_client/use-address-run.ts'
import { Button } from '#app/_components/button.tsx'
import { LiveRun } from '#app/_components/live-run.tsx'
import { OperationForm } from '#app/_components/operation-form.tsx'
import { Empty, Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { EntryList } from './entry-list.tsx'
import { EntryView } from './entry-view.tsx'
import type { Entry, EntrySummary } from './types.ts'

interface JournalProps {
  workflow: WorkflowSummary
  operation: OperationDescription
  initialEntries: { entries: EntrySummary[] } | undefined
  initialEntry: Entry | undefined
  initialRun: string | null
  sources: readonly string[]
}

function showDate(date: string): void {
  const url = new URL(location.href)
  url.searchParams.set('date', date)
  history.replaceState(null, '', url)
}

/** Entries at the left, the chosen one at the right; writing one begins above the list. */
export function Journal({ workflow, operation, initialEntries, initialEntry, initialRun, sources }: JournalProps) {
  const client = useQueryClient()
  const [run, setRun] = useAddressRun(initialRun)
  const [date, setDate] = useState(initialEntry?.date ?? 'latest')
  const { data: list } = useQuery({
    queryKey: ['journal'],
    queryFn: () => api<{ entries: EntrySummary[] }>('/api/journal/entries'),
    ...(initialEntries === undefined ? {} : { initialData: initialEntries }),
  })
  const { data: entry, error } = useQuery({
    queryKey: ['journal', date],
    enabled: list !== undefined && list.entries.length > 0,
    queryFn: () => api<Entry>(`/api/journal/entries/${encodeURIComponent(date)}`),
    ...(initialEntry !== undefined && initialEntry.date === date ? { initialData: initialEntry } : {}),
  })
  const choose = (next: string) => {
    setDate(next)
    showDate(next)
  }
  const onEnd = (output: unknown) => {
    void client.invalidateQueries({ queryKey: ['journal'] })
    const written: unknown = typeof output === 'object' && output !== null ? Reflect.get(output, 'date') : null
    if (typeof written === 'string') choose(written)
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
            <EntryList entries={list?.entries} current={entry?.date ?? date} choose={choose} />
          </Section>
        </div>
        <div className="min-w-0 space-y-6">
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
          {entry !== undefined && <EntryView entry={entry} />}
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
