import Link from 'next/link'
import type { Run } from '#app/_client/types.ts'
import { count, duration } from './format.ts'
import { Moment } from './moment.tsx'
import { Empty, Panel, Skeleton } from './page.tsx'
import { State } from './state.tsx'

const ID = /^[a-z]+_[0-9a-z]{16,}$/

/** What a run was about, in a few words: the first of its inputs that says something. */
function subject({ input }: Run): string {
  const texts = Object.values(input ?? {}).filter(
    (value) => typeof value === 'string' && value !== '' && !ID.test(value),
  )
  return texts.slice(0, 2).join(' · ')
}

function tokens({ completion_tokens }: Run): string {
  return completion_tokens === 0 ? '' : count(completion_tokens, 'token')
}

interface RunTableProps {
  runs: readonly Run[] | undefined
  titles: Readonly<Record<string, string>>
  /** Rows of the skeleton. */
  rows?: number
  /** Without model and tokens, for narrow places. */
  compact?: boolean
}

/** Runs, newest first, each leading to its page. */
export function RunTable({ runs, titles, rows = 5, compact = false }: RunTableProps) {
  if (runs === undefined)
    return (
      <Panel>
        <Skeleton rows={rows} height={44} />
      </Panel>
    )
  if (runs.length === 0)
    return <Empty>Nothing has run yet. What you start, and what the schedule starts, is listed here.</Empty>
  return (
    <Panel className="divide-y">
      {runs.map((run) => (
        <Link
          key={run.id}
          href={`/runs/${run.id}`}
          className="grid items-start gap-x-3 max-md:grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[7rem_minmax(0,1fr)_auto] px-4 py-2.5 first:rounded-t-lg last:rounded-b-lg hover:bg-hover"
        >
          <State state={run.status} className="max-md:row-start-2" />
          <span className="min-w-0 max-md:col-span-2">
            <span className="block truncate">
              <span className="font-medium">{titles[run.operation] ?? run.operation}</span>
              <span className="ml-2 text-dim">{subject(run)}</span>
            </span>
          </span>
          <span className="flex gap-4 text-right text-dim">
            {!compact && (
              <>
                <span className="w-36 truncate max-lg:hidden">{run.model ?? run.engine ?? ''}</span>
                <span className="w-24 max-lg:hidden">{tokens(run)}</span>
              </>
            )}
            <span className="w-16 max-md:hidden">{run.duration_ms === null ? '' : duration(run.duration_ms)}</span>
            <span className="w-32 max-md:w-auto">
              <Moment at={run.started_at} />
            </span>
          </span>
          {run.error !== null && run.status !== 'cancelled' && (
            <span className="line-clamp-2 break-words text-bad max-md:col-span-full max-md:row-start-3 md:col-[2/-1]">
              {run.error.detail}
            </span>
          )}
        </Link>
      ))}
    </Panel>
  )
}
