'use client'

import { useSyncExternalStore } from 'react'
import { relative } from './format.ts'

/** How often relative times are worded anew, in milliseconds. */
const TICK_MS = 10_000

const watchers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher)
  timer ??= setInterval(() => watchers.forEach((wake) => wake()), TICK_MS)
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}

const tick = () => Math.floor(Date.now() / TICK_MS) * TICK_MS

const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' })

const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** A moment as its day and time, for where a span of time begins and ends. */
export function ExactMoment({ at }: { at: string }) {
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={EXACT.format(ms)} className="whitespace-nowrap" suppressHydrationWarning>
      {DAY_AND_TIME.format(ms)}
    </time>
  )
}

/** A moment relative to now, the exact one on hover. `since`: as the begin of what still is. */
export function Moment({ at, since = false }: { at: string; since?: boolean }) {
  // The server words it in its own time zone and a moment earlier; the browser's wording replaces it.
  const now = useSyncExternalStore(subscribe, tick, tick)
  const ms = Date.parse(at)
  const text = relative(ms, Math.max(now, Math.min(ms, now + TICK_MS)))
  return (
    <time dateTime={at} title={EXACT.format(ms)} className="whitespace-nowrap" suppressHydrationWarning>
      {since && text !== 'just now' ? `since ${text}` : text}
    </time>
  )
}
