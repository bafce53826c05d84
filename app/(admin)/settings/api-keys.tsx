'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { OperationDescription } from '#app/_client/operation.ts'
import type { ApiKey } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { Moment } from '#app/_components/moment.tsx'
import { OperationForm } from '#app/_components/operation-form.tsx'
import { Empty, Mono, Panel, Section } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { SecretOnce } from '#app/_components/secret-once.tsx'
import { Mark } from '#app/_components/state.tsx'

function keyState(key: ApiKey) {
  if (key.revoked_at !== null) return <Mark word="Revoked" tone="none" />
  if (key.expires_at !== null && Date.parse(key.expires_at) < Date.now()) return <Mark word="Expired" tone="none" />
  return <Mark word="Works" tone="good" />
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const revoke = useMutation({
    mutationFn: () => api(`/api/keys/${encodeURIComponent(apiKey.id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
  })
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2.5">
      <span className="min-w-40 flex-1">
        <span className="font-medium">{apiKey.name}</span>
        <span className="block text-dim">
          <Mono>{apiKey.prefix}…</Mono> may {apiKey.scopes.join(', ')}
        </span>
      </span>
      <span className="w-24">{keyState(apiKey)}</span>
      <span className="w-56 text-dim">
        made <Moment at={apiKey.created_at} />
        <span className="block">
          {apiKey.last_used_at === null ? (
            'never used'
          ) : (
            <>
              used <Moment at={apiKey.last_used_at} />
            </>
          )}
        </span>
      </span>
      <span className="flex w-44 justify-end gap-2">
        {apiKey.revoked_at === null &&
          (asked ? (
            <>
              <Button look="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
                Revoke for good
              </Button>
              <Button onClick={() => setAsked(false)}>Keep</Button>
            </>
          ) : (
            <Button onClick={() => setAsked(true)}>Revoke</Button>
          ))}
      </span>
      {revoke.error !== null && <ProblemNotice error={revoke.error} />}
    </div>
  )
}

function secretOf(output: unknown): string | null {
  const secret: unknown = typeof output === 'object' && output !== null ? Reflect.get(output, 'secret') : null
  return typeof secret === 'string' ? secret : null
}

/** What can be ticked; the scope of one MCP server is typed. */
const SCOPES = { scopes: ['read', 'run', 'apply', 'mcp', 'admin'] }
const FIRST_CHOICE = { scopes: ['read', 'run'] }

/** Keys for other programs: made, shown once, revoked. */
export function ApiKeys({
  initial,
  operation,
}: {
  initial: { keys: ApiKey[] } | undefined
  operation: OperationDescription
}) {
  const client = useQueryClient()
  const [making, setMaking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const { data, error } = useQuery({
    queryKey: ['keys'],
    queryFn: () => api<{ keys: ApiKey[] }>('/api/keys'),
    ...(initial === undefined ? {} : { initialData: initial }),
  })
  const onAnswer = (output: unknown) => {
    setSecret(secretOf(output))
    setMaking(false)
    void client.invalidateQueries({ queryKey: ['keys'] })
  }
  return (
    <Section
      title="API keys"
      note="for scripts and other programs"
      actions={
        !making && (
          <Button onClick={() => setMaking(true)}>
            <Plus aria-hidden />
            New key
          </Button>
        )
      }
    >
      <div className="space-y-3">
        {making && (
          <Panel className="max-w-2xl px-4 py-4">
            <OperationForm
              operation={operation}
              initial={FIRST_CHOICE}
              suggestions={SCOPES}
              focus
              submitLabel="Create the key"
              cancel={{ label: 'Not now', onCancel: () => setMaking(false) }}
              onAnswer={onAnswer}
            />
          </Panel>
        )}
        {secret !== null && <SecretOnce secret={secret} onClose={() => setSecret(null)} />}
        {error !== null && <ProblemNotice error={error} />}
        {data?.keys.length === 0 && !making && (
          <Empty>There are no keys. The pages need none; a script, Open WebUI or another program does.</Empty>
        )}
        {data !== undefined && data.keys.length > 0 && (
          <Panel className="divide-y">
            {data.keys.map((apiKey) => (
              <KeyRow key={apiKey.id} apiKey={apiKey} />
            ))}
          </Panel>
        )}
      </div>
    </Section>
  )
}
