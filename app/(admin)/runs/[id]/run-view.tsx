'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { api } from '#app/_client/api.ts'
import type { WorkflowSummary } from '#app/_client/operation.ts'
import type { Run, RunDetails } from '#app/_client/types.ts'
import { words } from '#app/_components/format.ts'
import { LiveRun } from '#app/_components/live-run.tsx'
import { Moment } from '#app/_components/moment.tsx'
import { Facts, Mono, Page, Panel, Section } from '#app/_components/page.tsx'
import { RunOutput } from './run-output.tsx'

const NUMBER = new Intl.NumberFormat('en')

function valueText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(valueText).join('\n')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function factsOf(run: Run): [string, React.ReactNode][] {
  return [
    [
      'Id',
      <span key="id" className="text-[0.92em]">
        <Mono>{run.id}</Mono>
      </span>,
    ],
    ['Started', <Moment key="at" at={run.started_at} />],
    ['By', run.principal],
    ...(run.engine === null
      ? []
      : [['Engine', run.model === null ? run.engine : `${run.engine}, ${run.model}`] as [string, React.ReactNode]]),
    ...(run.completion_tokens === 0
      ? []
      : [
          ['Tokens', `${NUMBER.format(run.prompt_tokens)} read, ${NUMBER.format(run.completion_tokens)} written`] as [
            string,
            React.ReactNode,
          ],
        ]),
  ]
}

/** One run: live while it runs, its result or its fault afterwards. */
export function RunView({
  run: initial,
  title,
  workflow,
  labels,
}: {
  run: Run
  title: string
  workflow: WorkflowSummary | null
  /** What the fields of its input are called. */
  labels: Readonly<Record<string, string>>
}) {
  const { data } = useQuery({
    queryKey: ['run', initial.id],
    queryFn: () => api<RunDetails>(`/api/runs/${encodeURIComponent(initial.id)}`),
  })
  const run = data?.run ?? initial
  const input = Object.entries(run.input ?? {})
  return (
    <Page
      title={title}
      lead={
        workflow === null ? undefined : (
          <Link href={workflow.page} className="text-accent hover:underline">
            {workflow.title}
          </Link>
        )
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Section title="State">
          <LiveRun
            id={run.id}
            linked={false}
            withoutOutput={
              <p className="text-dim">
                The answer of this run was too large to be kept with it.
                {workflow !== null && (
                  <>
                    {' '}
                    What it made is under{' '}
                    <Link href={workflow.page} className="text-accent hover:underline">
                      {workflow.title}
                    </Link>
                    .
                  </>
                )}
              </p>
            }
          >
            {(output) => <RunOutput workflow={run.workflow} operation={run.operation} output={output} />}
          </LiveRun>
        </Section>
        <div className="space-y-6">
          <Section title="About">
            <Panel className="px-4 py-3">
              <Facts facts={factsOf(run)} />
            </Panel>
          </Section>
          {input.length > 0 && (
            <Section title="Input">
              <Panel className="px-4 py-3">
                <Facts
                  facts={input.map(([name, value]) => [
                    labels[name] ?? words(name),
                    <span key={name} className="whitespace-pre-line">
                      <Mono>{valueText(value).slice(0, 600)}</Mono>
                    </span>,
                  ])}
                />
              </Panel>
            </Section>
          )}
        </div>
      </div>
    </Page>
  )
}
