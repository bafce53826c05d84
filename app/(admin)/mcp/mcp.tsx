'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Power } from 'lucide-react'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { OperationDescription } from '#app/_client/operation.ts'
import type { McpGateway } from '#app/_client/types.ts'
import { Button, ButtonLink } from '#app/_components/button.tsx'
import { count } from '#app/_components/format.ts'
import { Empty, Mono, Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'
import { ServerCard } from './server-card.tsx'
import { NewServer } from './server-form.tsx'

/** How often a page that is looked at asks anew, in milliseconds. */
const REFRESH_MS = 5000

const AUTH_WORDS = {
  none: 'no key is asked for, since only this machine reaches it',
  basic: 'a name and an API key as its password',
  apikey: 'an API key',
} as const

function GatewayLine({ gateway }: { gateway: McpGateway }) {
  const { listener, auth, rate_limit } = gateway
  return (
    <Panel className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
      <Mark word="On" tone="good" className="font-medium" />
      <span className="min-w-0 flex-1">
        Callers prove themselves with {AUTH_WORDS[auth]}
        {rate_limit > 0 && `; ${count(rate_limit, 'call')} a minute for each key and server`}.
        {listener.wanted && (
          <span className={listener.state === 'failed' ? 'block text-bad' : 'block text-dim'}>
            {listener.state === 'failed' ? (
              <>
                The address <Mono>{listener.address}</Mono> cannot be taken: {listener.reason}
              </>
            ) : (
              <>
                Also at <Mono>{listener.address}</Mono>, an address of its own for MCP alone.
              </>
            )}
          </span>
        )}
      </span>
      <ButtonLink href="/settings?q=mcp.">Settings</ButtonLink>
    </Panel>
  )
}

function SwitchedOff() {
  const client = useQueryClient()
  const enable = useMutation({
    mutationFn: () => api('/api/settings/mcp.enable', { method: 'PUT', body: { value: true } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['mcp'] }),
  })
  return (
    <>
      <Empty
        action={
          <Button look="primary" disabled={enable.isPending} onClick={() => enable.mutate()}>
            <Power aria-hidden />
            Switch it on
          </Button>
        }
      >
        The gateway is off. Switched on, it offers this app’s workflows and every MCP server below at one address of
        this machine, to callers with a key.
      </Empty>
      {enable.error !== null && <ProblemNotice error={enable.error} />}
    </>
  )
}

/** Which MCP servers there are, do they run, and who may use them. */
export function McpPage({ initial, operation }: { initial: McpGateway | undefined; operation: OperationDescription }) {
  const [adding, setAdding] = useState(false)
  const { data, error } = useQuery({
    queryKey: ['mcp', 'servers'],
    queryFn: () => api<McpGateway>('/api/mcp/servers'),
    refetchInterval: REFRESH_MS,
    ...(initial === undefined ? {} : { initialData: initial }),
  })
  return (
    <Page
      title="MCP"
      lead="Model Context Protocol servers of this machine, behind one guarded address, each with no more access than it needs."
      actions={
        !adding && (
          <Button look="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden />
            Add a server
          </Button>
        )
      }
    >
      {error !== null && <ProblemNotice error={error} />}
      {adding && <NewServer operation={operation} onClose={() => setAdding(false)} />}
      {data === undefined ? (
        error === null && (
          <Panel>
            <Skeleton rows={4} height={64} />
          </Panel>
        )
      ) : (
        <>
          {data.enabled ? <GatewayLine gateway={data} /> : <SwitchedOff />}
          <Section title="Servers" note={String(data.servers.length)}>
            <div className="space-y-3">
              {data.servers.map((server) => (
                <ServerCard key={server.name} server={server} gateway={data} operation={operation} />
              ))}
            </div>
          </Section>
        </>
      )}
    </Page>
  )
}
