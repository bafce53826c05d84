'use client'

import { useQueryClient } from '@tanstack/react-query'
import { Hourglass, Unplug } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { apiResponse } from '#app/_client/api.ts'
import { connection, onConnection, type Connection } from '#app/_client/connection.ts'

/** How often an app that does not answer is asked whether it is back, in milliseconds. */
const ASK_MS = 3000

const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const ANSWERS: Connection = { state: 'answers', since: 0 }

/** Over every page while the app does not answer; nothing of the page moves, and what is typed stays. */
export function ConnectionNotice() {
  const client = useQueryClient()
  const { state, since } = useSyncExternalStore(onConnection, connection, () => ANSWERS)
  const wasSilent = useRef(false)
  useEffect(() => {
    if (state === 'silent') {
      wasSilent.current = true
      const timer = setInterval(() => void apiResponse('/api/health').catch(() => undefined), ASK_MS)
      return () => clearInterval(timer)
    }
    if (state === 'answers' && wasSilent.current) {
      wasSilent.current = false
      void client.invalidateQueries()
    }
    return undefined
  }, [state, client])
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 top-2 z-30 flex justify-center px-4 md:pl-56">
      {state !== 'answers' && (
        <p className="flex items-start gap-2 rounded-lg border border-warn/40 bg-warn-soft px-4 py-2.5 shadow-lg">
          {state === 'silent' ? (
            <>
              <Unplug aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
              <span>
                <strong className="font-medium text-warn">The app does not answer.</strong> What you see is from{' '}
                <span className="whitespace-nowrap">{CLOCK.format(since)}</span>; it goes on by itself once the app is
                back.
              </span>
            </>
          ) : (
            <>
              <Hourglass aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
              <span>
                <strong className="font-medium text-warn">The app is slow to answer.</strong> What you see is from{' '}
                <span className="whitespace-nowrap">{CLOCK.format(since)}</span>.
              </span>
            </>
          )}
        </p>
      )}
    </div>
  )
}
