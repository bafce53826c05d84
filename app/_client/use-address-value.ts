'use client'

import { useSearchParams } from 'next/navigation'
import { useState } from 'react'

/**
 * What a page shows, kept in its address under a name: a reload, a shared link and the way back from another page all show
 * the same. A link to this page that says something else is followed.
 */
export function useAddressValue(name: string): [string | null, (value: string | null) => void] {
  const address = useSearchParams().get(name)
  const [value, setValue] = useState(address)
  const [followed, setFollowed] = useState(address)
  if (followed !== address) {
    setFollowed(address)
    setValue(address)
  }
  const set = (next: string | null) => {
    setValue(next)
    const url = new URL(location.href)
    if (next === null) url.searchParams.delete(name)
    else url.searchParams.set(name, next)
    history.replaceState(null, '', url)
  }
  return [value, set]
}
