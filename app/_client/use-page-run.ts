'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { startRun } from './api.ts'
import { useAddressValue } from './use-address-value.ts'

/** An operation to start as a run. */
interface PageWork {
  path: string
  body: object
}

/**
 * Starts the runs of a page, one at a time, and follows the one that goes on, whoever started it.
 * @param stale key of the queries whose answers are different once a run has ended
 * @param elsewhere a run of the same kind that the server says is going on, such as one of the schedule
 */
export function usePageRun(stale: readonly string[], elsewhere: string | null = null) {
  const client = useQueryClient()
  const [own, setOwn] = useAddressValue('run')
  const [ended, setEnded] = useState<string | null>(null)
  const start = useMutation({
    mutationFn: ({ path, body }: PageWork) => startRun({ method: 'POST', path, body }),
    onSuccess: setOwn,
  })
  const id = own ?? elsewhere
  return {
    id,
    busy: start.isPending || (id !== null && ended !== id) || elsewhere !== null,
    error: start.error,
    start: (work: PageWork) => start.mutate(work),
    /** Puts away a run that is over. */
    close: () => ended === id && setOwn(null),
    onEnd: () => {
      setEnded(id)
      // A run that someone else started stays shown with its result.
      setOwn(id)
      void client.invalidateQueries({ queryKey: stale })
    },
  }
}
