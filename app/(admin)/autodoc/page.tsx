import type { Metadata } from 'next'
import { getCore } from '#app/_server/core.ts'
import { preload, workflowOf } from '#app/_server/operations.ts'
import { Autodoc } from './autodoc.tsx'
import type { DocumentSummary, StoredDocument } from './types.ts'

export const metadata: Metadata = { title: 'Auto-doc' }

interface AutodocPageProps {
  searchParams: Promise<{ doc?: string | string[] }>
}

export default async function AutodocPage({ searchParams }: AutodocPageProps) {
  const { doc } = await searchParams
  const [{ workflow, operation }, documents, { settings }] = await Promise.all([
    workflowOf('/autodoc'),
    preload<{ documents: DocumentSummary[]; total: number }>('list_autodoc_documents'),
    getCore(),
  ])
  const document =
    typeof doc === 'string' ? await preload<StoredDocument>('get_autodoc_document', { document_id: doc }) : undefined
  return (
    <Autodoc
      workflow={workflow}
      operation={operation}
      initialDocuments={documents}
      initialDocument={document}
      folders={settings['local-workflows'].autoDoc.allowedDirs}
    />
  )
}
