import type { Metadata } from 'next'
import type { ModelsStatus, WantedModels } from '#app/_client/types.ts'
import { preload, preloadSoon } from '#app/_server/operations.ts'
import { ModelsPage } from './models.tsx'

export const metadata: Metadata = { title: 'Models' }

export default async function Page() {
  const [wanted, status] = await Promise.all([
    preload<WantedModels>('list_models'),
    preloadSoon<ModelsStatus>('models_status'),
  ])
  return <ModelsPage initialWanted={wanted} initialStatus={status} />
}
