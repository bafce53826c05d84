'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '#app/_client/api.ts'
import type { FieldValues, OperationDescription } from '#app/_client/operation.ts'
import { OperationForm } from '#app/_components/operation-form.tsx'
import { Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'

/** What makes a server: a program with its arguments, or an address. */
const FIRST = ['command', 'args', 'url'] as const

/** However often it is said that secrets belong into a file. */
const PRIVATE = ['env'] as const

interface FormProps {
  operation: OperationDescription
  onClose: () => void
}

function useSaved(onClose: () => void) {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['mcp'] })
    onClose()
  }
}

/** A server to add: a program of this machine, or an address. */
export function NewServer({ operation, onClose }: FormProps) {
  const saved = useSaved(onClose)
  return (
    <Section title="New server">
      <Panel className="max-w-3xl px-4 py-4">
        <OperationForm
          operation={operation}
          first={FIRST}
          private={PRIVATE}
          focus
          submitLabel="Add the server"
          cancel={{ label: 'Not now', onCancel: onClose }}
          onAnswer={saved}
        />
      </Panel>
    </Section>
  )
}

/** A server that was added here, to change. */
export function EditServer({ operation, onClose, server }: FormProps & { server: string }) {
  const saved = useSaved(onClose)
  const { data, error } = useQuery({
    queryKey: ['mcp', 'settings', server],
    queryFn: async () => {
      const {
        name: _name,
        origin: _origin,
        ...fields
      } = await api<Record<string, unknown>>(`/api/mcp/servers/${encodeURIComponent(server)}/settings`)
      return fields satisfies FieldValues
    },
    gcTime: 0,
  })
  if (error !== null) return <ProblemNotice error={error} />
  if (data === undefined) return <Skeleton rows={4} height={36} />
  return (
    <div className="max-w-3xl px-4 py-4">
      <OperationForm
        operation={operation}
        fixed={{ server }}
        initial={data}
        first={FIRST}
        private={PRIVATE}
        focus
        submitLabel="Save"
        cancel={{ label: 'Leave it as it is', onCancel: onClose }}
        onAnswer={saved}
      />
    </div>
  )
}
