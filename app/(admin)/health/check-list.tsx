'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { HealthOverview } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { worstFirst } from '#app/_components/health-words.ts'
import { Panel } from '#app/_components/page.tsx'
import { CheckRow } from './check-row.tsx'

/** Checks that are drawn at first; the worst come first, the rest when a person gets there. */
const AT_FIRST = 25
const AT_ONCE = 50

/** What stands below the checks drawn so far: asks for more as soon as it comes near the window, or is pressed. */
function More({ left, onMore }: { left: number; onMore: () => void }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onMore()
      },
      { rootMargin: '400px' },
    )
    if (place.current !== null) observer.observe(place.current)
    return () => observer.disconnect()
  }, [left, onMore])
  return (
    <div ref={place} className="px-4 py-3">
      <Button onClick={onMore}>{left} more</Button>
    </div>
  )
}

/** Every check, the worst first. */
export function CheckList({ overview, initialCheck }: { overview: HealthOverview; initialCheck: string | null }) {
  const sorted = worstFirst(overview.checks)
  const [shown, setShown] = useState(() => Math.max(AT_FIRST, sorted.findIndex(({ id }) => id === initialCheck) + 1))
  const more = useCallback(() => setShown((before) => before + AT_ONCE), [])
  return (
    <Panel className="divide-y">
      {sorted.slice(0, shown).map((check) => (
        <CheckRow
          key={check.id}
          check={check}
          hoursEnd={overview.hours_end}
          daysEnd={overview.days_end}
          initiallyOpen={check.id === initialCheck}
        />
      ))}
      {shown < sorted.length && <More left={sorted.length - shown} onMore={more} />}
    </Panel>
  )
}
