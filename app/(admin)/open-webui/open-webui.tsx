'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plug } from 'lucide-react'
import { api } from '#app/_client/api.ts'
import type { AppliedTools, ToolServers } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { count } from '#app/_components/format.ts'
import { Empty, Mono, Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'
import { Connection } from './connection.tsx'
import { ServerCard } from './server-card.tsx'

/** How often a page that is looked at asks anew, in milliseconds. */
const REFRESH_MS = 10_000

function Applied({ applied }: { applied: AppliedTools }) {
  const touched = applied.servers.filter(({ action }) => action !== 'none')
  if (touched.length === 0)
    return (
      <p role="status">
        <Mark word="Nothing to do" tone="good" /> Open WebUI holds what it should.
      </p>
    )
  return (
    <Panel className="divide-y">
      {touched.map(({ id, name, done, verified, problem }) => (
        <p key={id} role="status" className="flex flex-wrap gap-x-4 px-4 py-2.5">
          <Mark
            word={done ? (verified === false ? 'Registered, but not usable' : 'Done') : 'Failed'}
            tone={done && verified !== false ? 'good' : 'bad'}
          />
          <span className="font-medium">{name}</span>
          <span className="text-dim">{problem ?? (verified === true ? 'Open WebUI reaches it.' : '')}</span>
        </p>
      ))}
    </Panel>
  )
}

/** Can Open WebUI's models use this app's workflows: the connection, and every tool server there. */
export function OpenWebuiPage({ initial }: { initial: ToolServers | undefined }) {
  const client = useQueryClient()
  const { data, error } = useQuery({
    queryKey: ['open-webui', 'tools'],
    queryFn: () => api<ToolServers>('/api/open-webui/tools'),
    refetchInterval: REFRESH_MS,
    ...(initial === undefined ? {} : { initialData: initial }),
  })
  const apply = useMutation({
    mutationFn: () => api<AppliedTools>('/api/open-webui/tools/apply', { method: 'POST', body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['open-webui'] }),
  })
  const connected = data?.open_webui.state === 'connected'
  const due = data?.servers.filter(({ action }) => action !== 'none') ?? []
  const wanted = data?.servers.filter((server) => server.state !== 'extra') ?? []
  const others = data?.servers.filter((server) => server.state === 'extra') ?? []
  return (
    <Page
      title="Open WebUI"
      lead="Lets its models plan a cleanup, read the journal and run the other workflows through this app."
      actions={
        connected &&
        due.length > 0 && (
          <Button look="primary" disabled={apply.isPending} onClick={() => apply.mutate()}>
            <Plug aria-hidden />
            {apply.isPending
              ? 'Registering'
              : due.some(({ state }) => state === 'missing')
                ? 'Register'
                : `Apply ${count(due.length, 'change')}`}
          </Button>
        )
      }
    >
      {[error, apply.error].map((problem, n) => problem !== null && <ProblemNotice key={n} error={problem} />)}
      {apply.data !== undefined && <Applied applied={apply.data} />}
      {data === undefined ? (
        error === null && (
          <Panel>
            <Skeleton rows={6} height={48} />
          </Panel>
        )
      ) : (
        <>
          <Connection connection={data.open_webui} />
          {data.invalid.length > 0 && (
            <Section title="Entries that cannot be used">
              <Panel className="px-4 py-3">
                {data.invalid.map(({ id, reason }) => (
                  <p key={id}>
                    <Mono>{id}</Mono>: {reason}
                  </p>
                ))}
              </Panel>
            </Section>
          )}
          <Section title="Tool servers" note="as the settings want them">
            <div className="space-y-3">
              {wanted.map((server) => (
                <ServerCard key={server.id} server={server} connected={connected} />
              ))}
              {wanted.length === 0 && <Empty>No tool server is wanted. The settings say which there should be.</Empty>}
            </div>
          </Section>
          {others.length > 0 && (
            <Section title="Others" note="made by someone there; this app never touches them">
              <div className="space-y-3">
                {others.map((server) => (
                  <ServerCard key={server.id} server={server} connected={connected} />
                ))}
              </div>
            </Section>
          )}
        </>
      )}
    </Page>
  )
}
