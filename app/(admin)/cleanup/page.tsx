import type { Metadata } from 'next'
import { getCore } from '#app/_server/core.ts'
import { preload, workflowOf } from '#app/_server/operations.ts'
import { Cleanup } from './cleanup.tsx'
import type { PlanHead } from './types.ts'

export const metadata: Metadata = { title: 'Cleanup' }

export default async function CleanupPage() {
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
      folders={settings['local-workflows'].fileCleanup.watchDirs}
    />
  )
}
