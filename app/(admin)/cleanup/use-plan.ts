'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '#app/_client/api.ts'
import type { Action, Plan } from './types.ts'

/** Actions in one answer while a plan is read. */
const CHUNK = 20_000
/** Up to this many actions, the files are looked at again whenever the plan is shown. */
export const CHECKED_AT_ONCE = 5000
/** How often it is asked whether another tab or the schedule has done something with a plan, in milliseconds. */
const LOOK_MS = 5000
/** Changes that one request may hold. */
const MOST_CHANGES = 1000

const address = (planId: string) => `/api/workflows/cleanup/${encodeURIComponent(planId)}`

/** Reads a whole plan, piece by piece. */
async function readPlan(planId: string, signal: AbortSignal): Promise<Plan> {
  const read = (offset: number, check: boolean) =>
    api<Plan>(`${address(planId)}?limit=${CHUNK}&offset=${offset}${check ? '&check=true' : ''}`, { signal })
  const head = await api<Plan>(`${address(planId)}?limit=0`, { signal })
  const check = head.actions_total <= CHECKED_AT_ONCE
  const actions: Action[] = []
  while (actions.length < head.actions_total) {
    const piece = await read(actions.length, check)
    if (piece.actions.length === 0) break
    actions.push(...piece.actions)
  }
  return { ...head, actions }
}

/** A plan with all its actions, read again when its state has changed, whoever changed it. */
export function usePlan(planId: string, initial: Plan) {
  const client = useQueryClient()
  const plan = useQuery({
    queryKey: ['plan', planId],
    queryFn: ({ signal }) => readPlan(planId, signal),
    placeholderData: initial,
  })
  const { data: head } = useQuery({
    queryKey: ['plan', planId, 'head'],
    queryFn: () => api<Plan>(`${address(planId)}?limit=0`),
    refetchInterval: LOOK_MS,
  })
  const known = plan.data?.status
  useEffect(() => {
    if (head !== undefined && head.status !== known)
      void client.invalidateQueries({ queryKey: ['plan', planId], exact: true })
  }, [head])
  return plan
}

/** A change to one action of a plan. */
export interface PlanChange {
  id: number
  destination?: string
  exclude?: boolean
}

/** Changes a plan, in as many requests as it needs, and reads it again. */
export function usePlanEdit(planId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (changes: readonly PlanChange[]) => {
      for (let at = 0; at < changes.length; at += MOST_CHANGES)
        await api(address(planId), {
          method: 'PATCH',
          body: { changes: changes.slice(at, at + MOST_CHANGES), limit: 0 },
        })
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['plan', planId] }),
  })
}
