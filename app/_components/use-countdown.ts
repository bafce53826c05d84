'use client'

import { useEffect, useState } from 'react'

/**
 * Seconds left of a wait, each second anew.
 * @param seconds the whole wait @param since starts the wait anew when it is another object
 */
export function useCountdown(seconds: number, since: unknown): number {
  const [left, setLeft] = useState(Math.ceil(seconds))
  useEffect(() => {
    const end = Date.now() + seconds * 1000
    const look = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)))
    look()
    if (seconds <= 0) return
    const timer = setInterval(look, 250)
    return () => clearInterval(timer)
  }, [seconds, since])
  return left
}
