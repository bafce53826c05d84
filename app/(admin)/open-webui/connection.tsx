'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { useId, useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { ToolConnection } from '#app/_client/types.ts'
import { AskTwice } from '#app/_components/ask-twice.tsx'
import { Button } from '#app/_components/button.tsx'
import { Field, Input } from '#app/_components/field.tsx'
import { Facts, Mono, Panel, Section } from '#app/_components/page.tsx'
import { PasswordField } from '#app/_components/password-field.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'
import { WithCode } from '#app/_components/with-code.tsx'
import { CONNECTION_LOOKS } from './words.ts'

const TOKEN_WORDS = {
  file: 'read from the file that the settings name',
  stored: 'kept here, encrypted',
  none: 'none yet',
} as const

function ConnectForm({ url, onDone }: { url: string; onDone: () => void }) {
  const client = useQueryClient()
  const id = useId()
  const [address, setAddress] = useState(url)
  const [token, setToken] = useState('')
  const connect = useMutation({
    mutationFn: () =>
      api('/api/open-webui/connection', {
        method: 'PUT',
        body: { token, ...(address.trim() === url ? {} : { url: address.trim() }) },
      }),
    onSuccess: async () => {
      setToken('')
      await client.invalidateQueries({ queryKey: ['open-webui'] })
      onDone()
    },
  })
  return (
    <form
      className="max-w-xl space-y-3 px-4 py-4"
      onSubmit={(event) => {
        event.preventDefault()
        connect.mutate()
      }}
    >
      <Field id={`${id}-url`} label="Address of Open WebUI" description="As this machine reaches it.">
        <Input id={`${id}-url`} inputMode="url" value={address} onChange={({ target }) => setAddress(target.value)} />
      </Field>
      <PasswordField
        id={`${id}-token`}
        label="Token of an administrator"
        description="In Open WebUI: Settings, Account, API keys. It is kept encrypted and never shown again."
        value={token}
        onChange={setToken}
        what="token"
        autoComplete="off"
      />
      {connect.error !== null && <ProblemNotice error={connect.error} />}
      <Button type="submit" look="primary" disabled={connect.isPending || token.trim() === ''}>
        <LogIn aria-hidden />
        {connect.isPending ? 'Trying it' : 'Connect'}
      </Button>
    </form>
  )
}

/** Where Open WebUI is, whether it lets this app in, and how to change that. */
export function Connection({ connection }: { connection: ToolConnection }) {
  const client = useQueryClient()
  const [changing, setChanging] = useState(false)
  const disconnect = useMutation({
    mutationFn: () => api('/api/open-webui/connection', { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['open-webui'] }),
  })
  const { state, url, version, token, as, self_url, problem, hint } = connection
  const asking = token !== 'file' && (changing || token === 'none' || state === 'refused')
  return (
    <Section
      title="Connection"
      actions={
        token === 'stored' && (
          <span className="flex gap-2">
            {!asking && <Button onClick={() => setChanging(true)}>Change</Button>}
            <AskTwice
              label="Disconnect"
              confirm="Forget the token"
              disabled={disconnect.isPending}
              onConfirm={() => disconnect.mutate()}
            />
          </span>
        )
      }
    >
      <Panel>
        <div className="space-y-2 px-4 py-3">
          <Mark {...CONNECTION_LOOKS[state]} className="font-medium" />
          {problem !== null && <p>{problem}</p>}
          {hint !== null && (
            <p className="text-dim">
              <WithCode text={hint} />
            </p>
          )}
          <Facts
            facts={[
              ['Open WebUI', <Mono key="url">{version === null ? url : `${url}, version ${version}`}</Mono>],
              ['Token', as === null ? TOKEN_WORDS[token] : `${TOKEN_WORDS[token]}; it is that of ${as}`],
              ['It reaches this app at', <Mono key="self">{self_url}</Mono>],
            ]}
          />
          {disconnect.error !== null && <ProblemNotice error={disconnect.error} />}
        </div>
        {asking && (
          <div className="border-t">
            <ConnectForm url={url} onDone={() => setChanging(false)} />
          </div>
        )}
      </Panel>
    </Section>
  )
}
