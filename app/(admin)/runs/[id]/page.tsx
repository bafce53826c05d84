import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { RunDetails } from '#app/_client/types.ts'
import { describeOperation, listWorkflows, operationTitles, preload } from '#app/_server/operations.ts'
import { RunView } from './run-view.tsx'

export const metadata: Metadata = { title: 'Run' }

export default async function RunPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const [details, titles, workflows] = await Promise.all([
    preload<RunDetails>('get_run', { run_id: id }),
    operationTitles(),
    listWorkflows(),
  ])
  if (details === undefined) notFound()
  // A run of an operation that the app no longer has keeps the names of its input.
  const operation = details.run.operation in titles ? await describeOperation(details.run.operation) : null
  const workflow = workflows.find((candidate) => candidate.id === details.run.workflow)
  return (
    <RunView
      run={details.run}
      title={titles[details.run.operation] ?? details.run.operation}
      workflow={workflow ?? null}
      labels={Object.fromEntries(operation?.fields.map(({ name, label }) => [name, label]) ?? [])}
    />
  )
}
