import { Check, CircleSlash, TriangleAlert } from 'lucide-react'
import { count } from '#app/_components/format.ts'
import { Panel } from '#app/_components/page.tsx'
import { Mark } from '#app/_components/state.tsx'
import type { SourceReport } from './types.ts'

const MARKS = {
  read: { word: 'Read', tone: 'good', icon: Check },
  partly: { word: 'Partly read', tone: 'warn', icon: TriangleAlert },
  unavailable: { word: 'Unavailable', tone: 'none', icon: CircleSlash },
} as const

/** The logs an entry was made from, and why one was not read. */
export function Sources({ sources }: { sources: readonly SourceReport[] }) {
  return (
    <Panel className="divide-y">
      {sources.map(({ id, title, state, reason, lines, groups }) => (
        <div key={id} className="flex flex-wrap items-center gap-x-4 gap-y-0.5 px-4 py-2">
          <span className="min-w-40 flex-1">
            {title}
            {reason !== null && <span className="block text-dim">{reason}</span>}
          </span>
          {state !== 'unavailable' && (
            <span className="text-dim">
              {count(lines, 'line')} in {count(groups, 'group')}
            </span>
          )}
          <Mark {...MARKS[state]} />
        </div>
      ))}
    </Panel>
  )
}
