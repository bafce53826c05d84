'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { WorkflowSummary } from '#app/_client/operation.ts'
import { runsPath, useRuns } from '#app/_client/queries.ts'
import type { Run } from '#app/_client/types.ts'
import { useAddressValue } from '#app/_client/use-address-value.ts'
import { Button } from '#app/_components/button.tsx'
import { Select } from '#app/_components/field.tsx'
import { Page } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { RunTable } from '#app/_components/run-table.tsx'
import { STATUS_WORDS } from './status-words.ts'

const PAGE = 50

interface RunHistoryProps {
  workflows: readonly WorkflowSummary[]
  titles: Readonly<Record<string, string>>
  initialFilter: { workflow: string; status: string }
  initialRuns: { runs: Run[] } | undefined
}

/** Older runs than `before`, page by page, once they are asked for. */
function useOlder(filter: { workflow: string; status: string }, before: string | undefined, wanted: boolean) {
  return useInfiniteQuery({
    queryKey: ['older-runs', filter, before],
    enabled: wanted && before !== undefined,
    initialPageParam: before,
    queryFn: ({ pageParam }) => api<{ runs: Run[] }>(runsPath({ ...filter, before: pageParam, limit: PAGE })),
    getNextPageParam: ({ runs }) => (runs.length < PAGE ? undefined : runs.at(-1)?.id),
  })
}

/** Every run, by workflow and state. */
export function RunHistory({ workflows, titles, initialFilter, initialRuns }: RunHistoryProps) {
  const [workflow, setWorkflow] = useAddressValue('workflow')
  const [status, setStatus] = useAddressValue('status')
  const filter = { workflow: workflow ?? '', status: status ?? '' }
  const [anchor, setAnchor] = useState<string | undefined>(undefined)
  const same = filter.workflow === initialFilter.workflow && filter.status === initialFilter.status
  const { data, error } = useRuns({ ...filter, limit: PAGE }, same ? initialRuns : undefined)
  const older = useOlder(filter, anchor, anchor !== undefined)
  const newest = data?.runs
  const olderRuns = older.data?.pages.flatMap(({ runs }) => runs) ?? []
  // New runs push old ones out of the first page; none may fall between it and the older pages.
  const kept = new Map([...(newest ?? []), ...olderRuns].map((run) => [run.id, run]))
  const choose = (set: (value: string | null) => void, value: string) => {
    set(value === '' ? null : value)
    setAnchor(undefined)
  }
  const more = anchor === undefined ? newest?.length === PAGE : older.hasNextPage
  return (
    <Page
      title="Runs"
      lead="Everything that ran here, with its result and what went wrong. A run’s page can be shared and survives a restart."
    >
      <div className="flex flex-wrap gap-2">
        <Select
          aria-label="Workflow"
          className="!w-auto"
          value={filter.workflow}
          onChange={({ target }) => choose(setWorkflow, target.value)}
        >
          <option value="">All workflows</option>
          {workflows.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
        <Select
          aria-label="State"
          className="!w-auto"
          value={filter.status}
          onChange={({ target }) => choose(setStatus, target.value)}
        >
          <option value="">Any state</option>
          {STATUS_WORDS.map(([status, word]) => (
            <option key={status} value={status}>
              {word}
            </option>
          ))}
        </Select>
      </div>
      {error !== null && <ProblemNotice error={error} />}
      <RunTable runs={newest === undefined ? undefined : [...kept.values()]} titles={titles} rows={10} />
      {more && (
        <Button
          disabled={older.isFetching}
          onClick={() => (anchor === undefined ? setAnchor(newest?.at(-1)?.id) : void older.fetchNextPage())}
        >
          {older.isFetching ? 'Reading…' : 'Older runs'}
        </Button>
      )}
    </Page>
  )
}
