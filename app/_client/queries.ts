'use client'

import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import type { Run, Status } from './types.ts'

/** How often a page that is looked at asks anew, in milliseconds. */
const STATUS_MS = 5000
const RUNS_MS = 3000

export function useStatus(initialData?: Status) {
  return useQuery({
    queryKey: ['status'],
    queryFn: () => api<Status>('/api/workflows/status'),
    refetchInterval: STATUS_MS,
    ...(initialData === undefined ? {} : { initialData }),
  })
}

export interface RunFilter {
  workflow?: string | undefined
  status?: string | undefined
  before?: string | undefined
  limit?: number
}

export function runsPath(filter: RunFilter): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter))
    if (value !== undefined && value !== '') query.set(name, String(value))
  return `/api/runs?${query.toString()}`
}

export function useRuns(filter: RunFilter, initialData?: { runs: Run[] }) {
  return useQuery({
    queryKey: ['runs', filter],
    queryFn: () => api<{ runs: Run[] }>(runsPath(filter)),
    refetchInterval: RUNS_MS,
    ...(initialData === undefined ? {} : { initialData }),
  })
}
