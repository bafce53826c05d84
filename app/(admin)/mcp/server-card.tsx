'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { OperationDescription } from '#app/_client/operation.ts'
import type { McpGateway, McpServer } from '#app/_client/types.ts'
import { AskTwice } from '#app/_components/ask-twice.tsx'
import { Button } from '#app/_components/button.tsx'
import { classes } from '#app/_components/classes.ts'
import { count, duration } from '#app/_components/format.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Facts, Mono, Panel } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'
import { ServerAccess } from './server-access.tsx'
import { EditServer } from './server-form.tsx'
import { ServerLog } from './server-log.tsx'
import { ToolTry } from './tool-try.tsx'
import { ORIGIN_WORDS, serverLook, TRANSPORT_WORDS } from './words.ts'

type Part = 'tools' | 'access' | 'log' | 'protection' | 'edit'

function useServerWork(server: McpServer) {
  const client = useQueryClient()
  const address = `/api/mcp/servers/${encodeURIComponent(server.name)}`
  const onSuccess = () => client.invalidateQueries({ queryKey: ['mcp'] })
  const process = useMutation({
    mutationFn: (action: 'start' | 'stop' | 'restart') => api(`${address}/${action}`, { method: 'POST', body: {} }),
    onSuccess,
  })
  const remove = useMutation({ mutationFn: () => api(address, { method: 'DELETE' }), onSuccess })
  const ask = useMutation({ mutationFn: () => api(`${address}?refresh=true`), onSuccess })
  return { process, remove, ask }
}

type ServerWork = ReturnType<typeof useServerWork>

function Tools({ server, ask }: { server: McpServer; ask: ServerWork['ask'] }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 text-dim">
        {server.tools === null ? (
          'It was not asked for its tools yet.'
        ) : (
          <span>
            {count(server.tools.length, 'tool')}
            {server.tools_at !== null && (
              <>
                , as it listed them <Moment at={server.tools_at} />
              </>
            )}
          </span>
        )}
        <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
          {ask.isPending ? 'Asking' : server.tools === null ? 'Ask it' : 'Ask again'}
        </Button>
      </p>
      <div className="divide-y">
        {server.tools?.map((tool) => (
          <ToolTry key={tool.name} server={server.name} tool={tool} />
        ))}
      </div>
    </>
  )
}

function Protection({ server: { protection } }: { server: McpServer }) {
  if (protection === null)
    return <p className="px-4 py-3 text-dim">It is not started by this app, so nothing here can hold it back.</p>
  return (
    <div className="px-4 py-3">
      <Facts
        facts={[
          ['Files', protection.filesystem],
          ['Network', protection.network],
          ['Memory', protection.memory],
          ['Processor', protection.cpu],
          ['When this app ends', protection.lifetime],
        ]}
      />
    </div>
  )
}

function StateLine({ server }: { server: McpServer }) {
  const { detail, retry_at, uptime_seconds, pid, restarts, sessions, figures } = server
  const facts = [
    ...(uptime_seconds === null ? [] : [`for ${duration(uptime_seconds * 1000)}`]),
    ...(pid === null ? [] : [`process ${pid}`]),
    ...(sessions > 0 ? [count(sessions, 'session')] : []),
    ...(restarts > 0 ? [count(restarts, 'restart')] : []),
    figures.calls === 0 ? 'not called in seven days' : `${count(figures.calls, 'call')} in seven days`,
  ]
  return (
    <div>
      <p className="text-dim">
        {facts.join(', ')}
        {figures.errors > 0 && <span className="text-bad">, {figures.errors} failed</span>}
        {figures.last_at !== null && (
          <>
            , last <Moment at={figures.last_at} />
          </>
        )}
      </p>
      {detail !== null && <p className={server.state === 'off' ? 'text-dim' : ''}>{detail}</p>}
      {retry_at !== null && (
        <p className="text-dim">
          It may start again <Moment at={retry_at} />.
        </p>
      )}
    </div>
  )
}

function Actions({ server, work }: { server: McpServer; work: ServerWork }) {
  const { process, remove } = work
  if (server.transport === 'in-process') return null
  const runs = server.state === 'running' || server.state === 'starting'
  return (
    <span className="ml-auto flex flex-wrap gap-2">
      {server.transport === 'stdio' && server.enabled && (
        <>
          <Button disabled={process.isPending} onClick={() => process.mutate(runs ? 'restart' : 'start')}>
            {runs ? 'Restart' : 'Start'}
          </Button>
          {runs && (
            <Button disabled={process.isPending} onClick={() => process.mutate('stop')}>
              Stop
            </Button>
          )}
        </>
      )}
      {server.origin === 'admin' && (
        <AskTwice
          label="Remove"
          describedAs={`Remove ${server.name}`}
          confirm="Remove it"
          disabled={remove.isPending}
          onConfirm={() => remove.mutate()}
        />
      )}
    </span>
  )
}

/** One MCP server: does it run, who may use it, what can it do, what holds it back. */
export function ServerCard({
  server,
  gateway,
  operation,
}: {
  server: McpServer
  gateway: McpGateway
  operation: OperationDescription
}) {
  const work = useServerWork(server)
  const [part, setPart] = useState<Part | null>(null)
  const parts: [Part, string][] = [
    ['tools', 'Tools'],
    ['access', 'Address and keys'],
    ...(server.transport === 'stdio'
      ? ([
          ['log', 'Log'],
          ['protection', 'Protection'],
        ] satisfies [Part, string][])
      : []),
    ...(server.origin === 'admin' ? ([['edit', 'Change']] satisfies [Part, string][]) : []),
  ]
  const errors = [work.process.error, work.remove.error, work.ask.error]
  return (
    <Panel>
      <section aria-label={server.name} className="space-y-1.5 px-4 py-3">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h3 className="font-medium">
            <Mono>{server.name}</Mono>
          </h3>
          <Mark {...serverLook(server)} />
          <span className="text-dim">
            {TRANSPORT_WORDS[server.transport]}, {ORIGIN_WORDS[server.origin]}
          </span>
          <Actions server={server} work={work} />
        </div>
        {server.description !== '' && <p>{server.description}</p>}
        <StateLine server={server} />
        {errors.map((error, n) => error !== null && <ProblemNotice key={n} error={error} />)}
      </section>
      <div role="group" aria-label={`More of ${server.name}`} className="flex flex-wrap gap-1 border-t px-2 py-1.5">
        {parts.map(([id, title]) => (
          <Button
            key={id}
            look="quiet"
            aria-expanded={part === id}
            className={classes(part === id && '!bg-accent-soft !text-accent')}
            onClick={() => setPart(part === id ? null : id)}
          >
            {title}
            {id === 'tools' && server.tools !== null && <span className="tabular-nums">{server.tools.length}</span>}
          </Button>
        ))}
      </div>
      {part !== null && (
        <div className="border-t">
          {part === 'tools' && <Tools server={server} ask={work.ask} />}
          {part === 'access' && <ServerAccess server={server} auth={gateway.auth} />}
          {part === 'log' && <ServerLog server={server.name} />}
          {part === 'protection' && <Protection server={server} />}
          {part === 'edit' && <EditServer operation={operation} server={server.name} onClose={() => setPart(null)} />}
        </div>
      )}
    </Panel>
  )
}
