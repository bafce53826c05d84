import type { Metadata } from 'next'
import type { Run } from '#app/_client/types.ts'
import { listWorkflows, operationTitles, preload } from '#app/_server/operations.ts'
import { RunHistory } from './run-history.tsx'

export const metadata: Metadata = { title: 'Runs' }

const text = (value: string | string[] | undefined) => (typeof value === 'string' ? value : '')

export default async function RunsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const asked = await searchParams
  const filter = { workflow: text(asked['workflow']), status: text(asked['status']) }
  const input = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''))
  const [workflows, titles, runs] = await Promise.all([
    listWorkflows(),
    operationTitles(),
    preload<{ runs: Run[] }>('list_runs', input),
  ])
  return <RunHistory workflows={workflows} titles={titles} initialFilter={filter} initialRuns={runs} />
}
