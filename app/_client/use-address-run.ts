'use client'

import { useState } from 'react'

/**
 * The run that a page shows, kept in its address: a reload in the middle goes on watching, and the link can be shared.
 * @param initial what the address said when the page was made
 */
export function useAddressRun(initial: string | null): [string | null, (id: string | null) => void] {
  const [run, setRun] = useState(initial)
  const set = (id: string | null) => {
    setRun(id)
    const url = new URL(location.href)
    if (id === null) url.searchParams.delete('run')
    else url.searchParams.set('run', id)
    history.replaceState(null, '', url)
  }
  return [run, set]
}
