import Link from 'next/link'
import type { WorkflowSummary } from '#app/_client/operation.ts'
import type { Status } from '#app/_client/types.ts'
import { count } from '#app/_components/format.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Panel } from '#app/_components/page.tsx'
import { State } from '#app/_components/state.tsx'
import { PageIcon } from '#app/_shell/page-icon.tsx'

function nextRun(enabled: boolean, next: string | null) {
  if (next !== null) return <Moment at={next} />
  return enabled ? 'not planned' : 'not scheduled'
}

/** What can be done here, and how it last went as soon as that is known; its place is kept free. */
export function WorkflowList({
  workflows,
  status,
}: {
  workflows: readonly WorkflowSummary[]
  status: Status | undefined
}) {
  return (
    <Panel className="divide-y">
      {workflows.map(({ id, statusKey, title, description, page }) => {
        const figures = status?.workflows[statusKey]
        return (
          <Link
            key={id}
            href={page}
            className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 px-4 py-3 first:rounded-t-lg last:rounded-b-lg hover:bg-hover md:grid-cols-[auto_minmax(0,1fr)_8.5rem_9rem]"
          >
            <PageIcon name={id} className="mt-0.5 size-4 shrink-0 text-accent" />
            <span className="min-w-0">
              <span className="font-medium">{title}</span>
              <span className="block text-dim">{description}</span>
            </span>
            {status === undefined && <span aria-hidden className="max-md:col-start-2 max-md:mt-1 max-md:h-[1lh]" />}
            {figures !== undefined && (
              <>
                <span className="max-md:col-start-2 max-md:mt-1">
                  <State state={figures.status} />
                  <span className="block text-dim max-md:ml-2 max-md:inline">
                    {figures.last_run !== null && <Moment at={figures.last_run} />}
                  </span>
                </span>
                <span className="text-dim max-md:hidden">
                  {count(figures.runs_count, 'run')}
                  <span className="block">
                    {figures.next_run === null ? '' : 'next '}
                    {nextRun(figures.enabled, figures.next_run)}
                  </span>
                </span>
              </>
            )}
          </Link>
        )
      })}
    </Panel>
  )
}
