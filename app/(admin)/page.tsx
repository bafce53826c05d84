import { statfs } from 'node:fs/promises'
import type { Metadata } from 'next'
import type { HealthOverview, Run, Status } from '#app/_client/types.ts'
import { getCore } from '#app/_server/core.ts'
import { listWorkflows, operationTitles, preload, preloadSoon } from '#app/_server/operations.ts'
import { Home } from './_home/home.tsx'

export const metadata: Metadata = { title: 'Home' }

/** Space on the disk that holds the app's state; null where the system does not say. */
async function diskSpace(folder: string): Promise<{ free: number; total: number } | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { free: bavail * bsize, total: blocks * bsize }
  } catch {
    return null
  }
}

export default async function HomePage() {
  const { stateDir } = await getCore()
  const [workflows, titles, status, health, runs, disk] = await Promise.all([
    listWorkflows(),
    operationTitles(),
    preloadSoon<Status>('get_status'),
    preload<HealthOverview>('list_health_checks'),
    preload<{ runs: Run[] }>('list_runs', { limit: 8 }),
    diskSpace(stateDir),
  ])
  return (
    <Home
      workflows={workflows}
      titles={titles}
      initialStatus={status}
      initialHealth={health}
      initialRuns={runs}
      disk={disk}
    />
  )
}
