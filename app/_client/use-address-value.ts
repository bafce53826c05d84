'use client'

import { useSearchParams } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'

/** @returns whether that changes the address */
function write(name: string, value: string | null): boolean {
  const url = new URL(location.href)
  if (url.searchParams.get(name) === value) return false
  if (value === null) url.searchParams.delete(name)
  else url.searchParams.set(name, value)
  history.replaceState(null, '', url)
  return true
}

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
    write(name, next)
  }
  return [value, set]
}

/** So long after the last key the address says what was typed, in milliseconds: browsers refuse more than a few changes a second. */
const TYPED_MS = 200

/** As {@link useAddressValue}, for a text that is typed; an empty one is not in the address. */
export function useAddressText(name: string): [string, (text: string) => void] {
  const address = useSearchParams().get(name) ?? ''
  const [text, setText] = useState(address)
  // What was typed comes back as an address a moment later, when more may have been typed.
  const own = useRef<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    const at = own.current.indexOf(address)
    if (at < 0) setText(address)
    own.current.splice(0, at + 1)
  }, [address])
  useEffect(() => () => clearTimeout(timer.current), [])
  const set = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      if (write(name, next === '' ? null : next)) own.current.push(next)
    }, TYPED_MS)
  }
  return [text, set]
}
