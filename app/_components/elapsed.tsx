'use client'

import { useEffect, useState } from 'react'
import { duration } from './format.ts'

/** Time since a moment, counting. */
export function Elapsed({ since }: { since: string }) {
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  if (now === null) return null
  // Whole seconds: tenths would flicker.
  const seconds = Math.floor(Math.max(0, now - Date.parse(since)) / 1000)
  return <span>{seconds < 10 ? `${seconds} s` : duration(seconds * 1000)}</span>
}
