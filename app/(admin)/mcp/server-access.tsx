'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { McpGateway, McpServer } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { Mono } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { SecretOnce } from '#app/_components/secret-once.tsx'
import { clientConfig } from './words.ts'

/** The address for a client, a key for it, and who may use the server at all. */
export function ServerAccess({ server, auth }: { server: McpServer; auth: McpGateway['auth'] }) {
  const client = useQueryClient()
  const [secret, setSecret] = useState<string | null>(null)
  const make = useMutation({
    mutationFn: () =>
      api<{ secret: string }>('/api/keys', {
        method: 'POST',
        body: { name: `MCP client of ${server.name}`, scopes: [`mcp:${server.name}`] },
      }),
    onSuccess: (made) => {
      setSecret(made.secret)
      return client.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  return (
    <div className="space-y-3 px-4 py-3">
      <p className="text-dim">
        {auth === 'none'
          ? 'Whoever reaches this machine’s own address may use it: the settings ask for no key.'
          : `A key with ${server.scopes.map((scope) => `“${scope}”`).join(' or ')} may use it${auth === 'basic' ? ', sent as the password of any name' : ''}${server.transport === 'in-process' ? ', and one with “read”, “run” or “apply” for the tools of that scope' : ''}.`}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <CopyButton text={server.url} label="Copy the address" />
        <CopyButton text={clientConfig(server, auth)} label="Copy for a client’s config" />
        {server.openapi_url !== null && <CopyButton text={server.openapi_url} label="Copy the OpenAPI address" />}
        {auth !== 'none' && (
          <Button disabled={make.isPending} onClick={() => make.mutate()}>
            <KeyRound aria-hidden />
            Make a key for it alone
          </Button>
        )}
      </div>
      {secret !== null && <SecretOnce secret={secret} onClose={() => setSecret(null)} />}
      {make.error !== null && <ProblemNotice error={make.error} />}
      <p className="text-dim">
        <Mono>{server.url}</Mono>
      </p>
    </div>
  )
}
