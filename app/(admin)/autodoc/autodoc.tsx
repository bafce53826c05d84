'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { OperationDescription, WorkflowSummary } from '#app/_client/operation.ts'
import { useAddressValue } from '#app/_client/use-address-value.ts'
import { Button } from '#app/_components/button.tsx'
import { LiveRun } from '#app/_components/live-run.tsx'
import { OperationForm } from '#app/_components/operation-form.tsx'
import { Empty, Page, Panel, Section } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { ShowMore } from '#app/_components/show-more.tsx'
import { DocumentList } from './document-list.tsx'
import { DocumentView } from './document-view.tsx'
import type { DocumentOutput, DocumentSummary, ShownDocument, StoredDocument } from './types.ts'

interface AutodocProps {
  workflow: WorkflowSummary
  operation: OperationDescription
  initialDocuments: { documents: DocumentSummary[]; total: number } | undefined
  initialDocument: StoredDocument | undefined
  /** Folders that the settings name; an administrator may choose any file. */
  folders: readonly string[]
}

/** Documents at first, and the most that the API gives at once. */
const AT_FIRST = 50
const MOST = 200

function documentOf(output: unknown): DocumentOutput | null {
  return typeof output === 'object' && output !== null && 'document_id' in output ? (output as DocumentOutput) : null
}

/** What was just written, as one that is kept: its file is as it was read a moment ago. */
function asShown(output: DocumentOutput): ShownDocument {
  return { ...output, source: 'unchanged', stale: false, created_at: output.timestamp }
}

/** Document a file; documents written earlier, and whether their files have changed since. */
export function Autodoc({ workflow, operation, initialDocuments, initialDocument, folders }: AutodocProps) {
  const client = useQueryClient()
  const [run, setRun] = useAddressValue('run')
  const [chosen, setChosen] = useAddressValue('doc')
  const [limit, setLimit] = useState(AT_FIRST)
  const { data: list, isPlaceholderData } = useQuery({
    queryKey: ['documents', 'list', limit],
    queryFn: () => api<{ documents: DocumentSummary[]; total: number }>(`/api/autodoc/documents?limit=${limit}`),
    placeholderData: (before) => before,
    ...(initialDocuments === undefined || limit !== AT_FIRST ? {} : { initialData: initialDocuments }),
  })
  const { data: document, error } = useQuery<ShownDocument>({
    queryKey: ['documents', 'one', chosen],
    enabled: chosen !== null,
    queryFn: () => api<StoredDocument>(`/api/autodoc/documents/${encodeURIComponent(chosen ?? '')}`),
    ...(initialDocument !== undefined && initialDocument.document_id === chosen
      ? { initialData: initialDocument }
      : {}),
  })
  const choose = (id: string) => {
    setRun(null)
    setChosen(id)
  }
  const start = (id: string) => {
    setChosen(null)
    setRun(id)
  }
  return (
    <Page title={workflow.title} lead={workflow.description}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[18rem_minmax(0,1fr)]">
        <div className="space-y-6">
          <Section title="Document a file">
            <Panel className="px-4 py-4">
              <OperationForm
                operation={operation}
                suggestions={{ file_path: folders.map((folder) => `${folder}/`) }}
                submitLabel="Document"
                onStarted={start}
              />
            </Panel>
          </Section>
          <Section title="Documents" note={list === undefined ? undefined : String(list.total)}>
            <DocumentList documents={list?.documents} current={chosen} choose={choose} />
            {list !== undefined && (
              <ShowMore
                shown={list.documents.length}
                total={list.total}
                most={MOST}
                busy={isPlaceholderData}
                onMore={() => setLimit(MOST)}
              />
            )}
          </Section>
        </div>
        <div className="min-w-0 space-y-6">
          {run !== null && (
            <Section
              title="Result"
              actions={
                <Button look="quiet" onClick={() => setRun(null)}>
                  Close
                </Button>
              }
            >
              <LiveRun id={run} onEnd={() => void client.invalidateQueries({ queryKey: ['documents', 'list'] })}>
                {(output) => {
                  const written = documentOf(output)
                  return written === null ? null : <DocumentView document={asShown(written)} />
                }}
              </LiveRun>
            </Section>
          )}
          {error !== null && <ProblemNotice error={error} />}
          {run === null && document !== undefined && <DocumentView document={document} />}
          {run === null && chosen === null && (
            <Empty>
              Choose a TypeScript, JavaScript, Python or Nix file. Its document comes from its syntax tree, so what it
              says of the code is so; a model may explain, and is marked where it does.
            </Empty>
          )}
        </div>
      </div>
    </Page>
  )
}
