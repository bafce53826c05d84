import type { Metadata } from 'next'
import { getCore } from '#app/_server/core.ts'
import { preload, workflowOf } from '#app/_server/operations.ts'
import { Cleanup } from './cleanup.tsx'
import type { PlanHead } from './types.ts'

export const metadata: Metadata = { title: 'Cleanup' }

export default async function CleanupPage({ searchParams }: { searchParams: Promise<{ run?: string | string[] }> }) {
  const { run } = await searchParams
  const [{ workflow, operation }, plans, { settings }] = await Promise.all([
    workflowOf('/cleanup'),
    preload<{ plans: PlanHead[]; total: number }>('list_file_cleanups'),
    getCore(),
  ])
  return (
    <Cleanup
      workflow={workflow}
      operation={operation}
      initialPlans={plans}
      initialRun={typeof run === 'string' ? run : null}
      folders={settings['local-workflows'].fileCleanup.watchDirs}
    />
  )
}
