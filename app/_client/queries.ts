'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { INCIDENTS_AT_ONCE } from './page-size.ts'
import type {
  HealthCheckDetails,
  HealthOverview,
  IncidentPage,
  ModelsStatus,
  PublicStatus,
  Run,
  Status,
  WantedModels,
} from './types.ts'

/** How often a page that is looked at asks anew, in milliseconds. */
const STATUS_MS = 5000
const RUNS_MS = 3000
const HEALTH_MS = 5000
const MODELS_MS = 5000
/** Incidents that come with each press for more. */
const OLDER_INCIDENTS = 100

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

/** Every check as it stands, and what is wrong now. */
export function useHealth(initialData?: HealthOverview) {
  return useQuery({
    queryKey: ['health'],
    queryFn: () => api<HealthOverview>('/api/health/checks'),
    refetchInterval: HEALTH_MS,
    ...(initialData === undefined ? {} : { initialData }),
  })
}

/** One check with its single results. */
export function useHealthCheck(id: string) {
  return useQuery({
    queryKey: ['health', 'check', id],
    queryFn: () => api<HealthCheckDetails>(`/api/health/checks/${encodeURIComponent(id)}`),
    refetchInterval: 2 * HEALTH_MS,
  })
}

/** What is over, page by page, the newest first. Once older ones are asked for, they are renewed less often. */
export function useIncidents(initialData?: IncidentPage) {
  return useInfiniteQuery({
    queryKey: ['health', 'incidents'],
    queryFn: ({ pageParam }) =>
      api<IncidentPage>(
        pageParam === ''
          ? `/api/health/incidents?over=true&limit=${INCIDENTS_AT_ONCE}`
          : `/api/health/incidents?over=true&limit=${OLDER_INCIDENTS}&before=${encodeURIComponent(pageParam)}`,
      ),
    initialPageParam: '',
    getNextPageParam: ({ older }) => older,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 1) > 1 ? 12 * HEALTH_MS : HEALTH_MS),
    ...(initialData === undefined ? {} : { initialData: { pages: [initialData], pageParams: [''] } }),
  })
}

export function usePublicStatus(initialData: PublicStatus) {
  return useQuery({
    queryKey: ['public-status'],
    queryFn: () => api<PublicStatus>('/api/status'),
    refetchInterval: 4 * HEALTH_MS,
    initialData,
  })
}

/** The models that should be here. */
export function useWantedModels(initialData?: WantedModels) {
  return useQuery({
    queryKey: ['models', 'wanted'],
    queryFn: () => api<WantedModels>('/api/models'),
    ...(initialData === undefined ? {} : { initialData }),
  })
}

/** The models that should be here or are, each with its state. */
export function useModelsStatus(initialData?: ModelsStatus) {
  return useQuery({
    queryKey: ['models', 'status'],
    queryFn: () => api<ModelsStatus>('/api/models/status'),
    refetchInterval: MODELS_MS,
    ...(initialData === undefined ? {} : { initialData }),
  })
}
