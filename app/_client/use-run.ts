'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api, apiResponse } from './api.ts'
import { ApiProblem, isUnreachable, problemOf } from './problem.ts'
import { hasEnded, NO_NEWS, type RunState, withServerEvent } from './run-state.ts'
import { readEvents } from './sse.ts'
import type { RunDetails } from './types.ts'

const RECONNECT_MS = 1000

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Follows a run until it ends. A lost connection is made again: the stream tells the past first, so nothing is missed. */
async function follow(id: string, signal: AbortSignal, show: (state: RunState) => void): Promise<void> {
  const isGone = () => signal.aborted
  while (!isGone()) {
    let state: RunState = NO_NEWS
    try {
      const { body } = await apiResponse(`/api/runs/${encodeURIComponent(id)}/events`, { signal })
      if (body !== null)
        for await (const event of readEvents(body)) {
          if (isGone()) return
          state = withServerEvent(state, event)
          show(state)
          if (hasEnded(state)) return
        }
    } catch (error) {
      if (isGone()) return
      if (error instanceof ApiProblem && !isUnreachable(error)) {
        show({ ...state, phase: 'failed', problem: problemOf(error) })
        return
      }
    }
    await sleep(RECONNECT_MS)
  }
}

/** One state per frame is enough, however fast the events come. */
function perFrame(show: (state: RunState) => void): (state: RunState) => void {
  let next: RunState | null = null
  return (state) => {
    if (next === null)
      requestAnimationFrame(() => {
        if (next !== null) show(next)
        next = null
      })
    next = state
  }
}

/**
 * A run as it happens.
 * @param onEnd called once when it ends while this is watching, or had ended before
 */
export function useRun(id: string, onEnd?: (state: RunState) => void) {
  const client = useQueryClient()
  const [state, setState] = useState(NO_NEWS)
  const end = useRef(onEnd)
  useEffect(() => {
    end.current = onEnd
  })
  useEffect(() => {
    const gone = new AbortController()
    setState(NO_NEWS)
    const show = perFrame((next) => !gone.signal.aborted && setState(next))
    void follow(id, gone.signal, (next) => {
      show(next)
      if (!hasEnded(next)) return
      void client.invalidateQueries({ queryKey: ['runs'] })
      void client.invalidateQueries({ queryKey: ['run', id] })
      end.current?.(next)
    })
    return () => gone.abort()
  }, [client, id])
  const details = useQuery({
    queryKey: ['run', id],
    queryFn: () => api<RunDetails>(`/api/runs/${encodeURIComponent(id)}`),
  })
  return { state, run: details.data?.run, output: state.output ?? details.data?.output ?? null, error: details.error }
}
