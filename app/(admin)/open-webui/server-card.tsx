'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleX, KeyRound } from 'lucide-react'
import { api } from '#app/_client/api.ts'
import type { ToolServer, VerifiedTools } from '#app/_client/types.ts'
import { AskTwice } from '#app/_components/ask-twice.tsx'
import { Button } from '#app/_components/button.tsx'
import { CallDays } from '#app/_components/call-days.tsx'
import { count } from '#app/_components/format.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Facts, Mono, Panel } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'
import { WithCode } from '#app/_components/with-code.tsx'
import { ServerTools } from './server-tools.tsx'
import { accessText, FIELD_WORDS, SERVER_LOOKS } from './words.ts'

/** What differs, field by field: as it stands there, and as the settings want it. */
function Changes({ changes }: { changes: ToolServer['changes'] }) {
  return (
    <ul className="space-y-0.5">
      {changes.map(({ field, there, wanted }) => (
        <li key={field}>
          {FIELD_WORDS[field]}:{' '}
          {there === null && wanted === null ? (
            <span className="text-dim">is another one</span>
          ) : (
            <>
              <s className="text-dim">{there ?? 'nothing'}</s> → <Mono>{wanted ?? 'nothing'}</Mono>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

function Verified({ result }: { result: VerifiedTools['servers'][number] }) {
  const Icon = result.ok ? CircleCheck : CircleX
  return (
    <div role="status" className={`flex gap-2 ${result.ok ? 'text-good' : 'text-bad'}`}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p>
        {result.ok
          ? `Open WebUI reaches it and finds ${count(result.tools.length, 'tool')}.`
          : (result.problem ?? 'Open WebUI cannot use it.')}
        {result.ok && result.listed === false && ' Its chats do not offer it yet.'}
        {result.hint !== null && <span className="text-dim"> {result.hint}</span>}
      </p>
    </div>
  )
}

function Calls({ server: { calls, name } }: { server: ToolServer }) {
  if (calls === null) return <span className="text-dim">its calls do not come through this app</span>
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <CallDays days={calls.days} label={name} />
      <span>
        {count(calls.total, 'call')} in {calls.days.length} days
        {calls.errors > 0 && <span className="text-bad">, {calls.errors} failed</span>}
        {calls.last_at !== null && (
          <span className="text-dim">
            , last <Moment at={calls.last_at} />
          </span>
        )}
      </span>
    </span>
  )
}

function KeyFacts({ serverKey }: { serverKey: NonNullable<ToolServer['key']> }) {
  return (
    <>
      <Mono>{serverKey.prefix}…</Mono>
      <span className="text-dim">
        {' '}
        made <Moment at={serverKey.created_at} />
        {serverKey.last_used_at === null ? (
          ', never used'
        ) : (
          <>
            , used <Moment at={serverKey.last_used_at} />
          </>
        )}
      </span>
      {serverKey.retiring.map(({ id, prefix, expires_at }) => (
        <span key={id} className="block text-dim">
          The one before, <Mono>{prefix}…</Mono>, works until <Moment at={expires_at} />.
        </span>
      ))}
    </>
  )
}

function facts(server: ToolServer): [string, React.ReactNode][] {
  return [
    ['Address', <Mono key="url">{server.url}</Mono>],
    ['Protocol', server.type === 'mcp' ? 'MCP' : 'OpenAPI'],
    ['Who may use it', accessText(server.access)],
    ['Calls', <Calls key="calls" server={server} />],
    ...(server.key === null
      ? []
      : [['Key', <KeyFacts key="key" serverKey={server.key} />] satisfies [string, React.ReactNode]]),
  ]
}

/** One tool server of Open WebUI: is it as it should be, what do models see of it, who calls it. */
export function ServerCard({ server, connected }: { server: ToolServer; connected: boolean }) {
  const client = useQueryClient()
  const address = `/api/open-webui/tools/${encodeURIComponent(server.id)}`
  const refresh = () => client.invalidateQueries({ queryKey: ['open-webui'] })
  const send = (path: string, method: string, body?: object) => () =>
    api(path, { method, ...(body === undefined ? {} : { body }) })
  const accept = useMutation({ mutationFn: send(`${address}/accept`, 'POST', {}), onSuccess: refresh })
  const restore = useMutation({
    mutationFn: send('/api/open-webui/tools/apply', 'POST', { restore: [server.id] }),
    onSuccess: refresh,
  })
  const remove = useMutation({ mutationFn: send(address, 'DELETE'), onSuccess: refresh })
  const rotate = useMutation({
    mutationFn: send('/api/open-webui/tools/rotate-key', 'POST', {}),
    onSuccess: refresh,
  })
  const verify = useMutation({
    mutationFn: () =>
      api<VerifiedTools>('/api/open-webui/tools/verify', { method: 'POST', body: { server_id: server.id } }),
  })
  const busy = [accept, restore, remove, rotate].some(({ isPending }) => isPending)
  const errors = [accept.error, restore.error, remove.error, rotate.error, verify.error]
  const there = server.state !== 'missing' && server.state !== 'unknown'
  const registered = server.applied_at !== null && there
  return (
    <Panel>
      <section aria-label={server.name} className="space-y-3 px-4 py-3">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h3 className="font-medium">{server.name}</h3>
          <Mark {...SERVER_LOOKS[server.state]} />
          {!server.enabled && there && <span className="text-dim">switched off there</span>}
          <span className="ml-auto flex flex-wrap gap-2">
            {there && connected && server.id !== '' && (
              <Button disabled={verify.isPending} onClick={() => verify.mutate()}>
                {verify.isPending ? 'Asking Open WebUI' : 'Verify'}
              </Button>
            )}
            {server.key !== null && connected && (
              <Button disabled={busy} onClick={() => rotate.mutate()}>
                <KeyRound aria-hidden />
                Change the key
              </Button>
            )}
            {registered && connected && (
              <AskTwice
                label="Remove"
                describedAs={`Remove ${server.name}`}
                confirm="Take it out of Open WebUI"
                disabled={busy}
                onConfirm={() => remove.mutate()}
              />
            )}
          </span>
        </div>
        {server.why !== null && <p>{server.why}</p>}
        {server.hint !== null && (
          <p className="text-dim">
            <WithCode text={server.hint} />
          </p>
        )}
        {server.changes.length > 0 && <Changes changes={server.changes} />}
        {server.state === 'drifted' && (
          <div className="flex flex-wrap gap-2">
            <Button disabled={busy} onClick={() => accept.mutate()}>
              Take theirs
            </Button>
            <Button look="primary" disabled={busy} onClick={() => restore.mutate()}>
              Restore ours
            </Button>
          </div>
        )}
        {verify.data?.servers[0] !== undefined && <Verified result={verify.data.servers[0]} />}
        {errors.map((error, n) => error !== null && <ProblemNotice key={n} error={error} />)}
        <Facts facts={facts(server)} />
        {server.tools_problem !== null && <p className="text-warn">{server.tools_problem}</p>}
      </section>
      {server.tools.length > 0 && (
        <details>
          <summary className="px-4 py-2.5 hover:bg-hover">
            {count(server.tools.length, 'tool')} as a model sees {server.tools.length === 1 ? 'it' : 'them'}
          </summary>
          <ServerTools tools={server.tools} />
        </details>
      )}
    </Panel>
  )
}
