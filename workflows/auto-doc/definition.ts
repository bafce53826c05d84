/** Auto-doc: documentation of a source file from its syntax tree, explained by a model where one answers. */
import * as z from 'zod'
import { defineOperation, type WorkflowDefinition } from '#lib/operations/types.ts'
import { minuteInUtc } from '#lib/text/time.ts'
import { accessOf, documentFile } from './document.ts'
import { getDocument, listDocuments } from './documents.ts'
import { documentInput, documentOutput, documentSummary, storedDocument, type DocumentSummary } from './schemas.ts'
import { documentTool, listTool, showTool } from './tool.ts'

const documentSourceFile = defineOperation({
  id: 'document_source_file',
  title: 'Document a file',
  description:
    'Writes Markdown documentation of one TypeScript, JavaScript, Python or Nix file: its exported API with signatures, parameters and ' +
    'comments, NixOS options, and what is undocumented. All facts come from the syntax tree; a model may add explanations, marked as ' +
    'such. Use it for single source files, not for folders or prose.',
  http: { method: 'POST', path: '/api/workflows/autodoc' },
  cli: { command: ['autodoc'], positional: ['file_path'], render: (output) => output.documentation },
  scope: 'run',
  recorded: true,
  mutates: false,
  input: documentInput,
  output: documentOutput,
  errors: [
    'path-not-allowed',
    'path-not-found',
    'path-not-readable',
    'not-a-file',
    'unsupported-language',
    'file-too-large',
    'templates-invalid',
  ],
  examples: [
    { title: 'Document a module for its developers', input: { file_path: '/srv/projects/app/server.ts' } },
    {
      title: 'Document NixOS options for their users, without a model',
      input: { file_path: '/srv/projects/nixos/backup.nix', style: 'user-friendly', use_model: false },
    },
  ],
  tool: documentTool,
  run: documentFile,
})

function renderList({ documents }: { documents: readonly DocumentSummary[] }): string {
  if (documents.length === 0) return 'No file has been documented yet.'
  return documents
    .map(({ document_id, created_at, style, coverage, source, file_path }) =>
      [
        document_id,
        minuteInUtc(created_at),
        style.padEnd(13),
        `${coverage.documented}/${coverage.total}`.padStart(7),
        source.padEnd(9),
        file_path,
      ].join('  '),
    )
    .join('\n')
}

const listAutodocDocuments = defineOperation({
  id: 'list_autodoc_documents',
  title: 'List documents',
  description: 'Lists the documents written so far, newest first, and whether their files have changed since.',
  http: { method: 'GET', path: '/api/autodoc/documents' },
  cli: { command: ['autodoc', 'list'], render: renderList },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({
    limit: z.int().min(1).max(200).default(50).describe('Most documents to list'),
    offset: z.int().min(0).max(1_000_000).default(0).describe('Documents to skip'),
  }),
  output: z.object({ documents: z.array(documentSummary), total: z.int().describe('Number of all documents') }),
  examples: [{ title: 'The newest documents', input: { limit: 10 } }],
  tool: listTool,
  run: (input, context) => listDocuments(context.store, accessOf(context), input),
})

const getAutodocDocument = defineOperation({
  id: 'get_autodoc_document',
  title: 'Show a document',
  description: 'Gives a document written earlier, and whether its file has changed since.',
  http: { method: 'GET', path: '/api/autodoc/documents/:document_id' },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({ document_id: z.string().min(1).max(100).describe('Id of a document, e.g. doc_01k…') }),
  output: storedDocument,
  errors: ['not-found'],
  examples: [{ title: 'Show a document', input: { document_id: 'doc_01k0000000aaaaaaaaaa' } }],
  tool: showTool,
  run: ({ document_id }, context) => getDocument(context.store, accessOf(context), document_id),
})

export const autoDoc: WorkflowDefinition = {
  id: 'auto-doc',
  statusKey: 'autodoc',
  title: 'Auto-doc',
  description: 'Documents source files from what they really contain, and says what is missing.',
  page: '/autodoc',
  model: 'optional',
  needs: ['chat', 'json-output'],
  mutates: false,
  main: documentSourceFile.id,
  operations: [documentSourceFile, listAutodocDocuments, getAutodocDocument],
  configured: (settings) => {
    const { enable, model } = settings['local-workflows'].autoDoc
    return { enabled: enable, model, schedules: [] }
  },
}
