import { Info, TriangleAlert } from 'lucide-react'
import { count } from '#app/_components/format.ts'
import { Mono } from '#app/_components/page.tsx'
import type { Action, Plan } from '../types.ts'

/** Changed files that are named; of more only the number is said. */
const NAMED = 5

function Changed({ actions }: { actions: readonly Action[] }) {
  return (
    <div role="status" className="rounded-lg border border-warn/40 bg-warn-soft px-4 py-3">
      <p className="flex gap-2 font-medium text-warn">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        {count(actions.length, 'file')} changed since this plan and will stay where{' '}
        {actions.length === 1 ? 'it is' : 'they are'}
      </p>
      <ul className="mt-1 space-y-0.5 pl-6">
        {actions.slice(0, NAMED).map(({ id, file, stale }) => (
          <li key={id}>
            <Mono>{file}</Mono>: <span className="text-dim">{stale}</span>
          </li>
        ))}
        {actions.length > NAMED && <li className="text-dim">and {actions.length - NAMED} more</li>}
      </ul>
    </div>
  )
}

/** What a person must know of a plan beside its files: notes, what changed since, what failed. */
export function PlanNotes({ plan }: { plan: Plan }) {
  const changed = plan.actions.filter(({ action, stale }) => action !== 'skip' && typeof stale === 'string')
  const failed = plan.actions.filter(({ state }) => state === 'failed')
  return (
    <>
      {plan.notes.map((note) => (
        <p key={note} className="flex gap-2 text-dim">
          <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
          {note}
        </p>
      ))}
      {changed.length > 0 && (plan.status === 'planned' || plan.status === 'stopped') && <Changed actions={changed} />}
      {failed.length > 0 && (
        <div role="status" className="rounded-lg border border-bad/40 bg-bad-soft px-4 py-3">
          <p className="font-medium text-bad">{count(failed.length, 'file')} could not be moved</p>
          <ul className="mt-1 space-y-0.5">
            {failed.slice(0, NAMED).map(({ id, file, outcome }) => (
              <li key={id}>
                <Mono>{file}</Mono>: <span className="text-dim">{outcome}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  )
}
