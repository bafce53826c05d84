'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { startRun } from './api.ts'
import { useAddressRun } from './use-address-run.ts'

/** An operation to start as a run. */
export interface PageWork {
  path: string
  body: object
}

/**
 * Starts the runs of a page, one at a time, and follows the one that goes on.
 * @param initial what the address said when the page was made
 * @param stale key of the queries whose answers are different once a run has ended
 */
export function usePageRun(initial: string | null, stale: readonly string[]) {
  const client = useQueryClient()
  const [id, setId] = useAddressRun(initial)
  const [ended, setEnded] = useState<string | null>(null)
  const start = useMutation({
    mutationFn: ({ path, body }: PageWork) => startRun({ method: 'POST', path, body }),
    onSuccess: setId,
  })
  return {
    id,
    busy: start.isPending || (id !== null && ended !== id),
    error: start.error,
    start: (work: PageWork) => start.mutate(work),
    /** Puts away a run that is over. */
    close: () => ended === id && setId(null),
    onEnd: () => {
      setEnded(id)
      void client.invalidateQueries({ queryKey: stale })
    },
  }
}

export type PageRun = ReturnType<typeof usePageRun>
