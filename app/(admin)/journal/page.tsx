import type { Metadata } from 'next'
import { preload, workflowOf } from '#app/_server/operations.ts'
import { getCore } from '#app/_server/core.ts'
import { JOURNAL_SOURCES } from '#lib/config/index.ts'
import { localDate } from '#workflows/journaling/window.ts'
import { Journal } from './journal.tsx'
import { ENTRIES_SHOWN } from './shown.ts'
import type { Entry, EntrySummary } from './types.ts'

export const metadata: Metadata = { title: 'Journal' }

interface JournalPageProps {
  searchParams: Promise<{ date?: string | string[] }>
}

export default async function JournalPage({ searchParams }: JournalPageProps) {
  const { date } = await searchParams
  const wanted = typeof date === 'string' ? date : 'latest'
  const [{ workflow, operation }, list, { settings, now }] = await Promise.all([
    workflowOf('/journal'),
    preload<{ entries: EntrySummary[] }>('list_journal_entries', { limit: ENTRIES_SHOWN }),
    getCore(),
  ])
  const entry = list?.entries.length === 0 ? undefined : await preload<Entry>('show_journal_entry', { date: wanted })
  const { logFiles } = settings['local-workflows'].journaling
  return (
    <Journal
      workflow={workflow}
      operation={operation}
      initialEntries={list}
      initialEntry={entry}
      today={localDate(now())}
      sources={[...JOURNAL_SOURCES, ...logFiles]}
    />
  )
}
